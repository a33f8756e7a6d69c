package io.weir.gateway.decode.sparkplug;

import io.weir.gateway.model.Value;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the birth of a node or of a device said of its metrics. Filled by the thread that reads the
 * birth, then handed to {@link Sessions}; from there on only the last values change, under its
 * monitor.
 */
final class Birth {

  /** Characters of a text at most that is remembered as last value. */
  private static final int LONGEST_TEXT = 256;

  /** What one metric costs beside its texts, bytes, about. */
  private static final int METRIC_BYTES = 256;

  /** What a birth without metrics costs, bytes, about. */
  private static final int BIRTH_BYTES = 256;

  /** One metric, and the last value it had. */
  static final class Metric {
    final String name;
    final int datatype;
    final @Nullable String unit;
    private @Nullable Value last;

    Metric(String name, int datatype, @Nullable String unit) {
      this.name = name;
      this.datatype = datatype;
      this.unit = unit;
    }

    /** The last value, or {@code null} where there is none. */
    @Nullable Value last() {
      return last;
    }

    void last(@Nullable Value value) {
      boolean large = value instanceof Value.Text text && text.value().length() > LONGEST_TEXT;
      last = large ? null : value;
    }
  }

  /** Stands under an alias that the birth gave to several metrics: it names none of them. */
  static final Metric AMBIGUOUS = new Metric("", 0, null);

  private final Map<String, Metric> byName = new LinkedHashMap<>();
  private final Map<Long, Metric> byAlias = new HashMap<>();
  private long bytes = BIRTH_BYTES;

  void add(Metric metric, @Nullable Long alias) {
    byName.put(metric.name, metric);
    if (alias != null) {
      byAlias.merge(alias, metric, (a, b) -> a.name.equals(b.name) ? b : AMBIGUOUS);
    }
    int unit = metric.unit == null ? 0 : metric.unit.length();
    bytes += METRIC_BYTES + 2L * (metric.name.length() + unit);
  }

  @Nullable Metric named(String name) {
    return byName.get(name);
  }

  /** The metric of an alias, {@link #AMBIGUOUS} where several have it. */
  @Nullable Metric aliased(long alias) {
    return byAlias.get(alias);
  }

  Collection<Metric> metrics() {
    return byName.values();
  }

  /** What it costs to remember, about. */
  long bytes() {
    return bytes;
  }
}
