package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one machine counted, as amounts over times (from, to]. */
final class Pieces {

  /**
   * An amount of one counter; {@code gap} bridges unknown time, {@code off} was made outside
   * shifts.
   *
   * @param made of what they are pieces
   */
  record Amount(
      long from, long to, double pieces, double gap, double off, double ideal, Made made) {
    static Amount sum(long from, long to, double pieces, double gap, double off, double ideal) {
      return new Amount(from, to, pieces, gap, off, ideal, Made.NOTHING);
    }

    /** Those with an ideal time. */
    double timed() {
      double timed = pieces - gap - off;
      return Math.abs(timed) < ROUNDING ? 0 : timed;
    }
  }

  /**
   * What a value counts pieces of.
   *
   * @param product "" for none
   * @param order the begin of the order
   */
  record Made(String product, long order) {
    static final Made NOTHING = new Made("", Long.MIN_VALUE);
  }

  private static final double ROUNDING = 1e-9;

  private final Plant.Machine machine;
  private final States states;
  private final WorkCalendar calendar;
  private final Map<String, List<Amount>> amounts = new TreeMap<>();
  private final TreeMap<Long, Double> cycles = new TreeMap<>();
  private final List<Flag> flags = new ArrayList<>();
  private final Map<String, Double> last = new TreeMap<>();
  private final Map<String, Long> lastTime = new TreeMap<>();
  private final Map<String, Double> above = new TreeMap<>();
  private String product = "";
  private long begun = Long.MIN_VALUE;
  private @Nullable String order;
  private boolean fallen;
  private boolean awaited;
  private final Set<String> fromNothing = new TreeSet<>();
  private final List<Long> falls = new ArrayList<>();
  private final OrderTimes orders;
  private @Nullable Object next;

  /** A value that cannot be right. */
  private record Flag(long time, Made made) {}

  /** What the total of an instant says of the other counters. */
  private enum Turn {
    NOT_READ,
    ON,
    RESET,
    BACK
  }

  private Made made() {
    return new Made(product, begun);
  }

  Pieces(
      Plant.Machine machine,
      List<Told> told,
      States states,
      WorkCalendar calendar,
      OrderTimes orders) {
    this.machine = machine;
    this.states = states;
    this.calendar = calendar;
    this.orders = orders;
    for (Told instant : told) {
      boolean delta = machine.kind() == Plant.Kind.DELTA;
      // a delta is of the order that is named with it, by the machine or by a person
      long made = orders.begunAt(instant.time());
      boolean named = delta && made != Made.NOTHING.order();
      begun = named ? made : orders.begunAt(instant.time() - 1);
      name(instant);
      Turn turn = Turn.NOT_READ;
      next = instant.values().get(Told.PRODUCT);
      if (delta && next != null) {
        product = next.toString(); // a delta is of the product that is named with it
      }
      for (String counter : List.of(Told.TOTAL, Told.GOOD, Told.SCRAP)) {
        Object value = instant.values().get(counter);
        if (value != null) {
          Turn next = count(counter, ((Number) value).doubleValue(), instant.time(), turn);
          turn = counter.equals(Told.TOTAL) ? next : turn;
        }
      }
      product = next == null ? product : next.toString();
      cycles.put(instant.time(), cycle());
    }
  }

  /** The ideal cycle of the product that was named last before an instant. */
  double cycleBefore(long instant) {
    Map.Entry<Long, Double> last = cycles.lowerEntry(instant);
    return last == null ? 0 : last.getValue();
  }

  /** The counters begin again with another id, unless they have fallen since the id before. */
  private void name(Told instant) {
    Object id = instant.values().get(Told.ORDER);
    if (machine.kind() == Plant.Kind.ORDER && id != null && !id.equals("") && !id.equals(order)) {
      awaited = order != null && !fallen;
      fallen = false;
      fromNothing.clear();
      order = id.toString();
    }
  }

