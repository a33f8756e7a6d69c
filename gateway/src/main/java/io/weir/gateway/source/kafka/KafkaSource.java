package io.weir.gateway.source.kafka;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceMeters;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readings from topics of Apache Kafka. See the package for what it promises. Built without a
 * thread and without a connection; {@link #start} gives it the thread {@code kafka-<source>}, which
 * owns the client.
 */
final class KafkaSource implements Source {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaSource.class);

  private static final long FIRST_PAUSE_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE_NS = TimeUnit.SECONDS.toNanos(30);

  /** Longer than what the reader waits for when it leaves. */
  private static final long CLOSE_LIMIT_MS = 20_000;

  /** How long records that were deleted unread are an alarm. */
  private static final long LOSS_SHOWN_NS = TimeUnit.HOURS.toNanos(1);

  private static final String CONNECTED = "connected";
  private static final String STOPPED = "stopped";
  private static final String CONNECTING = "connecting";
  private static final String NOT_STARTED = "not started";

  private final KafkaSourceConfig config;
  private final Inbox inbox;
  private final Time time;
  private final Function<KafkaSourceConfig, Consumer<byte[], byte[]>> consumers;
  private final SourceMeters meters;
  private final Counter acknowledged;
  private final Counter connected;

  private volatile @Nullable Thread thread;
  private volatile @Nullable GroupReader reader;
  private volatile @Nullable Consumer<byte[], byte[]> joining;
  private volatile boolean receiving = true;
  private volatile boolean closing;
  private volatile boolean ended;

  /** Why the last connection ended; "" while there was none, or one is open. */
  private volatile String down = NOT_STARTED;

  private volatile String loss = "";
  private volatile long lossNs;

  /**
   * @param consumers makes the client of each connection
   */
  KafkaSource(
      KafkaSourceConfig config,
      Inbox inbox,
      Time time,
      MeterRegistry registry,
      Function<KafkaSourceConfig, Consumer<byte[], byte[]>> consumers) {
    this.config = config;
    this.inbox = inbox;
    this.time = time;
    this.consumers = consumers;
    this.meters = new SourceMeters(registry, config.name());
    this.acknowledged = meters.acknowledged();
    this.connected = meters.connects();
    meters.gauges(this::status, this::silenceNs);
    meters.lag(this::lag);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public void start(Threads threads) {
    thread = threads.start("kafka-" + config.name(), this::run);
  }

  private long silenceNs() {
    GroupReader now = reader;
    return now == null ? -1 : now.silenceNs();
  }

  private long lag() {
    GroupReader now = reader;
    return now == null ? -1 : now.health().lag();
  }

  @Override
  public Status status() {
    GroupReader now = reader;
    String reason = now == null ? down : now.health().trouble();
    boolean ready = now != null && reason.isEmpty() && receiving;
    boolean connects = now != null || reason.equals(CONNECTING);
    String state =
        ended || !receiving ? STOPPED : ready ? CONNECTED : connects ? CONNECTING : "down";
    return new Status(
        ready,
        state,
        ready ? "" : reason.isEmpty() ? STOPPED : reason,
        now == null ? 0 : now.unsettled(),
        (long) connected.count(),
        0);
  }

  @Override
  public List<Trouble> troubles() {
    GroupReader now = reader;
    boolean begins = now == null ? down.equals(CONNECTING) : now.health().isBeginning();
    List<Trouble> troubles = new ArrayList<>(begins ? List.of() : Source.super.troubles());
    if (now != null && !now.loss().isEmpty()) {
      loss = now.loss();
      lossNs = now.lossNs();
    }
    if (!loss.isEmpty() && time.elapsedNs() - lossNs < LOSS_SHOWN_NS) {
      troubles.add(new Trouble(AlarmKind.LOSS_UPSTREAM, config.name(), loss));
    }
    return troubles;
  }

  @Override
  public void stopReceiving() {
    receiving = false;
  }

  @Override
  public void closing() {
    stopReceiving();
    closing = true;
    Consumer<byte[], byte[]> waits = joining;
    if (waits != null) {
      waits.wakeup();
    }
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    closing();
    Thread running = thread;
    if (running != null) {
      try {
        running.join(CLOSE_LIMIT_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    meters.close();
  }

  // ---- The source's thread

  private void run() {
    thread = Thread.currentThread(); // so that it can be woken before start returns
    long pauseNs = FIRST_PAUSE_NS;
    while (!closing) {
      pauseNs = receive() ? FIRST_PAUSE_NS : Math.min(2 * pauseNs, LONGEST_PAUSE_NS);
      pause(pauseNs);
    }
    ended = true;
  }

  private void pause(long ns) {
    long until = time.elapsedNs() + ns;
    while (!closing && time.elapsedNs() - until < 0) {
      LockSupport.parkNanos(this, until - time.elapsedNs());
    }
  }

  /** One connection, from its start to its end; returns whether it ever received. */
  private boolean receive() {
    GroupReader now = null;
    if (down.equals(NOT_STARTED)) {
      down = CONNECTING;
    }
    try {
      Consumer<byte[], byte[]> consumer = consumers.apply(config);
      now = new GroupReader(config, consumer, inbox, time, acknowledged);
      join(now, consumer);
      reader = now;
      down = "";
      connected.increment();
      boolean ready = false;
      String said = "";
      while (!closing) {
        now.step(receiving);
        String trouble = now.health().trouble();
        if (!trouble.equals(said) || trouble.isEmpty() != ready) {
          said = trouble;
          ready = log(trouble, ready);
        }
      }
      end(now, false);
      return true;
    } catch (RuntimeException e) {
      failed(e);
      if (now != null) {
        end(now, true);
      }
      return now != null && now.health().everReady();
    }
  }

  private void join(GroupReader now, Consumer<byte[], byte[]> consumer) {
    joining = consumer;
    try {
      now.join();
    } finally {
      joining = null;
    }
  }

  private boolean log(String trouble, boolean before) {
    if (trouble.isEmpty()) {
      LOG.info(
          "{}: connected to {}", config.name(), String.join(", ", config.brokers().addresses()));
    } else if (before) {
      LOG.warn("{}: {}", config.name(), trouble);
    }
    return trouble.isEmpty();
  }

  private void failed(RuntimeException e) {
    if (closing) {
      LOG.debug("{}: ended", config.name(), e);
      return;
    }
    boolean ofKafka =
        e instanceof KafkaException
            || e.getCause() instanceof KafkaException
            || e instanceof UncheckedIOException;
    String reason = ofKafka ? Reasons.of(e, config) : "internal error: " + e;
    if (!ofKafka) {
      LOG.error("{}: internal error, connecting again", config.name(), e);
    } else if (!reason.equals(down)) {
      LOG.warn("{}: {}", config.name(), reason);
    }
    down = reason;
  }

  /** Gives the client up, whatever it says to that. */
  private void end(GroupReader now, boolean failed) {
    try {
      now.leave(failed);
    } catch (RuntimeException e) {
      LOG.warn("{}: the connection did not end cleanly", config.name(), e);
    }
    if (!now.loss().isEmpty()) {
      loss = now.loss();
      lossNs = now.lossNs();
    }
    reader = null;
  }
}
