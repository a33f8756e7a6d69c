package io.weir.gateway.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.metrics.MeterNames;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The meters of one source, tagged with its name. A source registers those that it has. */
public final class SourceMeters implements AutoCloseable {

  private static final String TAG = "source";

  private final MeterRegistry registry;
  private final String source;
  private final List<Meter> meters = new ArrayList<>();

  public SourceMeters(MeterRegistry registry, String source) {
    this.registry = registry;
    this.source = source;
  }

  /** Messages acknowledged to their sender. */
  public Counter acknowledged() {
    return counter(MeterNames.ACKNOWLEDGED, "Messages acknowledged to their sender");
  }

  /** Redeliveries that the source itself recognised. */
  public Counter duplicates() {
    return counter(MeterNames.DUPLICATES, "Redeliveries recognised, acknowledged and not appended");
  }

  /** Messages on topics that their sender may not publish to. */
  public Counter notAuthorised() {
    return counter(
        MeterNames.NOT_AUTHORISED, "Messages on topics that their sender may not publish to");
  }

  /** Connections that were not let in. */
  public Counter refusedConnections() {
    return counter(MeterNames.REFUSED_CONNECTIONS, "Connections that were not let in");
  }

  /** Connections open now. */
  public void connections(Supplier<Number> open) {
    gauge(MeterNames.CONNECTIONS, "Connections open now", null, open);
  }

  /** Connections made. */
  public Counter connects() {
    return counter(MeterNames.CONNECTS, "Connections made");
  }

  /** Connections on which the broker had lost the session. */
  public Counter sessionsLost() {
    return counter(MeterNames.SESSIONS_LOST, "Sessions that the broker had lost");
  }

  /** Connections that ended on a broken packet. */
  public Counter brokenPackets() {
    return counter(
        MeterNames.BROKEN_PACKETS, "Connections ended because the broker sent a broken packet");
  }

  /**
   * Registers the gauges.
   *
   * @param silenceNs nanoseconds since the last message, negative if there was none
   */
  public void gauges(Supplier<Source.Status> status, LongSupplier silenceNs) {
    gauge(MeterNames.CONNECTED, "1 while it receives", null, () -> status.get().ready() ? 1 : 0);
    gauge(
        MeterNames.UNACKNOWLEDGED,
        "Deliveries held, not yet acknowledged",
        null,
        () -> status.get().unacknowledged());
    gauge(
        MeterNames.LAST_MESSAGE_AGE,
        "Time since the last message",
        "seconds",
        () -> seconds(silenceNs.getAsLong()));
  }

  /**
   * Registers how far a source of a stream is behind its end.
   *
   * @param records that are not yet durable here; negative while that is not known
   */
  public void lag(LongSupplier records) {
    gauge(
        MeterNames.SOURCE_LAG,
        "Records of the stream that are not yet durable here",
        null,
        () -> {
          long now = records.getAsLong();
          return now < 0 ? Double.NaN : now;
        });
  }

  private static double seconds(long ns) {
    return ns < 0 ? Double.NaN : ns / (double) TimeUnit.SECONDS.toNanos(1);
  }

  private Counter counter(String name, String description) {
    Counter counter =
        Counter.builder(name).description(description).tag(TAG, source).register(registry);
    meters.add(counter);
    return counter;
  }

  private void gauge(
      String name, String description, @Nullable String unit, Supplier<Number> value) {
    meters.add(
        Gauge.builder(name, value)
            .description(description)
            .baseUnit(unit)
            .tag(TAG, source)
            .register(registry));
  }

  @Override
  public void close() {
    meters.forEach(registry::remove);
  }
}
