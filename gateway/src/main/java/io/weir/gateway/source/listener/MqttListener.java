package io.weir.gateway.source.listener;

import io.micrometer.core.instrument.Counter;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import io.weir.gateway.source.CommandPublisher;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Served;
import io.weir.gateway.source.SourceContext;
import io.weir.gateway.source.SourceMeters;
import io.weir.gateway.tls.CertificateWatch;
import io.weir.gateway.tls.ServerCertificate;
import io.weir.gateway.tls.ServerFiles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings from devices that connect to the gateway itself. See the package for what it promises.
 *
 * <p>An event loop for each core, {@code mqtt-<source>-N}, from {@link #start} to {@link #close}. A
 * message is decoded and appended on the loop of its connection.
 */
final class MqttListener implements Served, CommandPublisher {

  private static final Logger LOG = LoggerFactory.getLogger(MqttListener.class);

  private static final int BACKLOG = 1024;
  private static final long BIND_RETRY_MS = 2000;
  private static final long TICK_MS = 1000;
  private static final long STOP_MS = 2000;
  private static final long STOP_CHECK_NS = TimeUnit.MILLISECONDS.toNanos(5);

  private final ListenerConfig config;
  private final Inbox inbox;
  private final Time time;
  private final SourceMeters meters;
  final SessionTable sessions;
  private final Logins logins;
  private final SharedWindow window;
  private final Connections connections;
  private final Unannounced unannounced;
  private final Counter connects;
  private final Shared.Meters counts;
  private final LastMessage lastMessage;

  private @Nullable MultiThreadIoEventLoopGroup loops;
  private @Nullable Wills wills;
  private volatile WebSocketDoor.@Nullable Running running;
  private volatile @Nullable Channel port;
  private volatile @Nullable ServerCertificate certificate;
  private volatile @Nullable CertificateWatch watch;
  private volatile boolean closing;
  private volatile State state = new State("down", "has not started");

  /** What {@link #status} says. */
  private record State(String word, String reason) {
    static final State CONNECTED = new State("connected", "");
    static final State STOPPED = new State("stopped", "stopped");
  }

  MqttListener(ListenerConfig config, SourceContext context) {
    this.config = config;
    inbox = context.inbox();
    time = context.time();
    lastMessage = new LastMessage(time);
    meters = new SourceMeters(context.meters(), config.name());
    connects = meters.connects();
    counts =
        new Shared.Meters(
            connects,
            meters.acknowledged(),
            meters.duplicates(),
            meters.brokenPackets(),
            meters.refusedConnections(),
            meters.notAuthorised(),
            lastMessage);
    sessions =
        new SessionTable(
            config.name(),
            inbox,
            time,
            config.limits().sessions(),
            config.sessionExpiry(),
            SessionRoom.of(config.windowBytes()),
            context.sessions());
    logins = new Logins(config);
    window = new SharedWindow(config.windowBytes());
    connections = new Connections(config.limits());
    unannounced = new Unannounced(config.limits().connections());
    meters.connections(connections::size);
    meters.gauges(this::status, lastMessage::silenceNs);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public List<Handler> handlers() {
    String path = config.webSocketPath();
    return path == null
        ? List.of()
        : List.of(
            new Handler(
                "GET",
                path,
                !config.isOpen(), // else who the server lets in would be anybody
                new WebSocketDoor(config, connections, () -> running)::open));
  }

  // ---- Start and stop

  @Override
  public void start(Threads threads) {
    int cores = Runtime.getRuntime().availableProcessors();
    MultiThreadIoEventLoopGroup made =
        new MultiThreadIoEventLoopGroup(
            Math.max(2, cores),
            new DefaultThreadFactory("mqtt-" + config.name()),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    loops = made;
    Wills sending = new Wills(config.name(), inbox, made.next(), window, config.windowBytes());
    wills = sending;
    Shared shared =
        new Shared(
            config,
            inbox,
            time,
            connections,
            unannounced,
            sessions,
            logins,
            new Kept(config.windowBytes()),
            new Kept(config.windowBytes()),
            sending,
            window,
            IncompleteRoom.Both.of(config.windowBytes()),
            HostState.of(config.sparkplug().hostId(), time.wallNs()),
            counts);
    made.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
    running = new WebSocketDoor.Running(shared, made);
    bind(made, shared);
  }

  /** A defect in one turn must not end all further ones. */
  private void tick() {
    try {
      sessions.tick();
    } catch (RuntimeException e) {
      LOG.error("{}: internal error with the sessions; tried again", config.name(), e);
    }
  }

  /** Listens; where that fails, it tries again without end. */
  private void bind(MultiThreadIoEventLoopGroup made, Shared all) {
    String refused = cannotShow();
    if (refused != null) {
      retry(made, all, refused);
      return;
    }
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(made)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(arriving(all));
    bootstrap
        .bind(config.bind(), config.port())
        .addListener(
            done -> {
              if (done.isSuccess()) {
                bound(((ChannelFuture) done).channel());
              } else {
                retry(made, all, cannotListen(done.cause()));
              }
            });
  }

  private void bound(Channel listening) {
    if (state.equals(State.STOPPED)) {
      listening.close();
      return;
    }
    port = listening;
    state = State.CONNECTED;
    LOG.info("{}: listens for MQTT on {} port {}", config.name(), config.bind(), port());
  }

  private String cannotListen(Throwable cause) {
    return "cannot listen on %s port %d: %s"
        .formatted(
            config.bind(),
            config.port(),
            Failure.withoutClasses(String.valueOf(cause.getMessage())));
  }

  private void retry(MultiThreadIoEventLoopGroup made, Shared all, String reason) {
    if (state.equals(State.STOPPED)) {
      return;
    }
    if (!state.reason().equals(reason)) {
      LOG.error("{}: {}; trying again", config.name(), reason);
    }
    state = new State("down", reason);
    made.schedule(() -> bind(made, all), BIND_RETRY_MS, TimeUnit.MILLISECONDS);
  }

  /** Files of TLS that cannot be used yet are tried again, as a port that is taken. */
  private @Nullable String cannotShow() {
    ServerFiles files = config.tls();
    if (files == null || certificate != null) {
      return null;
    }
    try {
      ServerCertificate made = new ServerCertificate(subject(), files);
      watch =
          new CertificateWatch(
              subject(),
              made,
              "mqtt-certificate-" + config.name(),
              () -> TimeUnit.NANOSECONDS.toMillis(time.wallNs()));
      certificate = made;
      return null;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String subject() {
    return "sources." + config.name() + ".tls";
  }

  private ChannelHandler arriving(Shared all) {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel channel) {
        connects.increment();
        ServerCertificate shown = certificate;
        channel.pipeline().addLast(new Arrival(all, shown == null ? null : shown.context()));
      }
    };
  }

  /** The port it listens on: the configured one, or the one found where 0 was configured; or -1. */
  int port() {
    Channel listening = port;
    return listening == null ? -1 : ((InetSocketAddress) listening.localAddress()).getPort();
  }

  @Override
  public void stopReceiving() {
    state = State.STOPPED;
    running = null;
    Channel listening = port;
    if (listening != null) {
      listening.close();
    }
    unannounced.all().forEach(Channel::close);
    connections.all().forEach(ClientConnection::stopReceiving);
  }

  @Override
  public void closing() {
    stopReceiving();
    if (!closing) {
      closing = true;
      sessions.endWills();
    }
    connections.all().forEach(ClientConnection::stop);
  }

  @Override
  public void close() {
    closing();
    awaitStop(() -> connections.size() == 0);
    long waiting = sessions.waitingWills();
    if (waiting > 0) {
      LOG.info(
          "{}: {} wills with a delay are not sent: their clients may be back in time",
          config.name(),
          waiting);
    }
    Wills sending = wills;
    if (sending != null) {
      awaitStop(() -> sending.underWay() == 0);
      if (sending.underWay() > 0) {
        LOG.warn("{}: the log did not take {} wills", config.name(), sending.underWay());
      }
    }
    MultiThreadIoEventLoopGroup made = loops;
    if (made != null) {
      made.shutdownGracefully(0, STOP_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * STOP_MS);
    }
    CertificateWatch watching = watch;
    if (watching != null) {
      watching.close();
    }
    logins.close();
    meters.close();
  }

  private void awaitStop(BooleanSupplier done) {
    long until = time.elapsedNs() + TimeUnit.MILLISECONDS.toNanos(STOP_MS);
    while (!done.getAsBoolean() && time.elapsedNs() - until < 0) {
      LockSupport.parkNanos(STOP_CHECK_NS);
    }
  }

  // ---- What others ask

  @Override
  public Status status() {
    State now = state;
    int unanswered = 0;
    for (ClientConnection each : connections.all()) {
      unanswered += each.unanswered();
    }
    return new Status(
        now.equals(State.CONNECTED),
        now.word(),
        now.reason(),
        unanswered,
        (long) connects.count(),
        0);
  }

  @Override
  public List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>(Served.super.troubles());
    CertificateWatch watching = watch;
    if (watching != null) {
      troubles.addAll(watching.troubles());
    }
    return troubles;
  }

  @Override
  public void publish(String topic, byte[] payload) {
    sessions.subscribers(topic).forEach(each -> each.send(topic, payload));
  }

  @Override
  public @Nullable Duration reorderTimeout() {
    return config.sparkplug().rebirth() ? config.sparkplug().reorderTimeout() : null;
  }
}
