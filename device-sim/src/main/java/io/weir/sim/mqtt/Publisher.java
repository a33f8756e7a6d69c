package io.weir.sim.mqtt;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
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
 * An MQTT 5 client that only publishes, and counts what the broker acknowledged. When a connection
 * ends, unacknowledged packets are sent again on the next one, in order, with the DUP flag if the
 * broker remembers the session.
 *
 * <p>Any thread may call {@link #publish}; it waits while the window is full. The window and the
 * connection belong to the publisher's event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write or close that fails ends its connection
public final class Publisher implements AutoCloseable {

  /** A patience without end. */
  public static final Duration FOREVER = Duration.ofDays(36_500);

  /** Weir's listener says so of a message that is in its quarantine as a whole. */
  private static final int QUARANTINED = 0x83;

  private static final int CONNECT_TIMEOUT_MS = 5_000;
  private static final long FIRST_RETRY_MS = 250;
  private static final long LONGEST_RETRY_MS = 2_000;

  /**
   * How to publish.
   *
   * @param url {@code tcp://host:port}, or with {@code user:password@} before the host
   * @param qos 0 or 1
   * @param window packets accepted and not yet acknowledged, 1 to 65535; if the broker's Receive
   *     Maximum is smaller, it bounds the packets on the connection
   * @param patience how long to try to connect, at first and after each loss
   * @param notes receives a line of text when a connection is lost, awaited or made again
   */
  public record Options(URI url, int qos, int window, Duration patience, Consumer<String> notes) {

    private static final int DEFAULT_PORT = 1883;

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

    /** QoS 1, a patience of 30 seconds, no notes. */
    public static Options of(String url) {
      return new Options(URI.create(url), 1, 1_000, Duration.ofSeconds(30), note -> {});
    }

    private static String withoutPassword(URI url) {
      return url.toString().replaceFirst("//[^/]*@", "//***@");
    }

    public int port() {
      return url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    }

    /** The address, without user and password. */
    public String address() {
      return "tcp://" + url.getHost() + ":" + port();
    }

    /** The user in the URL; null if there is none. */
    @Nullable String user() {
      String userInfo = url.getUserInfo();
      return userInfo == null ? null : userInfo.split(":", 2)[0];
    }

    /** The password in the URL; null if there is none. */
    @Nullable String password() {
      String userInfo = url.getUserInfo();
      int colon = userInfo == null ? -1 : userInfo.indexOf(':');
      return userInfo == null || colon < 0 ? null : userInfo.substring(colon + 1);
    }
  }

  private final Options options;
  private final MqttQoS qos;
  private final String clientId = "weir-sim-" + UUID.randomUUID();
  private final MultiThreadIoEventLoopGroup group;
  private final EventLoop loop;

  // Shared by the callers and the event loop.
  private final Semaphore room;
  private final Queue<Packet> accepted = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean takeScheduled = new AtomicBoolean();
  private final AtomicLong published = new AtomicLong();
  private volatile long acknowledged;
  private volatile long refused;
  private volatile long quarantined;
  private volatile @Nullable IOException failure;
  private volatile boolean closed;

  // Owned by the event loop.
  private final SendWindow window = new SendWindow();
  private final MqttConnection.Listener connectionListener = new ConnectionListener();
  private @Nullable Channel channel;
  private boolean everConnected;
  private long disconnectedAt = System.nanoTime();
  private long retryMs = FIRST_RETRY_MS;
  private boolean waitNoted;

  /** Starts to connect; {@link #publish} may be called at once. */
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
    publish(topic, payload, () -> false);
  }

  /**
   * Publishes, unless {@code stop} becomes true before there is room.
   *
   * @return whether the message was accepted
   */
  public boolean publish(String topic, byte[] payload, BooleanSupplier stop) throws IOException {
    return publish(topic, payload, false, stop);
  }

  /** The same, for a message that the broker keeps if {@code retained}. */
  public boolean publish(String topic, byte[] payload, boolean retained, BooleanSupplier stop)
      throws IOException {
    return publish(new Packet.Publish(topic, payload, qos, retained), stop);
  }

  /** The same, for a packet of the caller's own kind. */
  public boolean publish(Packet packet, BooleanSupplier stop) throws IOException {
    while (!acquire(1, 100)) {
      if (stop.getAsBoolean()) {
        return false;
      }
    }
    published.incrementAndGet();
    accepted.add(packet);
    if (!takeScheduled.getAndSet(true)) {
      loop.execute(this::takeAccepted);
    }
    return true;
  }

  /**
   * Waits until every accepted packet is answered. Nothing may be published meanwhile.
   *
   * @return whether the broker acknowledged all of them; at QoS 0: whether all were sent
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

  /**
   * The same, for as long as the broker answers: a slow one is waited for.
   *
   * @param silence without an answer, after which it is given up
   */
  public boolean drainWhileAnswered(Duration silence) throws IOException {
    long before;
    do {
      before = acknowledged + refused;
      if (drain(silence)) {
        return true;
      }
    } while (acknowledged + refused > before);
    return false;
  }

  /** Packets accepted by {@link #publish}. */
  public long published() {
    return published.get();
  }

  /** Packets the broker acknowledged; at QoS 0: packets sent. */
  public long acknowledged() {
    return acknowledged;
  }

  /** Packets the broker answered with an error; they are not sent again. */
  public long refused() {
    return refused;
  }

  /** Those of the refused packets that a gateway has in its quarantine, by reason 0x83. */
  public long quarantined() {
    return quarantined;
  }

  /** Ends the session. Unacknowledged packets are given up: {@link #drain} first. */
  @Override
  public void close() {
    closed = true;
    loop.execute(
        () -> {
          if (channel != null) {
            MqttConnection.disconnect(channel);
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

  private void takeAccepted() {
    takeScheduled.set(false);
    for (Packet packet = accepted.poll(); packet != null; packet = accepted.poll()) {
      window.add(packet);
    }
    send();
  }

  /** Writes every packet that may be written now. */
  private void send() {
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
      write(to, sending);
      wrote = true;
    }
    if (wrote) {
      to.flush();
    }
  }

  private void write(Channel to, SendWindow.Sending sending) {
    Object frame = sending.packet().frame(to.alloc(), sending.id(), sending.duplicate());
    if (options.qos() > 0) {
      to.write(frame, to.voidPromise());
      return;
    }
    to.write(frame)
        .addListener(
            written -> {
              if (written.isSuccess()) {
                settle(sending.id(), 0);
                releaseSettled();
              }
            });
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // only the event loop writes the counts
  private void settle(int id, int reason) {
    Packet packet = window.settle(id);
    if (packet == null) {
      return;
    }
    if (MqttClients.isRefusal(reason)) {
      if (refused == 0) {
        String code = MqttConnection.hex(reason);
        options.notes().accept("the broker refuses a message: reason " + code);
      }
      refused++;
      if (reason == QUARANTINED) {
        quarantined++;
      }
    } else {
      packet.acknowledged();
      acknowledged++;
    }
  }

  private void releaseSettled() {
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
                new MqttConnection(options, clientId, !everConnected, connectionListener)
                    .addTo(fresh.pipeline());
              }
            })
        .connect(options.url().getHost(), options.port())
        .addListener(
            (ChannelFuture attempt) -> {
              if (!attempt.isSuccess()) {
                retry(String.valueOf(attempt.cause().getMessage()));
              }
            });
  }

  /** Connects again after a pause, or fails if the patience is over. */
  private void retry(String why) {
    if (closed || failure != null) {
      return;
    }
    long waited = System.nanoTime() - disconnectedAt;
    if (waited > options.patience().toNanos()) {
      failure =
          new IOException(
              "no connection to %s for %d s: %s"
                  .formatted(options.address(), TimeUnit.NANOSECONDS.toSeconds(waited), why));
      return;
    }
    if (!waitNoted) {
      waitNoted = true;
      options.notes().accept("waiting for the broker at " + options.address() + ": " + why);
    }
    loop.schedule(this::connect, retryMs, TimeUnit.MILLISECONDS);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
  }

  private final class ConnectionListener implements MqttConnection.Listener {

    @Override
    public void connected(Channel connected, int receiveMaximum, boolean sessionPresent) {
      if (waitNoted) {
        options.notes().accept("connected to " + options.address());
      }
      int allowed = options.qos() == 0 ? SendWindow.IDENTIFIERS : receiveMaximum;
      window.connected(allowed, sessionPresent);
      everConnected = true;
      waitNoted = false;
      retryMs = FIRST_RETRY_MS;
      channel = connected;
      send();
    }

    @Override
    public void acknowledged(int id, int reason) {
      settle(id, reason);
    }

    @Override
    public void ready() {
      releaseSettled();
      send();
    }

    @Override
    public void ended(String reason, boolean fatal) {
      if (channel != null) {
        disconnectedAt = System.nanoTime();
        channel = null;
      }
      if (fatal) {
        failure = new IOException(reason);
      } else {
        retry(reason);
      }
    }
  }
}
