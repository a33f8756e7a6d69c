package io.weir.gateway.source.listener;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * A WebSocket of the HTTP server. Its frames are carried to a loop of the listener and back, so
 * that messages are never decoded on the server's loops. A frame is asked for when the one before
 * was taken, so nothing gathers here.
 */
final class WsLink implements Link {

  /** Bytes that the client has not taken yet, beyond which nothing more is read from it. */
  private static final int MOST_UNWRITTEN = 64 << 10;

  /** What a frame costs beside its content, so that empty ones count too. */
  private static final int HEAD_BYTES = 64;

  private final EventExecutor loop;
  private final PacketFrames packets;
  private final EmbeddedChannel codec;
  private final ClientConnection connection;
  private final Frames frames = new Frames();
  private final Sinks.Many<WebSocketFrame> out = Sinks.many().unicast().onBackpressureBuffer();
  private final AtomicInteger unwritten = new AtomicInteger();

  /** What the client did against the protocol of WebSockets, before the last frame is sent. */
  private volatile @Nullable WebSocketCloseStatus goodbye;

  // Of the loop.
  private ByteBuf written = Unpooled.EMPTY_BUFFER;
  private boolean reading = true;
  private boolean owed;
  private boolean ended;
  private @Nullable Future<?> late;

  WsLink(Shared shared, EventExecutor loop, @Nullable SocketAddress from) {
    this.loop = loop;
    int most = shared.config().maxPacketBytes();
    connection = new ClientConnection(shared, this, from);
    packets = new PacketFrames(most, connection.incomplete());
    codec =
        new EmbeddedChannel(
            packets,
            new MqttDecoder(most, Arrival.MOST_CLIENT_ID),
            MqttEncoder.INSTANCE,
            new ToConnection());
  }

