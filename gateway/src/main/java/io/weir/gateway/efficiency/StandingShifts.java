package io.weir.gateway.efficiency;

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
 * the kind {@link BucketKind#MINUTE}. So are minutes of a machine before its first row of a shift.
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

  private static final long DAY = 24 * ShiftCalendar.HOUR;

  /** The shortest day: one on which clocks go forward by two hours. */
  private static final long SHORTEST_DAY = 22 * ShiftCalendar.HOUR;

  private static final int MOST_OF_MACHINE = 512;
  private static final int LEAST_OF_MACHINE = 8;

  /** By their numbers in the bytes. */
  private static final List<BucketKind> KIND_OF_CODE =
      List.of(BucketKind.SHIFT, BucketKind.DAY, BucketKind.MINUTE);

  private static final Set<String> KINDS = Set.of(BucketKind.SHIFT.tag(), BucketKind.DAY.tag());

  /** By machine, its rows in the order of time, each with its products. */
  private final Map<Asset, TreeMap<BucketKey, Set<String>>> machines = new LinkedHashMap<>();

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
      if (((Value.Real) reading.value()).value() > 0) {
        reach(asset, start + ShiftCalendar.MINUTE, shift);
      }
    } else if (measurement.equals(FigureRows.EFFICIENCY)
        && reading.metric().equals("calendar_s")
        && KINDS.contains(tags.getOrDefault("bucket", ""))) {
      BucketKind kind = kindOf(tags);
      long minutes = (long) Math.ceil(((Value.Real) reading.value()).value() / 60);
      put(asset, new BucketKey(kind, start, start + minutes * ShiftCalendar.MINUTE, shift));
    } else if (measurement.equals(FigureRows.PRODUCT) && reading.metric().equals("members")) {
      Set<String> products =
          machines
              .getOrDefault(asset, new TreeMap<>())
              .get(new BucketKey(kindOf(tags), start, start, shift));
      String product = tags.getOrDefault("product", "");
      if (products != null && ((Value.Real) reading.value()).value() > 0) {
        products.add(product);
      } else if (products != null) {
        products.remove(product); // it was taken back
      }
    }
  }

  private static BucketKind kindOf(Map<String, String> tags) {
    return BucketKind.DAY.tag().equals(tags.get("bucket")) ? BucketKind.DAY : BucketKind.SHIFT;
  }

  /** A row without any time was taken back. */
  private void put(Asset machine, BucketKey key) {
    TreeMap<BucketKey, Set<String>> rows = rowsOf(machine);
    if (rows == null) {
      return;
    }
    BucketKey before = same(rows, key);
    Set<String> products = rows.remove(key);
    if (key.end() > key.start()) {
      endBefore(rows, key);
      // rows of minutes may stand up to its former end
      long end = Math.max(before == null ? key.end() : before.end(), endOfFirstMinutes(rows, key));
      put(rows, new BucketKey(key.kind(), key.start(), end, key.shift()), products);
    } else if (before != null && key.kind() == BucketKind.SHIFT) {
      BucketKey minutes = new BucketKey(BucketKind.MINUTE, key.start(), before.end(), key.shift());
      BucketKey earlier = same(rows, minutes); // it was taken back before
      if (earlier == null || earlier.end() < minutes.end()) {
        rows.remove(minutes); // a key that is equal would stay, with its own end
        rows.put(minutes, new TreeSet<>());
      }
    }
    trim(rows);
  }

  /**
   * Where a shift ends with the minutes that came before its row: its calendar time, which counts
   * from the first reading of the machine, does not reach them.
   */
  private static long endOfFirstMinutes(TreeMap<BucketKey, Set<String>> rows, BucketKey shift) {
    if (shift.kind() != BucketKind.SHIFT) {
      return shift.end();
    }
    for (BucketKey key : rows.tailMap(firstAt(shift.start() + 1)).keySet()) {
      if (key.kind() == BucketKind.SHIFT || !mayHold(shift, key.start() + ShiftCalendar.MINUTE)) {
        break; // only the last shift before can hold the minutes
      }
      boolean noted = key.kind() == BucketKind.MINUTE && key.shift().equals(shift.shift());
      if (noted && key.start() >= shift.end() && mayHold(shift, key.end())) {
        return key.end();
      }
    }
    return shift.end();
  }

  /**
   * One of the same name that began a day before ends where this one begins: the first minute of
   * this one may have come before its row.
   */
  private static void endBefore(TreeMap<BucketKey, Set<String>> rows, BucketKey next) {
    if (next.kind() != BucketKind.SHIFT) {
      return;
    }
    BucketKey longer =
        rows
            .subMap(
                firstAt(next.start() - ShiftCalendar.LONGEST_DAY),
                firstAt(next.start() - SHORTEST_DAY + 1))
            .keySet()
            .stream()
            .filter(key -> key.kind() == BucketKind.SHIFT && key.shift().equals(next.shift()))
            .filter(key -> key.end() > next.start())
            .findAny()
            .orElse(null);
    if (longer != null) {
      Set<String> products = rows.remove(longer);
      put(
          rows,
          new BucketKey(longer.kind(), longer.start(), next.start(), longer.shift()),
          products);
    }
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

  /** Minutes that the row of a shift covers need no key of their own. */
  private static void put(
      TreeMap<BucketKey, Set<String>> rows, BucketKey key, @Nullable Set<String> products) {
    if (key.kind() == BucketKind.SHIFT) {
      rows.subMap(firstAt(key.start()), firstAt(key.end()))
          .keySet()
          .removeIf(
              minutes ->
                  minutes.kind() == BucketKind.MINUTE
                      && minutes.shift().equals(key.shift())
                      && minutes.end() <= key.end());
    }
    rows.put(key, products == null ? new TreeSet<>() : products);
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
   * A row of a minute stands: its shift and its day end then at the earliest. The first minutes of
   * a machine may come before the row of their shift, whose calendar time does not say when it was
   * first heard: they have a key of their own.
   */
  private void reach(Asset machine, long end, String shift) {
    TreeMap<BucketKey, Set<String>> rows = rowsOf(machine);
    if (rows == null) {
      return;
    }
    boolean ofShift = false;
    boolean ofDay = false;
    List<BucketKey> longer = new ArrayList<>();
    for (BucketKey key : rows.headMap(firstAt(end), false).descendingKeySet()) {
      if ((ofDay && ofShift) || key.start() < end - ShiftCalendar.LONGEST_DAY) {
        break;
      }
      if (key.kind() == BucketKind.DAY && !ofDay) {
        ofDay = true;
        addShorter(key, end, longer);
      } else if (key.kind() == BucketKind.SHIFT && !ofShift) {
        ofShift = true; // a later one has its own row, and only the last can hold the minute
        if (key.shift().equals(shift) && mayHold(key, end)) {
          addShorter(key, end, longer);
        }
      }
    }
    if (!ofShift) {
      note(rows, end, shift);
    }
    for (BucketKey key : longer) {
      Set<String> products = rows.remove(key);
      put(rows, new BucketKey(key.kind(), key.start(), end, key.shift()), products);
    }
  }

  /**
   * Whether a minute that ends then may be of a shift: one of the same name may begin a day later.
   * Behind that it is of one that all but fills a day, where clocks go back.
   */
  private static boolean mayHold(BucketKey shift, long end) {
    return end - shift.start() <= DAY || shift.end() - shift.start() >= DAY - ShiftCalendar.HOUR;
  }

  /** A minute follows those that are noted, or is the first one. */
  private void note(TreeMap<BucketKey, Set<String>> rows, long end, String shift) {
    long start = end - ShiftCalendar.MINUTE;
    BucketKey last = rows.floorKey(new BucketKey(BucketKind.MINUTE, start, 0, shift));
    boolean follows =
        last != null
            && last.kind() == BucketKind.MINUTE
            && last.shift().equals(shift)
            && last.end() >= start;
    if (last != null && follows) {
      rows.remove(last);
      start = last.start();
      end = Math.max(end, last.end());
    }
    rows.put(new BucketKey(BucketKind.MINUTE, start, end, shift), new TreeSet<>());
    trim(rows);
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