  /**
   * Whether a value is the first one of the order that was named. One that cannot have been made
   * since the last one goes on from it: nobody saw the fall.
   */
  private boolean begins(String counter, double value, double before, long since) {
    if (!counter.equals(Told.TOTAL)) {
      return fromNothing.remove(counter);
    }
    if (!awaited || value == before) {
      return false;
    }
    awaited = false;
    if (value > before && isTooMuch(value, since)) {
      return false;
    }
    fromNothing.addAll(List.of(Told.GOOD, Told.SCRAP));
    return true;
  }

  /** More than the machine can have made, at twice its speed, where that is known. */
  private boolean isTooMuch(double pieces, long time) {
    double seconds = time / 1e9;
    return pieces * cycle() > 2 * (seconds + cycle());
  }

  /** When the counter fell, but for falls with an id. */
  List<Long> falls() {
    return falls;
  }

  private Turn count(String counter, double value, long time, Turn turn) {
    amounts.computeIfAbsent(counter, name -> new ArrayList<>());
    Double before = last.get(counter);
    long since = lastTime.getOrDefault(counter, time);
    if (machine.kind() != Plant.Kind.DELTA && before == null) {
      told(counter, value, time);
      return Turn.ON;
    }
    if (machine.kind() == Plant.Kind.DELTA) {
      add(counter, since, time, value);
      told(counter, value, time);
      return Turn.ON;
    }
    boolean total = counter.equals(Told.TOTAL);
    if (turn == Turn.RESET || begins(counter, value, before, time - since)) {
      above.remove(counter);
      fromNothing.remove(counter);
      startsAgain(time);
      add(counter, since, time, value);
      told(counter, value, time);
      return Turn.RESET;
    }
    Double old = above.get(counter);
    if (old != null) {
      if (value > old) {
        above.remove(counter);
        add(counter, since, time, value - old);
        told(counter, value, time);
      }
      return Turn.BACK;
    }
    Turn made = Turn.ON;
    if (value >= before) {
      add(counter, since, time, value - before);
    } else if (total) {
      if (machine.rollover() > 0 && before > machine.rollover() * 0.9) {
        add(counter, since, time, value + machine.rollover() - before);
      } else if (value > before / 2 && isTooMuch(value, time - since)) {
        flags.add(new Flag(time, made()));
        above.put(counter, before);
        return Turn.BACK;
      } else {
        fallen = true;
        falls.add(time);
        startsAgain(time);
        add(counter, since, time, value);
        made = Turn.RESET;
      }
    } else if (turn == Turn.BACK) {
      above.put(counter, before);
      return turn;
    } else {
      boolean reset = turn == Turn.NOT_READ && value < before / 2;
      double wrapped = value + machine.rollover() - before;
      boolean rollover = machine.rollover() > 0 && wrapped < before - value;
      add(counter, since, time, rollover ? wrapped : reset ? value : value - before);
    }
    told(counter, value, time);
    return made;
  }

  /** What a counter by order has counted when it starts again belongs to the new product. */
  private void startsAgain(long time) {
    if (machine.kind() != Plant.Kind.ORDER) {
      return;
    }
    product = next == null ? product : next.toString();
    long now = orders.begunAt(time);
    begun = now == Made.NOTHING.order() ? begun : now;
  }

  private void told(String counter, double value, long time) {
    last.put(counter, value);
    lastTime.put(counter, time);
  }

  private double cycle() {
    Map<String, Double> products = machine.cycle().products();
    if (products == null) {
      return machine.cycle().seconds();
    }
    return products.getOrDefault(product, Double.NaN);
  }