  /** Behind the decoder: each packet is taken before the next one is decoded. */
  private final class ToConnection extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object packet) {
      connection.received((MqttMessage) packet);
    }
  }

  ClientConnection connection() {
    return connection;
  }

  /** Carries frames until one side ends. Called once, by the server. */
  Publisher<Void> carry(WebsocketInbound in, WebsocketOutbound to) {
    in.withConnection(each -> frames.of(each.channel()));
    in.receiveFrames().subscribe(frames);
    return to.sendObject(out.asFlux().doOnNext(this::taken), frame -> true)
        .then()
        .then(Mono.defer(() -> close(to)))
        .doFinally(end -> closed());
  }

  // ---- The server's loop

  private Mono<Void> close(WebsocketOutbound to) {
    WebSocketCloseStatus fault = goodbye;
    return fault == null ? Mono.empty() : to.sendClose(fault.code(), fault.reasonText());
  }

  private final class Frames implements CoreSubscriber<WebSocketFrame> {

    private volatile Subscription subscription = Operators.emptySubscription();
    private volatile @Nullable Channel channel;
    private @Nullable EventExecutor server;

    void of(Channel carrying) {
      channel = carrying;
      server = carrying.eventLoop(); // once it is gone it has none
    }

    /** Asks for the next one. On any thread. */
    void askForOne() {
      try {
        subscription.request(1);
      } catch (RejectedExecutionException e) {
        return; // the server has stopped
      }
    }

    /** Nothing more is taken. On any thread; nothing where they never came. */
    void letGo() {
      EventExecutor owner = server;
      if (owner != null) {
        try {
          owner.execute(this::cancel);
        } catch (RejectedExecutionException e) {
          return; // the server has stopped
        }
      }
    }

    /** The client has had time for its last packet. On any thread. */
    void close() {
      Channel carrying = channel;
      if (carrying != null) {
        Link.cut(carrying);
      }
    }

    /** The server keeps what nobody asked for, also of a channel that is gone: then it is taken. */
    private void cancel() {
      if (Objects.requireNonNull(channel).isRegistered()) {
        subscription.cancel(); // it says goodbye on the channel
      } else {
        subscription.request(Long.MAX_VALUE);
      }
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
      askForOne();
    }

    @Override
    public void onNext(WebSocketFrame frame) {
      if (frame instanceof PongWebSocketFrame) { // unasked, as a sign of life (RFC 6455, 5.5.3)
        askForOne();
        return;
      }
      ByteBuf bytes = frame.content().retain();
      if (frame instanceof PingWebSocketFrame && frame.rsv() == 0) {
        execute(() -> pinged(bytes), bytes);
        return;
      }
      WebSocketCloseStatus fault = fault(frame);
      execute(() -> arrived(bytes, fault), bytes);
    }

    private static @Nullable WebSocketCloseStatus fault(WebSocketFrame frame) {
      if (frame.rsv() != 0) { // no extension was agreed that would say what these bits mean
        return WebSocketCloseStatus.PROTOCOL_ERROR;
      }
      boolean isBytes =
          frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame;
      return isBytes ? null : WebSocketCloseStatus.INVALID_MESSAGE_TYPE;
    }

    @Override
    public void onComplete() {
      closed();
    }

    @Override
    public void onError(Throwable cause) {
      closed(); // a connection that broke
    }
  }

  private void taken(WebSocketFrame frame) {
    int bytes = HEAD_BYTES + frame.content().readableBytes();
    if (unwritten.addAndGet(-bytes) < MOST_UNWRITTEN && unwritten.get() + bytes >= MOST_UNWRITTEN) {
      execute(connection::look, Unpooled.EMPTY_BUFFER);
    }
  }

  /** The connection has ended, or was never let in. On any thread. */
  void closed() {
    try {
      loop.execute(
          () -> {
            connection.lost();
            release();
          });
    } catch (RejectedExecutionException e) { // the listener has closed, and its loop soon ends
      loop.terminationFuture().addListener(ended -> release());
    }
  }

  private void execute(Runnable task, ByteBuf otherwise) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      otherwise.release(); // the listener has closed
    }
  }

  // ---- The loop

  /**
   * @param fault why no packet can be in the bytes: MQTT is carried in binary frames only
   */
  private void arrived(ByteBuf bytes, @Nullable WebSocketCloseStatus fault) {
    if (ended || fault != null) {
      bytes.release();
      goodbye = fault;
      end(null);
      connection.lost();
      return;
    }
    take(() -> codec.writeInbound(bytes));
    owed = true;
    ask();
  }

  /** Answers as to a packet: who does not take the answer is not read from. */
  private void pinged(ByteBuf bytes) {
    if (ended) {
      bytes.release();
      return;
    }
    send(new PongWebSocketFrame(bytes));
    owed = true;
    connection.look();
    ask();
  }

  /** A defect here ends the connection, which would wait for ever otherwise. */
  private void take(Callable<?> decoding) {
    try {
      decoding.call();
      connection.receivedAll();
    } catch (Exception e) {
      connection.failed(e);
      end(null);
      connection.lost();
    }
  }

  private @Nullable Void goOn() throws Exception {
    packets.goOn();
    return null;
  }

  private void ask() {
    if (owed && reading) {
      owed = false;
      frames.askForOne();
    }
  }

  private void release() {
    ended = true;
    if (late != null) {
      late.cancel(false);
    }
    frames.letGo();
    out.tryEmitComplete();
    written.release();
    written = Unpooled.EMPTY_BUFFER;
    codec.finishAndReleaseAll();
  }

  @Override
  public EventExecutor loop() {
    return loop;
  }

  @Override
  public void answer(MqttMessageType type, int packetId) {
    ByteBuf answer = codec.alloc().buffer(Packets.PLAIN_BYTES);
    Packets.putPlain(answer, type, packetId);
    write(answer);
  }

  @Override
  public void write(Object packet) {
    if (ended) {
      ReferenceCountUtil.release(packet);
      return;
    }
    codec.writeOutbound(packet);
    for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
      append(part);
    }
  }

  private void append(ByteBuf part) {
    if (!written.isReadable()) {
      written = part;
      return;
    }
    written.writeBytes(part);
    part.release();
  }

  @Override
  public void flush() {
    if (written.isReadable()) {
      send(new BinaryWebSocketFrame(written));
      written = Unpooled.EMPTY_BUFFER;
    }
  }

  private void send(WebSocketFrame frame) {
    unwritten.addAndGet(HEAD_BYTES + frame.content().readableBytes());
    if (out.tryEmitNext(frame).isFailure()) { // the connection has just gone
      frame.release();
    }
  }

  @Override
  public void end(@Nullable Object last) {
    if (ended) {
      return;
    }
    if (last != null) {
      write(last);
      flush();
    }
    ended = true;
    out.tryEmitComplete();
    late = loop.schedule(frames::close, LAST_WORD_MS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void reads(boolean on) {
    if (on && !reading && packets.waits()) {
      execute(() -> take(this::goOn), Unpooled.EMPTY_BUFFER);
    }
    reading = on;
    ask();
  }

  @Override
  public boolean isReading() {
    return reading;
  }

  @Override
  public boolean isWritable() {
    return unwritten.get() < MOST_UNWRITTEN;
  }

  @Override
  public @Nullable String certificateName() {
    return null; // the HTTP server asks browsers for none
  }
}
