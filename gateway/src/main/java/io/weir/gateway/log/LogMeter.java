package io.weir.gateway.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.function.ToDoubleFunction;

/**
 * The meters of a log, in Micrometer's dotted form, with what each means. Each has one tag, {@value
 * #TAG}, whose value is the log's name.
 */
public enum LogMeter {
  APPENDED_BYTES("weir.log.appended.bytes", Meter.Type.COUNTER, "Bytes appended"),

  SYNC_TIME("weir.log.sync.time", Meter.Type.TIMER, "One group sync to stable storage"),

  SYNC_FAILURES(
      "weir.log.sync.failures", Meter.Type.COUNTER, "Syncs that failed; each seals a segment"),

  SIZE_BYTES("weir.log.size.bytes", Meter.Type.GAUGE, "Bytes on disk"),

  MAX_BYTES("weir.log.max.bytes", Meter.Type.GAUGE, "Bound on the bytes on disk"),

  WRITABLE(
      "weir.log.writable",
      Meter.Type.GAUGE,
      "1 while the log can be written, else 0; a full log is still writable"),

  SEGMENTS("weir.log.segments", Meter.Type.GAUGE, "Segments on disk"),

  KEPT_BYTES(
      "weir.log.kept.bytes",
      Meter.Type.GAUGE,
      "Bytes of segments that every consumer has passed, kept to make figures again"),

  DROPPED_READINGS(
      "weir.log.dropped.readings",
      Meter.Type.GAUGE,
      "Readings dropped at the size limit since the start, before every consumer had them"),

  CORRUPT_READINGS(
      "weir.log.corrupt.readings",
      Meter.Type.GAUGE,
      "Readings lost to damage that was found since the start");

  /** The key of the one tag. */
  public static final String TAG = "log";

  private final String meterName;
  private final Meter.Type type;
  private final String meaning;

  LogMeter(String meterName, Meter.Type type, String meaning) {
    this.meterName = meterName;
    this.type = type;
    this.meaning = meaning;
  }

  /** The meter's name, dotted. */
  public String meterName() {
    return meterName;
  }

  /** A counter, a gauge or a timer. */
  public Meter.Type type() {
    return type;
  }

  /** What the value means, as Prometheus shows it. */
  public String meaning() {
    return meaning;
  }

  Counter counter(MeterRegistry meters, String log) {
    return Counter.builder(meterName).tag(TAG, log).description(meaning).register(meters);
  }

  Timer timer(MeterRegistry meters, String log) {
    return Timer.builder(meterName).tag(TAG, log).description(meaning).register(meters);
  }

  <T> Gauge gauge(MeterRegistry meters, String log, T of, ToDoubleFunction<T> value) {
    return Gauge.builder(meterName, of, value).tag(TAG, log).description(meaning).register(meters);
  }
}
