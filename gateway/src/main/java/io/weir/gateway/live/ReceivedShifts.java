package io.weir.gateway.live;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MessageReader;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Weight;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The newest shift of each machine and line of which other gateways send figures: a fold over rows
 * of {@code efficiency}, in any order, without clock and I/O. Of one shift the highest revision
 * stands; a row of no member takes it back. One of a clock that is ahead yields to any other. At
 * its limit, it forgets what was silent for longest, as {@link LatestReadings} does.
 *
 * <p>Mutable; belongs to one thread, or to a lock of its user.
 */
final class ReceivedShifts implements MessageReader {

  /** What one takes beside its names, while it is shown too. */
  private static final int BYTES_OF_ONE = 400;

  private static final long CLOCKS_APART_NS = TimeUnit.MINUTES.toNanos(1);

  private final long mostBytes;
  private long bytes;

  /** In the order of last hearing, oldest first. */
  private final LinkedHashMap<Asset, Row> newest = new LinkedHashMap<>(64, 0.75f, true);

  // Of the message and the line that are read.
  private long receivedNs;
  private @Nullable Row row;

  /** Figures of a shift as they were sent; NaN is not defined. */
  private static final class Row {
    private final Asset asset;
    private final String gateway;
    private final String shift;
    private final long startNs;
    private final long receivedNs;
    private double oee = Double.NaN;
    private double coverage = Double.NaN;
    private double good = Double.NaN;
    private double scrap = Double.NaN;
    private double members = 1;
    private long revision;
    private boolean over;

    Row(Series series, long startNs, long receivedNs) {
      asset = series.asset();
      gateway = Objects.requireNonNullElse(series.tags().get("gateway"), "");
      shift = Objects.requireNonNullElse(series.tags().get("shift"), "");
      this.startNs = startNs;
      this.receivedNs = receivedNs;
    }

    long weight() {
      return BYTES_OF_ONE + Weight.of(asset) + Weight.of(gateway) + Weight.of(shift);
    }

    /** No shift begins later than it is heard of, but for the difference of two clocks. */
    boolean isOfWrongClock() {
      return startNs > receivedNs + CLOCKS_APART_NS;
    }

    /** Revisions of two gateways tell nothing about each other. */
    boolean isOlderThan(Row other) {
      if (isOfWrongClock() != other.isOfWrongClock()) {
        return isOfWrongClock();
      }
      return startNs < other.startNs
          || (startNs == other.startNs
              && revision < other.revision
              && gateway.equals(other.gateway));
    }

    ReceivedShift shown() {
      return new ReceivedShift(
          level(asset),
          new Place(asset),
          gateway,
          Time.instant(receivedNs),
          shift,
          Time.instant(startNs),
          over,
          defined(oee),
          defined(coverage),
          defined(good),
          defined(scrap));
    }

    private static @Nullable Double defined(double value) {
      return Double.isNaN(value) ? null : value;
    }
  }

  /**
   * @param mostBytes of the heap that it may take, about
   */
  ReceivedShifts(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  @Override
  public void message(String source, String topic, long receiveTimeNs) {
    receivedNs = receiveTimeNs;
  }

  @Override
  public void line(Series series, long timeNs, Quality quality, @Nullable String reason) {
    end();
    row = isOfShift(series) ? new Row(series, timeNs, receivedNs) : null;
  }

  private static boolean isOfShift(Series series) {
    Map<String, String> tags = series.tags();
    return series.measurement().equals("efficiency")
        && "shift".equals(tags.get("bucket"))
        && level(series.asset()).equals(tags.get("level"));
  }

  private static String level(Asset asset) {
    return asset.machine() != null ? "machine" : "line";
  }

  @Override
  public void real(String metric, double value) {
    if (row == null) {
      return;
    }
    switch (metric) {
      case "oee" -> row.oee = value;
      case "coverage" -> row.coverage = value;
      case "good" -> row.good = value;
      case "scrap" -> row.scrap = value;
      case "members" -> row.members = value;
      case "revision" -> row.revision = (long) value;
      default -> {
        // not shown
      }
    }
  }

  @Override
  public void whole(String metric, long value) {
    real(metric, value);
  }

  @Override
  public void flag(String metric, boolean value) {
    if (row != null && metric.equals("final")) {
      row.over = value;
    }
  }

  @Override
  public void text(String metric, String value) {
    // none is shown
  }

  @Override
  public void end() {
    Row read = row;
    row = null;
    if (read == null) {
      return;
    }
    Row before = newest.get(read.asset);
    if (before != null && read.isOlderThan(before)) {
      return;
    }
    if (read.members == 0) {
      if (before != null && before.startNs == read.startNs) {
        forget(newest.remove(read.asset));
      }
    } else if (before != null || isRoomFor(read.weight())) {
      forget(newest.put(read.asset, read));
      bytes += read.weight();
    }
  }

  private void forget(@Nullable Row gone) {
    bytes -= gone == null ? 0 : gone.weight();
  }

  private boolean isRoomFor(long more) {
    Iterator<Row> oldest = newest.values().iterator();
    while (bytes + more > mostBytes && oldest.hasNext()) {
      Row gone = oldest.next();
      if (receivedNs - gone.receivedNs < Room.SILENT_NS) {
        return false;
      }
      oldest.remove();
      forget(gone);
    }
    return bytes + more <= mostBytes;
  }

  /** By place. */
  List<ReceivedShift> list() {
    return newest.values().stream()
        .sorted(Comparator.comparing(each -> each.asset, Asset.BY_PATH))
        .map(Row::shown)
        .toList();
  }
}
