package io.weir.gateway.notify;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the notifications: asks for the causes each second on the thread {@code notifications}, and
 * sends on one thread for each outlet. What is to be sent is kept first. Where it cannot be kept,
 * it is sent all the same: that the disk is full is news too.
 */
public final class Notifier implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** After a start parts need this long to say again what is wrong with them. */
  private static final long SETTLED_NS = Duration.ofMinutes(1).toNanos();

  /** An outlet that fails for less is tried again and no alarm. */
  private static final long ALARM_NS = Duration.ofMinutes(1).toNanos();

  /** Where the state is kept. */
  public interface Store {

    /** What was saved last; empty where nothing was. */
    Optional<byte[]> load() throws IOException;

    /** Replaces it, durably. */
    void save(byte[] bytes) throws IOException;
  }

  private final Notices notices;
  private final Store store;
  private final Time time;
  private final long startedNs;
  private final List<Courier> couriers = new ArrayList<>();
  private final StopSignal stop = new StopSignal();

  /** Guards the store and {@code unkept}. */
  private final Object keeping = new Object();

  private boolean unkept;
  private volatile long keptNumber;
  private volatile @Nullable Causes causes;

  /**
   * @param outlets opened, in the order of the configuration
   * @throws IOException if what was kept was written by a later version
   */
  public Notifier(
      NotifyConfig config,
      Map<OutletConfig, Outlet> outlets,
      Store store,
      Time time,
      MeterRegistry meters)
      throws IOException {
    this.store = store;
    this.time = time;
    this.startedNs = time.elapsedNs();
    this.notices =
        new Notices(config.rules(), config.outlets().stream().map(OutletConfig::name).toList());
    Optional<byte[]> kept = store.load();
    if (kept.isPresent()) {
      try {
        NoticesCodec.decode(kept.get(), notices);
      } catch (IOException e) {
        throw new IOException("notifications: " + e.getMessage(), e);
      }
    }
    keptNumber = notices.lastNumber;
    Composer composer = Composer.of(config);
    outlets.forEach(
        (each, outlet) -> {
          Desk desk = new Desk(each.name(), meters);
          couriers.add(new Courier(each, outlet, composer, desk, time));
        });
  }

  /** Opens the outlets of a configuration. */
  public static Map<OutletConfig, Outlet> open(NotifyConfig config) {
    Map<OutletConfig, Outlet> opened = new LinkedHashMap<>();
    config.outlets().forEach(each -> opened.put(each, Outlets.open(each)));
    return opened;
  }

  /** Where the causes come from; before it is given, nothing is asked. */
  public void asks(Causes given) {
    causes = given;
  }

  public void start(Threads threads) {
    threads.start("notifications", () -> stop.repeat(EVERY, this::step));
    couriers.forEach(
        courier ->
            threads.start(
                "notify-" + courier.config().name(), () -> stop.repeat(EVERY, courier::step)));
  }

  /** Asks for the causes once, and keeps what became news. */
  void step() {
    Causes now = causes;
    if (now == null) {
      return;
    }
    boolean settled = time.elapsedNs() - startedNs >= SETTLED_NS;
    if (notices.update(now, time.wallNs(), settled)) {
      keep();
    }
  }

  /** One turn of all parts, on the calling thread. */
  public void stepAll() {
    step();
    couriers.forEach(Courier::step);
  }

  /** Whether it is kept now. After {@link #close} nothing is written any more. */
  private boolean keep() {
    synchronized (keeping) {
      if (stop.isGiven()) {
        return false;
      }
      long upTo;
      byte[] bytes;
      synchronized (notices) {
        upTo = notices.lastNumber;
        bytes = NoticesCodec.encode(notices);
      }
      try {
        store.save(bytes);
        if (unkept) {
          LOG.info("Notifications are kept again");
        }
        unkept = false;
      } catch (IOException e) {
        if (!unkept) {
          LOG.warn("Notifications cannot be kept; they are sent all the same", e);
        }
        unkept = true;
      }
      keptNumber = upTo;
      return !unkept;
    }
  }

  /** What the courier of one outlet asks. */
  private final class Desk implements Courier.Post {

    private final Counter delivered;
    private final Counter failed;

    Desk(String outlet, MeterRegistry meters) {
      delivered = meters.counter(MeterNames.NOTIFY_DELIVERED, MeterNames.OUTLET, outlet);
      failed = meters.counter(MeterNames.NOTIFY_FAILED, MeterNames.OUTLET, outlet);
      Gauge.builder(MeterNames.NOTIFY_PENDING, notices, all -> all.waiting(outlet))
          .tag(MeterNames.OUTLET, outlet)
          .register(meters);
    }

    @Override
    public @Nullable Batch due(OutletConfig outlet) {
      Batch batch = notices.due(outlet.name(), outlet.common(), time.wallNs());
      return batch != null && batch.lastNumber() <= keptNumber ? batch : null;
    }

    @Override
    public void delivered(OutletConfig outlet, Batch batch) {
      notices.delivered(outlet.name(), batch, time.wallNs());
      delivered.increment();
      keep();
    }

    @Override
    public void failed(OutletConfig outlet) {
      failed.increment();
    }
  }

  // ---- What others ask

  /** Outlets that take nothing. */
  public List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    for (Courier courier : couriers) {
      String fault = courier.fault(ALARM_NS);
      if (!fault.isEmpty()) {
        troubles.add(new Trouble(AlarmKind.OUTLET_DOWN, courier.config().name(), fault));
      }
    }
    return troubles;
  }

  /** The notifications that have not ended, the oldest first. */
  public List<OpenNotice> open() {
    return notices.notices();
  }

  /**
   * An outlet as it is now.
   *
   * @param pending events that wait for it
   * @param omitted events that were left out, and no message has said so yet
   * @param reason why the last attempt failed, "" if it did not
   */
  public record OutletNow(String name, String type, int pending, long omitted, String reason) {}

  /** In the order of the configuration. */
  public List<OutletNow> outlets() {
    return couriers.stream()
        .map(
            courier -> {
              String name = courier.config().name();
              return new OutletNow(
                  name,
                  courier.config().type(),
                  notices.waiting(name),
                  notices.omitted(name),
                  courier.fault(0));
            })
        .toList();
  }

  /**
   * Ends the repeats of an open notification; durable when it returns.
   *
   * @return {@code null} if there is none of that id
   * @throws IOException if it could not be kept; it holds until the process ends
   */
  public @Nullable OpenNotice acknowledge(String id, String who, String comment)
      throws IOException {
    OpenNotice known = notices.acknowledge(id, who, comment, time.wallNs());
    if (known != null && !keep()) {
      throw new IOException("the data directory cannot be written");
    }
    return known;
  }

  /** Sends nothing more. What waits is kept; a message under way may still be taken. */
  @Override
  public void close() {
    synchronized (keeping) {
      stop.give();
    }
    couriers.forEach(Courier::close);
  }
}