  /** All pieces of one value are of one product and have its ideal cycle. */
  private void add(String counter, long from, long to, double pieces) {
    double made = 0;
    double gap = 0;
    double off = 0;
    String leading = amounts.containsKey(Told.TOTAL) ? Told.TOTAL : Told.GOOD;
    if (!counter.equals(leading)) {
      List<Amount> all = amounts.getOrDefault(leading, List.of());
      for (int i = after(all, from); i < all.size() && all.get(i).to() <= to; i++) {
        made += all.get(i).pieces();
        gap += all.get(i).gap();
        off += all.get(i).off();
      }
    }
    if (made > 0) {
      gap = pieces * gap / made;
      off = pieces * off / made;
    } else {
      gap = pieces * unknownShare(from, to);
      // judged after the total has risen: of pieces made before, in a shift
      boolean before = !counter.equals(leading) && leading.equals(Told.TOTAL);
      off = before || calendar.inShift(to - 1) ? 0 : pieces - gap;
    }
    if (counter.equals(leading) && isTooMuch(pieces, to - from)) {
      flags.add(new Flag(to, made()));
    }
    Amount untimed = Amount.sum(from, to, pieces, gap, off, 0);
    double ideal = untimed.timed() == 0 ? 0 : untimed.timed() * cycle();
    amounts.get(counter).add(new Amount(from, to, pieces, gap, off, ideal, made()));
  }

  /** The unknown time as a part of the unknown and the running time. */
  private double unknownShare(long from, long to) {
    double unknown = states.within(States.UNKNOWN, from, to);
    double running = states.within(States.RUNNING, from, to);
    return unknown == 0 ? 0 : unknown / (unknown + running);
  }

  boolean has(String counter) {
    return amounts.containsKey(counter);
  }

  /** The first amount that was told after an instant. */
  private static int after(List<Amount> amounts, long instant) {
    int first = 0;
    int end = amounts.size();
    while (first < end) {
      int middle = (first + end) / 2;
      if (amounts.get(middle).to() > instant) {
        end = middle;
      } else {
        first = middle + 1;
      }
    }
    return first;
  }

  /**
   * The sum of the amounts that belong to [start, end).
   *
   * @param of what they count
   */
  Amount within(String counter, long start, long end, Predicate<Made> of) {
    double pieces = 0;
    double gap = 0;
    double off = 0;
    double ideal = 0;
    List<Amount> all = amounts.getOrDefault(counter, List.of());
    for (int i = after(all, start); i < all.size() && all.get(i).to() <= end; i++) {
      if (of.test(all.get(i).made())) {
        pieces += all.get(i).pieces();
        gap += all.get(i).gap();
        off += all.get(i).off();
        ideal += all.get(i).ideal();
      }
    }
    return Amount.sum(start, end, pieces, gap, off, ideal);
  }

  int flagsWithin(long start, long end, Predicate<Made> of) {
    int count = 0;
    for (Flag flag : flags) {
      boolean within = flag.time - 1 >= start && flag.time - 1 < end;
      count += within && of.test(flag.made) ? 1 : 0;
    }
    return count;
  }

  /**
   * What was counted of an order.
   *
   * @param first when its first piece was told, and {@code last} its last one
   * @param product of the last one
   */
  record Counted(long first, long last, String product) {
    static final long NEVER = Long.MIN_VALUE;

    boolean isNothing() {
      return first == NEVER;
    }
  }

  Counted counted(long order) {
    Counted counted = new Counted(Counted.NEVER, Counted.NEVER, "");
    String leading = has(Told.TOTAL) ? Told.TOTAL : Told.GOOD;
    for (Amount amount : amounts.getOrDefault(leading, List.of())) {
      if (amount.made().order() == order && amount.pieces() > 0) {
        long first = counted.isNothing() ? amount.to() : counted.first;
        counted = new Counted(first, amount.to(), amount.made().product());
      }
    }
    return counted;
  }

  /** The products of which something was counted in [start, end). */
  Set<String> products(long start, long end) {
    Set<String> products = new TreeSet<>();
    for (List<Amount> all : amounts.values()) {
      for (Amount amount : all) {
        if (amount.to() > start && amount.to() <= end && amount.pieces() != 0) {
          products.add(amount.made().product());
        }
      }
    }
    return products;
  }
}
