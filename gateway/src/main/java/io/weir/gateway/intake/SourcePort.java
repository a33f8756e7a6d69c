package io.weir.gateway.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.normalize.DeviceClocks;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.StreamRecord;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/**
 * What the intake keeps of one source: its counters, the marks by which it knows what came before,
 * and readings that were refused and are in no record yet.
 */
final class SourcePort {

  private static final double NS_IN_S = 1e9;

  private final MeterRegistry registry;
  private final Redeliveries redeliveries;
  private final StreamMarks stream;
  final PassedMarks passed;
  final AtomicInteger refused = new AtomicInteger();
  private final Counter messages;
  final Counter bytes;
  private final Counter received;
  private final Counter appended;
  final Counter filtered;
  final Counter duplicates;
  final Counter skewed;
  final Counter misread;
  final Counter own;
  final Counter refusedMeter;
  private final Map<Reason, Counter> rejected = new EnumMap<>(Reason.class);
  final Timer time;

  /**
   * @param clocks of the devices behind the source
   */
  SourcePort(String source, IntakeTotals ledger, MeterRegistry registry, DeviceClocks clocks) {
    this.registry = registry;
    redeliveries = ledger.redeliveries(source);
    stream = ledger.stream(source);
    passed = ledger.passed(source);
    messages = counter(MeterNames.MESSAGES, source);
    bytes = counter(MeterNames.RECEIVED_BYTES, source);
    received = counter(MeterNames.RECEIVED, source);
    appended = counter(MeterNames.APPENDED, source);
    filtered = counter(MeterNames.FILTERED, source);
    duplicates = counter(MeterNames.DUPLICATES, source);
    skewed = counter(MeterNames.SKEWED, source);
    misread = counter(MeterNames.MISREAD, source);
    own = counter(MeterNames.OWN_MESSAGES, source);
    refusedMeter = counter(MeterNames.REFUSED, source);
    for (Reason reason : Reason.values()) {
      rejected.put(
          reason,
          registry.counter(MeterNames.REJECTED, "source", source, "reason", reason.label()));
    }
    time = registry.timer(MeterNames.INTAKE_TIME, "source", source);
    gauge(MeterNames.CLOCK_AHEAD, source, clocks, each -> each.aheadNs(source) / NS_IN_S);
    gauge(MeterNames.CLOCK_BEHIND, source, clocks, each -> each.behindNs(source) / NS_IN_S);
  }

  private void gauge(
      String name, String source, DeviceClocks clocks, ToDoubleFunction<DeviceClocks> value) {
    registry.gauge(name, Tags.of("source", source), clocks, value);
  }

  private Counter counter(String name, String source) {
    return registry.counter(name, "source", source);
  }

  /** Tells a record of a stream from all others. */
  static long mark(StreamRecord stream, long payloadHash) {
    long mark = (stream.place() ^ payloadHash) * 0x9E3779B97F4A7C15L + payloadHash;
    return mark ^ mark >>> 32;
  }

  /** Whether the gateway has taken this delivery before. */
  boolean isRepeated(Delivery delivery, long payloadHash) {
    StreamRecord record = delivery.stream();
    return record != null
        ? stream.isRepeated(mark(record, payloadHash))
        : delivery.duplicate() && redeliveries.isRepeated(delivery, payloadHash);
  }

  void begin(Message message) {
    redeliveries.begin(message);
    if (message.session() != null && message.session().kind() == SessionEvent.Kind.READ) {
      stream.begin(message.session().content());
    }
  }

  void end(Message message) {
    redeliveries.end(message);
    if (message.session() != null && message.session().kind() == SessionEvent.Kind.READ) {
      stream.end(message.session().content());
    }
  }

  int takeRefused() {
    return refused.get() == 0 ? 0 : refused.getAndSet(0);
  }

  /** A message is on the disk. */
  void count(Message message) {
    messages.increment();
    received.increment(message.received());
    int readings = message.readings().size();
    if (readings > 0) {
      appended.increment(readings);
    }
    for (Rejected each : message.rejected()) {
      Counter counter = rejected.get(each.reason());
      if (counter != null) {
        counter.increment();
      }
    }
  }
}
