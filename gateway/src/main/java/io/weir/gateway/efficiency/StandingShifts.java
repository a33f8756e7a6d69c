package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The rows of shifts and days of machines that stand in the stores, with the products of each
 * shift: a fold over the rows {@code efficiency} and {@code efficiency_product}, so that those that
 * a later calendar, or a shift that is made again, no longer has can be taken back.
 *
 * <p>Of a shift that was taken back the rows of its minutes may still stand: it is kept as a key of
 * the kind {@link BucketKind#MINUTE}.
 *
 * <p>It keeps as many days as calendars are compared ({@link CalendarPrint#DAYS}).
 *
 * <p>Bounds: the rows that it is made with, shared evenly by the machines, and at most {@value
 * #MOST_OF_MACHINE} of one. Where a share would be less than {@value #LEAST_OF_MACHINE}, further
 * machines have none.
 *
 * <p>Mutable; belongs to its {@link History}, whose lock guards it.
 */
final class StandingShifts {

  private static final long KEPT = CalendarPrint.DAYS * 24 * ShiftCalendar.HOUR;

  /** One of the same name may begin a day later. */
  private static final long LONGEST_SHIFT = 24 * ShiftCalendar.HOUR;

  private static final int MOST_OF_MACHINE = 512;
  private static final int LEAST_OF_MACHINE = 8;

  /** By their numbers in the bytes. */
  private static final List<BucketKind> KIND_OF_CODE =
      List.of(BucketKind.SHIFT, BucketKind.DAY, BucketKind.MINUTE);

  private static final Set<String> KINDS = Set.of(BucketKind.SHIFT.tag(), BucketKind.DAY.tag());

  /** By machine, its rows in the order of time, each with its products. */
  private final Map<Asset, TreeMap<BucketKey, Set<String>>> machines = new LinkedHashMap<>();

  /**
   * When machines were first heard: the calendar time of the shift and the day in which that was
   * begins there. Only of machines that are new since the start of the process; the rows of others
   * have their ends already.
   */
  private final Map<Asset, Long> heard = new HashMap<>();

  private final int mostRows;

  StandingShifts(int mostRows) {
    this.mostRows = mostRows;
  }

  /** Takes a reading of the log of figures. */
  void accept(Reading reading) {
    Asset asset = reading.series().asset();
    if (asset.machine() == null) {
      return;
    }
    Map<String, String> tags = reading.series().tags();
    String shift = tags.getOrDefault("shift", "");
    String measurement = reading.series().measurement();
    long start = reading.timeNs();
    if (measurement.equals(FigureRows.EFFICIENCY)
        && reading.metric().equals("calendar_s")
        && BucketKind.MINUTE.tag().equals(tags.get("bucket"))) {
      double seconds = ((Value.Real) reading.value()).value();
      if (seconds > 0) {
        long end = start + ShiftCalendar.MINUTE;
        hear(asset, end - Math.round(seconds * ShiftCalendar.SECOND));
        reach(asset, end, shift);
      }
    } else if (measurement.equals(FigureRows.EFFICIENCY)
        && reading.metric().equals("calendar_s")
        && KINDS.contains(tags.getOrDefault("bucket", ""))) {
      BucketKind kind =
          BucketKind.SHIFT.tag().equals(tags.get("bucket")) ? BucketKind.SHIFT : BucketKind.DAY;
      double seconds = ((Value.Real) reading.value()).value();
      put(asset, new BucketKey(kind, start, endOf(asset, start, seconds), shift));
    } else if (measurement.equals(FigureRows.PRODUCT) && reading.metric().equals("members")) {
      Set<String> products =
          machines
              .getOrDefault(asset, new TreeMap<>())
              .get(new BucketKey(BucketKind.SHIFT, start, start, shift));
      String product = tags.getOrDefault("product", "");
      if (products != null && ((Value.Real) reading.value()).value() > 0) {
        products.add(product);
      } else if (products != null) {
        products.remove(product); // it was taken back
      }
    }
  }

  private void hear(Asset machine, long instant) {
    if (heard.containsKey(machine)
        || (!machines.containsKey(machine) && heard.size() < mostRows / LEAST_OF_MACHINE)) {
      heard.merge(machine, instant, Math::min);
    }
  }

  /**
   * Up to where a row reaches, in full minutes.
   *
   * @param seconds of calendar time
   */
  private long endOf(Asset machine, long start, double seconds) {
    long first = heard.getOrDefault(machine, start);
    long before = start < first && first < start + LONGEST_SHIFT ? first - start : 0;
    double minutes = (seconds + before / 1e9) / 60;
    return seconds == 0 ? start : start + (long) Math.ceil(minutes - 1e-6) * ShiftCalendar.MINUTE;
  }

  /** A row without any time was taken back. */
  private void put(Asset machine, BucketKey key) {
    TreeMap<BucketKey, Set<String>> rows = machines.get(machine);
    if (rows == null) {
      if (key.end() == key.start() || machines.size() >= mostRows / LEAST_OF_MACHINE) {
        return;
      }
      rows = new TreeMap<>();
      machines.put(machine, rows);
    }
    BucketKey before = same(rows, key);
    Set<String> products = rows.remove(key);
    if (key.end() > key.start()) {
      // rows of minutes may stand up to its former end
      long end = before == null ? key.end() : Math.max(before.end(), key.end());
      rows.put(
          new BucketKey(key.kind(), key.start(), end, key.shift()),
          products == null ? new TreeSet<>() : products);
    } else if (before != null && key.kind() == BucketKind.SHIFT) {
      BucketKey minutes = new BucketKey(BucketKind.MINUTE, key.start(), before.end(), key.shift());
      BucketKey earlier = same(rows, minutes); // it was taken back before
      if (earlier == null || earlier.end() < minutes.end()) {
        rows.remove(minutes); // a key that is equal would stay, with its own end
        rows.put(minutes, new TreeSet<>());
      }
    }
    int share = Math.min(MOST_OF_MACHINE, mostRows / machines.size());
    while (rows.size() > share
        || (!rows.isEmpty() && rows.firstKey().start() < rows.lastKey().start() - KEPT)) {
      rows.pollFirstEntry();
    }
  }

  /** The key of a row as it stands, with its own end. */
  private static @Nullable BucketKey same(TreeMap<BucketKey, Set<String>> rows, BucketKey key) {
    BucketKey floor = rows.floorKey(key);
    return floor != null && floor.compareTo(key) == 0 ? floor : null;
  }

  /**
   * A row of a minute stands: its shift and its day end then at the earliest. That of the first
   * ones of a machine, which began within them, says no row of their own.
   */
  private void reach(Asset machine, long end, String shift) {
    TreeMap<BucketKey, Set<String>> rows = machines.get(machine);
    if (rows == null) {
      return;
    }
    BucketKey from = new BucketKey(BucketKind.MINUTE, end, 0, "");
    boolean ofShift = false;
    boolean ofDay = false;
    List<BucketKey> longer = new ArrayList<>();
    for (BucketKey key : rows.headMap(from, false).descendingKeySet()) {
      if ((ofDay && ofShift) || key.start() < end - ShiftCalendar.LONGEST_DAY) {
        break;
      }
      if (key.kind() == BucketKind.DAY && !ofDay) {
        ofDay = true;
        addShorter(key, end, longer);
      } else if (key.kind() == BucketKind.SHIFT && !ofShift) {
        ofShift = true; // a later one has its own row, and only the last can hold the minute
        if (key.shift().equals(shift) && key.start() >= end - LONGEST_SHIFT) {
          addShorter(key, end, longer);
        }
      }
    }
    for (BucketKey key : longer) {
      Set<String> products = rows.remove(key);
      rows.put(
          new BucketKey(key.kind(), key.start(), end, key.shift()),
          products == null ? new TreeSet<>() : products);
    }
  }

  private static void addShorter(BucketKey key, long end, List<BucketKey> shorter) {
    if (key.end() < end) {
      shorter.add(key);
    }
  }

  /** The machines with rows. */
  List<Asset> machines() {
    return List.copyOf(machines.keySet());
  }

  /** The rows of a machine, each with its products. */
  Map<BucketKey, Set<String>> of(Asset machine) {
    Map<BucketKey, Set<String>> rows = new TreeMap<>();
    machines
        .getOrDefault(machine, new TreeMap<>())
        .forEach((key, products) -> rows.put(key, Set.copyOf(products)));
    return rows;
  }

  /** The products of a shift of a machine. */
  Set<String> products(Asset machine, BucketKey shift) {
    return Set.copyOf(
        machines.getOrDefault(machine, new TreeMap<>()).getOrDefault(shift, Set.of()));
  }

  /** Forgets all other machines. */
  void retain(Set<Asset> known) {
    machines.keySet().retainAll(known);
    heard.keySet().retainAll(known);
  }

  /** An instant is the minutes since the row before. */
  void exchange(StateCodec codec) {
    codec.all(
        new ArrayList<>(machines.keySet()),
        () -> Asset.NONE,
        each -> {
          Asset machine = codec.machine(each);
          exchange(codec, machines.computeIfAbsent(machine, absent -> new TreeMap<>()));
          return machine;
        });
  }

  private static void exchange(StateCodec codec, TreeMap<BucketKey, Set<String>> rows) {
    long[] before = {0};
    codec.entries(
        rows,
        BucketKey.NONE,
        key -> {
          BucketKind kind = kind(codec, key.kind());
          long start = before[0] + minutes(codec, key.start() - before[0]);
          before[0] = start;
          long end = start + minutes(codec, key.end() - key.start());
          return new BucketKey(kind, start, end, codec.name(key.shift()));
        },
        TreeSet::new,
        products -> codec.all(products, () -> "", codec::name));
  }

  private static BucketKind kind(StateCodec codec, BucketKind kind) {
    int code = codec.raw((byte) KIND_OF_CODE.indexOf(kind));
    if (code < 0 || code >= KIND_OF_CODE.size()) {
      throw new IllegalArgumentException("a row of kind " + code + " is not known");
    }
    return KIND_OF_CODE.get(code);
  }

  private static long minutes(StateCodec codec, long nanos) {
    return codec.number(nanos / ShiftCalendar.MINUTE) * ShiftCalendar.MINUTE;
  }
}
