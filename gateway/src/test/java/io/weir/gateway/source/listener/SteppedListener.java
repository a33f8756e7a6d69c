package io.weir.gateway.source.listener;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.KnownSessions;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a listener does with its connections, without sockets and threads: the handlers are those of
 * the product, each connection has a loop of its own that runs when it is told to.
 */
final class SteppedListener implements Time {

  static final InetSocketAddress FROM = new InetSocketAddress("127.0.0.1", 9);

  final SessionTable sessions;
  final Shared shared;
  final List<Connection> open = new ArrayList<>();
  private final List<Connection> all = new ArrayList<>();
  private final EmbeddedChannel wills = new EmbeddedChannel();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long ns = 1;

  SteppedListener(ListenerConfig config, Inbox inbox, KnownSessions known) {
    sessions =
        new SessionTable(
            config.name(),
            inbox,
            this,
            config.limits().sessions(),
            config.sessionExpiry(),
            SessionRoom.of(config.windowBytes()),
            known);
    SharedWindow window = new SharedWindow(config.windowBytes());
    Counter any = meters.counter("any");
    shared =
        new Shared(
            config,
            inbox,
            this,
            new Connections(config.limits()),
            new Unannounced(config.limits().connections()),
            sessions,
            new Logins(config),
            new Kept(config.windowBytes()),
            new Kept(config.windowBytes()),
            new Wills(config.name(), inbox, wills.eventLoop(), window, config.windowBytes()),
            window,
            IncompleteRoom.Both.of(config.windowBytes()),
            HostState.of(config.sparkplug().hostId(), 0),
            new Shared.Meters(any, any, any, any, any, any, new LastMessage(this)));
  }

  /** One connection, seen from the client. */
  final class Connection {

    final EmbeddedChannel channel;
    private ByteBuf received = Unpooled.buffer();

    private Connection() {
      channel = new EmbeddedChannel();
      channel.freezeTime();
      TcpLink link = new TcpLink(shared, channel, FROM);
      shared.connections().admit(link.connection(), FROM);
      channel.closeFuture().addListener(closed -> shared.connections().forget(link.connection()));
      channel
          .pipeline()
          .addLast(
              new PacketFrames(shared.config().maxPacketBytes(), link.connection().incomplete()),
              new MqttDecoder(shared.config().maxPacketBytes(), Arrival.MOST_CLIENT_ID),
              MqttEncoder.INSTANCE,
              link);
    }

    /** Counts the packets that get to the protocol. */
    void count(LongAdder packets) {
      channel
          .pipeline()
          .addBefore(
              channel.pipeline().context(TcpLink.class).name(),
              "count",
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object packet) {
                  packets.increment();
                  ctx.fireChannelRead(packet);
                }
              });
    }

    /** Whether the gateway reads what is sent to it. */
    boolean isRead() {
      return channel.isOpen() && channel.config().isAutoRead();
    }

    /** Sends bytes, and lets nothing run behind them. */
    void send(byte[] bytes) {
      channel.pipeline().fireChannelRead(Unpooled.copiedBuffer(bytes));
      channel.pipeline().fireChannelReadComplete();
    }

    void step() {
      channel.runPendingTasks();
      channel.checkException();
    }

    void advance(long millis) {
      channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
      channel.runScheduledPendingTasks();
      step();
    }

    /** The next whole packet that the gateway has sent; empty where there is none. */
    byte[] read() {
      for (ByteBuf part = channel.readOutbound(); part != null; part = channel.readOutbound()) {
        received.writeBytes(part);
        part.release();
      }
      if (received.readableBytes() < 2) {
        return new byte[0];
      }
      int digit = received.getUnsignedByte(received.readerIndex() + 1);
      int length =
          digit < 128
              ? digit
              : digit - 128 + 128 * received.getUnsignedByte(received.readerIndex() + 2);
      byte[] packet = new byte[length + (digit < 128 ? 2 : 3)];
      received.readBytes(packet);
      return packet;
    }

    /** The client breaks the connection. */
    void close() {
      channel.close();
      step();
      channel.finishAndReleaseAll();
      received = Unpooled.buffer();
    }
  }

  Connection connect() {
    Connection made = new Connection();
    open.add(made);
    all.add(made);
    return made;
  }

  /** Everything that is due is done, on all loops. */
  void settle(long millis) {
    ns += TimeUnit.MILLISECONDS.toNanos(millis);
    for (int round = 0; round < 4; round++) {
      for (Connection each : List.copyOf(open)) {
        each.advance(round == 0 ? millis : 0);
      }
      wills.advanceTimeBy(round == 0 ? millis : 0, TimeUnit.MILLISECONDS);
      wills.runScheduledPendingTasks();
      wills.runPendingTasks();
    }
    open.removeIf(each -> !each.channel.isOpen());
  }

  /** The process dies: nobody is told. */
  void kill() {
    shared.logins().close();
    all.forEach(each -> each.channel.finishAndReleaseAll());
    wills.finishAndReleaseAll();
  }

  @Override
  public long wallNs() {
    return ns;
  }

  @Override
  public long elapsedNs() {
    return ns;
  }
}
