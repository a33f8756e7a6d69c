package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of one metric of one asset, window by window. Windows follow each other without a
 * gap from 1970 on. The row of a window is written now and then while it lasts, once it has ended,
 * and as final when no reading may join it any more.
 *
 * <p>A reading that is older than the newest one joins its window if that is the present one or the
 * one before, until a reading comes that is later than its end by the allowed lateness. The rules
 * look only at readings in the order of time.
 *
 * <p>Mutable; belongs to its {@link SignalStatistics}.
 */
final class MonitoredSignal {

  /** A window with fewer values is no measure of how the signal varies. */
  static final int LEAST_VALUES = 20;

  /** The row of a window that lasts is written about so often in it. */
  private static final int WRITES_IN_A_WINDOW = 12;

  private final EfficiencyConfig.Monitored rule;
  private final Series series;
  private final long windowNs;
  private final long everyNs;
  private final WesternElectric rules = new WesternElectric();

  private SignalWindow present = new SignalWindow();
  private @Nullable SignalWindow before;
  private long newest = Long.MIN_VALUE;
  private long writeFrom;

  /** Mean and deviation of the newest window that was full enough, or as configured. */
  private double center;

  private double sigma;

  // Of a past span, and so beside the state: from here on readings say what values are compared
  // with, and where each of the newest values was. Any may be missing before the first ones.
  private long comparedSince = Long.MIN_VALUE;
  private final long[] valuesSince = new long[WesternElectric.LONGEST - 1];
  private int values;

  MonitoredSignal(EfficiencyConfig.Monitored rule, Asset asset) {
    this.rule = rule;
    series = new Series(FigureNames.SIGNAL, asset, Map.of("metric", rule.metric()));
    windowNs = rule.window().toNanos();
    everyNs = Math.max(ShiftCalendar.MINUTE, windowNs / WRITES_IN_A_WINDOW);
    Double mean = rule.center();
    Double deviation = rule.sigma();
    center = mean == null ? Double.NaN : mean;
    sigma = deviation == null ? Double.NaN : deviation;
    comparedSince = deviation == null ? Long.MIN_VALUE : Long.MAX_VALUE;
    Arrays.fill(valuesSince, Long.MIN_VALUE);
  }

  long windowNs() {
    return windowNs;
  }

  /** What stands for it in the rows. */
  Series series() {
    return series;
  }

  /** No row of a window that ended before changes any more. */
  long closedTo() {
    return before == null ? present.start : before.start;
  }

  /** The instant of its newest reading. */
  long newest() {
    return newest;
  }

  void take(long time, double value, long latenessNs, FigureRows rows) {
    if (time == newest) {
      return; // said twice
    }
    if (time < newest) {
      late(time, value);
      return;
    }
    if (newest == Long.MIN_VALUE) {
      begin(time);
    } else if (time >= present.start + windowNs) {
      end(time, rows);
    } else if (time >= writeFrom) {
      write(present, false, rows);
      writeFrom = Math.floorDiv(time, everyNs) * everyNs + everyNs;
    }
    newest = time;
    SignalWindow ended = before;
    if (ended != null && time - (ended.start + windowNs) >= latenessNs) {
      write(ended, true, rows);
      before = null;
    }
    add(present, value);
    if (sigma > 0) {
      int broken = rules.take((value - center) / sigma);
      valuesSince[values++ % valuesSince.length] = Math.min(time, comparedSince);
      for (int i = 0; broken != 0; i++, broken >>= 1) {
        present.broken[i] += broken & 1;
      }
    }
  }

  private void late(long time, double value) {
    SignalWindow ended = before;
    if (time >= present.start) {
      add(present, value);
    } else if (ended != null && time >= ended.start && time < ended.start + windowNs) {
      add(ended, value);
    } else {
      present.late++;
    }
  }

  private void add(SignalWindow window, double value) {
    window.moments.add(value);
    Double lower = rule.lower();
    Double upper = rule.upper();
    if ((lower != null && value < lower) || (upper != null && value > upper)) {
      window.outside++;
    }
  }

  private void begin(long time) {
    present = new SignalWindow();
    present.start = Math.floorDiv(time, windowNs) * windowNs;
    present.center = center;
    present.sigma = sigma;
    long first = Arrays.stream(valuesSince).min().orElseThrow();
    present.since = Math.min(present.start, Math.min(comparedSince, first));
    writeFrom = Math.floorDiv(time, everyNs) * everyNs + everyNs;
  }

  /** The present window ends: it is what the next one is compared with. */
  private void end(long time, FigureRows rows) {
    if (before != null) {
      write(before, true, rows);
    }
    write(present, false, rows);
    double deviation = present.moments.deviation();
    boolean isWhole = present.start >= rows.wholeFrom();
    boolean isFull = present.moments.count() >= LEAST_VALUES && deviation > 0;
    if (rule.sigma() == null && isWhole && isFull) {
      sigma = deviation;
      comparedSince = present.start;
      center = rule.center() == null ? present.moments.mean() : center;
    }
    before = present;
    begin(time);
  }

  private void write(SignalWindow window, boolean isFinal, FigureRows rows) {
    Moments moments = window.moments;
    Map<String, Value> row = new LinkedHashMap<>();
    row.put("n", new Value.Whole(moments.count()));
    real(row, "mean", moments.mean());
    real(row, "s", moments.deviation());
    real(row, "min", moments.least());
    real(row, "max", moments.most());
    Double lower = rule.lower();
    Double upper = rule.upper();
    double spread = 3 * moments.deviation();
    if (spread > 0 && (lower != null || upper != null)) {
      double below = lower == null ? Double.POSITIVE_INFINITY : moments.mean() - lower;
      double above = upper == null ? Double.POSITIVE_INFINITY : upper - moments.mean();
      real(row, "cp", (below + above) / (2 * spread));
      real(row, "cpk", Math.min(below, above) / spread);
    }
    if (lower != null || upper != null) {
      row.put("outside", new Value.Whole(window.outside));
    }
    if (window.sigma > 0) {
      real(row, "center", window.center);
      real(row, "sigma", window.sigma);
      for (int i = 0; i < window.broken.length; i++) {
        row.put("rule_" + (i + 1), new Value.Whole(window.broken[i]));
      }
    }
    row.put("late", new Value.Whole(window.late));
    row.put("final", new Value.Flag(isFinal));
    BucketKey key = new BucketKey(BucketKind.HOUR, window.start, window.start + windowNs, "");
    rows.signal(series, key, window.since, isFinal, row);
  }

  private static void real(Map<String, Value> row, String field, double value) {
    if (Double.isFinite(value)) {
      row.put(field, new Value.Real(value));
    }
  }

  void exchange(StateCodec codec) {
    newest = codec.number(newest);
    writeFrom = codec.number(writeFrom);
    double storedCenter = codec.real(center);
    double storedSigma = codec.real(sigma);
    sigma = rule.sigma() == null ? storedSigma : sigma;
    center = rule.center() == null ? storedCenter : center;
    present.exchange(codec);
    SignalWindow ended = before;
    before =
        codec.flag(ended != null)
            ? (ended == null ? new SignalWindow() : ended).exchange(codec)
            : null;
    rules.exchange(codec);
  }
}
