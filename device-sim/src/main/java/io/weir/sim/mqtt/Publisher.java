package io.weir.sim.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT 5 client that only publishes, and counts what the broker has taken. What is not yet
 * acknowledged when a connection ends goes out again on the next one, in order, marked DUP where
 * the broker remembers the session.
 *
 * <p>{@link #publish} may be called by any thread and waits while the window is full. The window
 * and the connection belong to the publisher's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends its connection
public final class Publisher implements AutoCloseable {

  /** Never give up a broker. */
  public static final Duration FOREVER = Duration.ofDays(36_500);

  private static final int KEEP_ALIVE_S = 60;
  private static final int SESSION_EXPIRY_S = 3_600;
  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final long RETRY_MS = 250;
  private static final long LONGEST_RETRY_MS = 2_000;

  /** Reasons of a DISCONNECT that sending the same again cannot cure. */
  private static final Set<Integer> FINAL_REASONS =
      Set.of(0x81, 0x82, 0x87, 0x8E, 0x90, 0x93, 0x95, 0x99, 0x9B);

  /**
   * How to publish.
   *
   * @param url {@code tcp://host:port}, or with {@code user:password@} before the host
   * @param qos 0 or 1
   * @param window packets accepted and not yet acknowledged, 1 to 65535; a smaller Receive Maximum
   *     of the broker bounds what is on the connection
   * @param patience how long it tries to get a connection, at first and after each loss
   * @param notes is told in words of a connection that is lost, awaited, found again
   */
  public record Options(URI url, int qos, int window, Duration patience, Consumer<String> notes) {

    public Options {
      if (url.getHost() == null || !Set.of("tcp", "mqtt").contains(url.getScheme())) {
        throw new IllegalArgumentException(
            "a broker's address is tcp://host:port, not \"" + withoutPassword(url) + "\"");
      }
      if (url.getPort() == 0 || url.getPort() > 65_535) {
        throw new IllegalArgumentException("a port is 1 to 65535, not " + url.getPort());
      }
      if (qos < 0 || qos > 1) {
        throw new IllegalArgumentException("QoS is 0 or 1, not " + qos);
      }
      if (window < 1 || window > SendWindow.IDENTIFIERS) {
        throw new IllegalArgumentException(
            "the window is 1 to " + SendWindow.IDENTIFIERS + ", not " + window);
      }
    }

    /** QoS 1, patient for half a minute, silent. */
    public static Options of(String url) {
      return new Options(URI.create(url), 1, 1_000, Duration.ofSeconds(30), note -> {});
    }

    private static String withoutPassword(URI url) {
      return url.toString().replaceFirst("//[^/]*@", "//***@");
    }

    public int port() {
      return url.getPort() < 0 ? 1883 : url.getPort();
    }

    /** The address without a password. */
    public String address() {
      return "tcp://" + url.getHost() + ":" + port();
    }
  }

  private final Options options;
  private final MqttQoS qos;
  private final String clientId = "weir-sim-" + UUID.randomUUID();
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;

  // Between the callers and the loop.
  private final Semaphore room;
  private final Queue<Packet> arriving = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean arrivalsAnnounced = new AtomicBoolean();
  private final AtomicLong published = new AtomicLong();
  private volatile long acknowledged;
  private volatile long refused;
  private volatile @Nullable IOException failure;
  private volatile boolean closed;

  // The loop's own.
  private final SendWindow window = new SendWindow();
  private @Nullable Channel channel;
  private boolean everConnected;
  private long withoutConnectionSince = System.nanoTime();
  private long retryMs = RETRY_MS;
  private boolean awaited;

  /** Begins to connect; {@link #publish} may be called at once. */
  public Publisher(Options options) {
    this.options = options;
    qos = MqttQoS.valueOf(options.qos());
    room = new Semaphore(options.window());
    group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("publisher", true), NioIoHandler.newFactory());
    loop = group.next();
    loop.execute(this::connect);
  }

  /**
   * Publishes, as soon as there is room in the window.
   *
   * @throws IOException if there was no connection for longer than the patience, or the broker
   *     refuses this client
   */
  public void publish(String topic, byte[] payload) throws IOException {
    publish(new Packet.Publish(topic, payload, qos, false), () -> false);
  }

  /**
   * The same, unless it is to stop before there is room.
   *
   * @return whether it was accepted
   */
  public boolean publish(String topic, byte[] payload, BooleanSupplier stop) throws IOException {
    return publish(new Packet.Publish(topic, payload, qos, false), stop);
  }

  /** The same of a message that the broker keeps, if {@code retained}. */
  public boolean publish(String topic, byte[] payload, boolean retained, BooleanSupplier stop)
      throws IOException {
    return publish(new Packet.Publish(topic, payload, qos, retained), stop);
  }

  public boolean publish(Packet packet, BooleanSupplier stop) throws IOException {
    while (!acquire(1, 100)) {
      if (stop.getAsBoolean()) {
        return false;
      }
    }
    published.incrementAndGet();
    arriving.add(packet);
    if (!arrivalsAnnounced.getAndSet(true)) {
      loop.execute(this::arrivals);
    }
    return true;
  }

  /**
   * Waits until everything accepted so far is settled. Nothing may be published meanwhile.
   *
   * @return whether the broker has taken all of it; at QoS 0: whether all of it was sent
   * @throws IOException as {@link #publish}
   */
  public boolean drain(Duration atMost) throws IOException {
    long deadline = System.nanoTime() + Math.min(atMost.toNanos(), Long.MAX_VALUE / 4);
    do {
      if (acquire(options.window(), 50)) {
        room.release(options.window());
        return acknowledged == published.get();
      }
    } while (System.nanoTime() < deadline);
    return false;
  }

  /** Packets accepted by {@link #publish}. */
  public long published() {
    return published.get();
  }

  /** Packets the broker has taken; at QoS 0: that were sent. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Packets the broker answered with an error; they are not sent again. */
  public long refused() {
    return refused;
  }

  /** Ends the session. What is not acknowledged yet is given up: {@link #drain} first. */
  @Override
  public void close() {
    closed = true;
    loop.execute(
        () -> {
          if (channel != null) {
            MqttProperties endsNow = new MqttProperties();
            endsNow.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, 0));
            channel.writeAndFlush(
                MqttMessageBuilders.disconnect().reasonCode((byte) 0).properties(endsNow).build());
            channel.close();
          }
        });
    group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
  }

  private boolean acquire(int permits, long ms) throws IOException {
    IOException known = failure;
    if (known != null) {
      throw new IOException(known.getMessage(), known);
    }
    if (closed) {
      throw new IOException("the publisher is closed");
    }
    try {
      return room.tryAcquire(permits, ms, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while publishing", e);
    }
  }

  private void arrivals() {
    arrivalsAnnounced.set(false);
    for (Packet packet = arriving.poll(); packet != null; packet = arriving.poll()) {
      window.add(packet);
    }
    pump();
  }

  /** Writes what may be written. */
  private void pump() {
    Channel to = channel;
    if (to == null) {
      return;
    }
    boolean wrote = false;
    while (to.isWritable()) {
      SendWindow.Sending sending = window.send();
      if (sending == null) {
        break;
      }
      Object frame = sending.packet().frame(to.alloc(), sending.id(), sending.again());
      if (options.qos() == 0) {
        to.write(frame)
            .addListener(
                written -> {
                  if (written.isSuccess()) {
                    settle(sending.id(), 0);
                    slide();
                  }
                });
      } else {
        to.write(frame, to.voidPromise());
      }
      wrote = true;
    }
    if (wrote) {
      to.flush();
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the loop writes the counts
  private void settle(int id, int reason) {
    Packet packet = window.settle(id);
    if (packet == null) {
      return;
    }
    if (MqttClients.isRefusal(reason)) {
      if (refused == 0) {
        options.notes().accept("the broker refuses a message: reason " + hex(reason));
      }
      refused++;
    } else {
      packet.acknowledged();
      acknowledged++;
    }
  }

  private void slide() {
    int freed = window.slide();
    if (freed > 0) {
      room.release(freed);
    }
  }

  private void connect() {
    if (closed || failure != null) {
      return;
    }
    new Bootstrap()
        .group(loop)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1 << 18, 1 << 20))
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel fresh) {
                fresh
                    .pipeline()
                    .addLast(new IdleStateHandler(KEEP_ALIVE_S * 3 / 2, KEEP_ALIVE_S / 2, 0))
                    .addLast(new MqttDecoder(), MqttEncoder.INSTANCE, new Connection());
              }
            })
        .connect(options.url().getHost(), options.port())
        .addListener(
            (ChannelFuture attempt) -> {
              if (!attempt.isSuccess()) {
                again(String.valueOf(attempt.cause().getMessage()));
              }
            });
  }

  /** Tries again after a while, unless patience is at an end. */
  private void again(String why) {
    if (closed || failure != null) {
      return;
    }
    long without = System.nanoTime() - withoutConnectionSince;
    if (without > options.patience().toNanos()) {
      fail(
          "no connection to %s for %d s: %s"
              .formatted(options.address(), TimeUnit.NANOSECONDS.toSeconds(without), why));
      return;
    }
    if (!awaited) {
      awaited = true;
      options.notes().accept("waiting for the broker at " + options.address() + ": " + why);
    }
    loop.schedule(this::connect, retryMs, TimeUnit.MILLISECONDS);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  }

  private void fail(String why) {
    failure = new IOException(why);
    if (channel != null) {
      channel.close();
    }
  }

  private static String hex(int reason) {
    return "0x%02X".formatted(reason);
  }

  /** One connection, from CONNECT to its end. */
  private final class Connection extends SimpleChannelInboundHandler<MqttMessage> {

    private String ended = "the connection ended";

    @Override
    public void channelActive(ChannelHandlerContext context) {
      MqttProperties properties = new MqttProperties();
      properties.add(new IntegerProperty(MqttProperties.SESSION_EXPIRY_INTERVAL, SESSION_EXPIRY_S));
      MqttMessageBuilders.ConnectBuilder connect =
          MqttMessageBuilders.connect()
              .protocolVersion(MqttVersion.MQTT_5)
              .clientId(clientId)
              .cleanSession(!everConnected)
              .keepAlive(KEEP_ALIVE_S)
              .properties(properties);
      String user = options.url().getUserInfo();
      if (user != null) {
        int colon = user.indexOf(':');
        connect.username(colon < 0 ? user : user.substring(0, colon)).hasUser(true);
        if (colon >= 0) {
          byte[] password = user.substring(colon + 1).getBytes(StandardCharsets.UTF_8);
          connect.password(password).hasPassword(true);
        }
      }
      context.writeAndFlush(connect.build());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, MqttMessage message) {
      if (message.decoderResult().isFailure()) {
        ended = "the broker's answer is not MQTT: " + message.decoderResult().cause().getMessage();
        context.close();
        return;
      }
      switch (message.fixedHeader().messageType()) {
        case CONNACK -> connected(context, ((MqttConnAckMessage) message).variableHeader());
        case PUBACK -> {
          int reason =
              message.variableHeader() instanceof MqttPubReplyMessageVariableHeader reply
                  ? Byte.toUnsignedInt(reply.reasonCode())
                  : 0;
          settle(((MqttMessageIdVariableHeader) message.variableHeader()).messageId(), reason);
        }
        case DISCONNECT -> {
          int reason =
              message.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader why
                  ? Byte.toUnsignedInt(why.reasonCode())
                  : 0;
          ended = "the broker ended the connection: reason " + hex(reason);
          if (FINAL_REASONS.contains(reason)) {
            fail(ended);
          }
          context.close();
        }
        default -> {}
      }
    }

    private void connected(ChannelHandlerContext context, MqttConnAckVariableHeader answer) {
      MqttConnectReturnCode code = answer.connectReturnCode();
      if (code != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
        ended = "the broker refuses the connection: " + words(code);
        if (code != MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5
            && code != MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_BUSY) {
          fail(ended);
        }
        context.close();
        return;
      }
      if (awaited) {
        options.notes().accept("connected to " + options.address());
      }
      int receiveMaximum =
          answer.properties().getProperty(MqttProperties.RECEIVE_MAXIMUM)
                  instanceof IntegerProperty property
              ? property.value()
              : SendWindow.IDENTIFIERS;
      window.connected(
          options.qos() == 0 ? SendWindow.IDENTIFIERS : receiveMaximum, answer.isSessionPresent());
      everConnected = true;
      awaited = false;
      retryMs = RETRY_MS;
      channel = context.channel();
      pump();
    }

    /** CONNECTION_REFUSED_NOT_AUTHORIZED_5 is more than is worth reading. */
    private static String words(MqttConnectReturnCode code) {
      return code.name()
          .replaceFirst("^CONNECTION_REFUSED_", "")
          .replaceFirst("_5$", "")
          .replace('_', ' ')
          .toLowerCase(Locale.ROOT);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      slide();
      pump();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      pump();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof IdleStateEvent idle) {
        if (idle.state() == IdleState.READER_IDLE) {
          ended = "the broker is silent";
          context.close();
        } else {
          context.writeAndFlush(
              new MqttMessage(
                  new MqttFixedHeader(
                      MqttMessageType.PINGREQ, false, MqttQoS.AT_MOST_ONCE, false, 0)));
        }
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      ended = String.valueOf(cause.getMessage());
      context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      if (channel != null) {
        withoutConnectionSince = System.nanoTime();
        channel = null;
      }
      again(ended);
    }
  }
}
