package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarPrint;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
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
 * the kind {@link BucketKind#MINUTE}. So are minutes of a shift of which the machine has no row.
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

  private static final int MOST_OF_MACHINE = 512;
  private static final int LEAST_OF_MACHINE = 8;

  /** By their numbers in the bytes. */
  private static final List<BucketKind> KIND_OF_CODE =
      List.of(BucketKind.SHIFT, BucketKind.DAY, BucketKind.MINUTE);

  /** By machine, its rows in the order of time, each with its products. */
  private final Map<Asset, TreeMap<BucketKey, Set<String>>> machines = new LinkedHashMap<>();

  private final int mostRows;

  StandingShifts(int mostRows) {
    this.mostRows = mostRows;
  }

  /** Takes a reading of the log of figures. */
  void accept(Reading reading) {
    Asset asset = reading.series().asset();
    String measurement = reading.series().measurement();
    if (asset.machine() != null && measurement.equals(FigureNames.EFFICIENCY)) {
      figures(asset, reading);
    } else if (asset.machine() != null && measurement.equals(FigureNames.PRODUCT)) {
      product(asset, reading);
    }
  }

  private void figures(Asset machine, Reading reading) {
    boolean isReach = reading.metric().equals(FigureNames.REACH);
    if (!isReach && !reading.metric().equals("calendar_s")) {
      return; // as most of a row
    }
    BucketKind kind = kindOf(reading);
    if (kind == BucketKind.HOUR) {
      return;
    }
    // rows that an earlier version wrote say only how much of their time the machine was known
    long minutes = (long) Math.ceil(((Value.Real) reading.value()).value() / 60);
    long start = reading.timeNs();
    String shift = shiftOf(reading);
    BucketKey key = new BucketKey(kind, start, start + minutes * ShiftCalendar.MINUTE, shift);
    if (kind == BucketKind.MINUTE && minutes > 0) {
      minute(machine, key);
    } else if (kind != BucketKind.MINUTE && minutes > 0) {
      put(machine, key);
    } else if (isReach) {
      takeBack(machine, key);
    }
  }

  private void product(Asset machine, Reading reading) {
    if (!reading.metric().equals("members")) {
      return;
    }
    long start = reading.timeNs();
    Set<String> products =
        machines
            .getOrDefault(machine, new TreeMap<>())
            .get(new BucketKey(kindOf(reading), start, start, shiftOf(reading)));
    String product = reading.series().tags().getOrDefault("product", "");
    if (products != null && ((Value.Real) reading.value()).value() > 0) {
      products.add(product);
    } else if (products != null) {
      products.remove(product); // it was taken back
    }
  }

  /** A row of a product without the tag is one of a shift, by an earlier version. */
  private static BucketKind kindOf(Reading reading) {
    String bucket = reading.series().tags().get("bucket");
    for (BucketKind kind : BucketKind.values()) {
      if (kind.tag().equals(bucket)) {
        return kind;
      }
    }
    return BucketKind.SHIFT;
  }

  private static String shiftOf(Reading reading) {
    return reading.series().tags().getOrDefault("shift", "");
  }

  /** A row stands; rows of its minutes may stand as far as it ever reached. */
  private void put(Asset machine, BucketKey key) {
    TreeMap<BucketKey, Set<String>> rows = rowsOf(machine);
    if (rows == null) {
      return;
    }
    BucketKey before = same(rows, key);
    if (before == null || before.end() < key.end()) {
      Set<String> products = rows.remove(key); // a key that is equal would stay, with its own end
      rows.put(key, products == null ? new TreeSet<>() : products);
      // minutes that it covers need no key of their own
      rows.subMap(firstAt(key.start()), firstAt(key.end()))
          .keySet()
          .removeIf(minutes -> minutes.kind() == BucketKind.MINUTE && covers(key, minutes));
      trim(rows);
    }
  }

  private void takeBack(Asset machine, BucketKey key) {
    TreeMap<BucketKey, Set<String>> rows = machines.getOrDefault(machine, new TreeMap<>());
    BucketKey before = same(rows, key);
    if (before == null) {
      return;
    }
    rows.remove(before);
    if (key.kind() == BucketKind.SHIFT) {
      BucketKey minutes = new BucketKey(BucketKind.MINUTE, key.start(), before.end(), key.shift());
      BucketKey earlier = same(rows, minutes); // it was taken back before
      if (earlier == null || earlier.end() < minutes.end()) {
        rows.remove(minutes);
        rows.put(minutes, new TreeSet<>());
      }
    }
  }

  /** Whether minutes, or one of them, are of a shift. */
  private static boolean covers(BucketKey shift, BucketKey minutes) {
    return shift.kind() == BucketKind.SHIFT
        && shift.shift().equals(minutes.shift())
        && shift.start() <= minutes.start()
        && minutes.end() <= shift.end();
  }

  /** {@code null} where there is no room for another one. */
  private @Nullable TreeMap<BucketKey, Set<String>> rowsOf(Asset machine) {
    TreeMap<BucketKey, Set<String>> rows = machines.get(machine);
    if (rows == null && machines.size() < mostRows / LEAST_OF_MACHINE) {
      rows = new TreeMap<>();
      machines.put(machine, rows);
    }
    return rows;
  }

  /** Before all keys that begin at an instant. */
  private static BucketKey firstAt(long instant) {
    return new BucketKey(BucketKind.MINUTE, instant, 0, "");
  }

  private void trim(TreeMap<BucketKey, Set<String>> rows) {
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
   * A row of a minute stands. Where there is no row of its shift, such as where a change has left
   * only a part of it, it has a key of its own, together with those that it follows.
   */
  private void minute(Asset machine, BucketKey minute) {
    TreeMap<BucketKey, Set<String>> rows = rowsOf(machine);
    if (rows == null) {
      return;
    }
    BucketKey oldest = firstAt(minute.start() - ShiftCalendar.LONGEST_DAY);
    if (rows.subMap(oldest, firstAt(minute.end())).keySet().stream()
        .anyMatch(shift -> covers(shift, minute))) {
      return;
    }
    BucketKey last = rows.floorKey(minute);
    boolean follows =
        last != null
            && last.kind() == BucketKind.MINUTE
            && last.shift().equals(minute.shift())
            && last.end() >= minute.start();
    BucketKey key = minute;
    if (last != null && follows) {
      rows.remove(last);
      long end = Math.max(minute.end(), last.end());
      key = new BucketKey(BucketKind.MINUTE, last.start(), end, minute.shift());
    }
    rows.put(key, new TreeSet<>());
    trim(rows);
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

  /** The products of a shift or a day of a machine. */
  Set<String> products(Asset machine, BucketKey key) {
    return Set.copyOf(machines.getOrDefault(machine, new TreeMap<>()).getOrDefault(key, Set.of()));
  }

  /** Forgets all other machines. */
  void retain(Set<Asset> known) {
    machines.keySet().retainAll(known);
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
