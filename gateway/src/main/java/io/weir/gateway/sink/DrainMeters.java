package io.weir.gateway.sink;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.sink.Sink.Answer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/** The meters of one drain, tagged with its sink and log. */
final class DrainMeters {

  private final MeterRegistry registry;
  private final Tags tags;
  private final Counter lines;
  private final Counter retries;

  DrainMeters(MeterRegistry registry, String sink, String log, Drain drain) {
    this.registry = registry;
    this.tags = Tags.of("sink", sink, "log", log);
    this.lines = registry.counter(MeterNames.SINK_LINES, tags);
    this.retries = registry.counter(MeterNames.SINK_RETRIES, tags);
    ledger("stored", drain, SinkTotals::stored);
    ledger("sent", drain, SinkTotals::sent);
    ledger("thinned", drain, SinkTotals::thinned);
    ledger("quarantined", drain, SinkTotals::quarantined);
    ledger("withheld", drain, SinkTotals::withheld);
    ledger("dropped", drain, SinkTotals::dropped);
    ledger("corrupt", drain, SinkTotals::corrupt);
    Gauge.builder(MeterNames.SINK_PENDING, drain, Drain::pending).tags(tags).register(registry);
    Gauge.builder(MeterNames.SINK_LAG_BYTES, drain, Drain::pendingBytes)
        .tags(tags)
        .register(registry);
    Gauge.builder(MeterNames.SINK_LAG_AGE, drain, Drain::lagSeconds).tags(tags).register(registry);
    Gauge.builder(MeterNames.SINK_BREAKER, drain, Drain::breakerState)
        .tags(tags)
        .register(registry);
  }

  private void ledger(String state, Drain drain, ToLongFunction<SinkTotals> count) {
    Gauge.builder(MeterNames.SINK_LEDGER, drain, d -> count.applyAsLong(d.ledger()))
        .tags(tags.and("state", state))
        .register(registry);
  }

  void stored(int count) {
    lines.increment(count);
  }

  /** Readings came too late for their window. */
  void late(int readings) {
    registry.counter(MeterNames.SINK_THIN_LATE, tags).increment(readings);
  }

  void repeated() {
    retries.increment();
  }

  void written(Answer answer, long tookNs) {
    registry
        .timer(MeterNames.SINK_WRITE_TIME, tags.and("outcome", outcome(answer)))
        .record(tookNs, TimeUnit.NANOSECONDS);
  }

  private static String outcome(Answer answer) {
    if (answer instanceof Answer.Stored) {
      return "stored";
    } else if (answer instanceof Answer.Refused) {
      return "refused";
    } else if (answer instanceof Answer.TooLarge) {
      return "too-large";
    } else if (answer instanceof Answer.Misconfigured) {
      return "misconfigured";
    } else if (answer instanceof Answer.Busy) {
      return "busy";
    }
    return "down";
  }
}
