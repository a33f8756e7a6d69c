package io.weir.gateway.efficiency.learn;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a machine makes, minute by minute. A row of a minute does not say it. The rows of the
 * products of its shift do: they are written together with the minutes that have ended. If exactly
 * one product has more pieces than before, these minutes are of that product; if several have, or
 * one has fewer, it is not known. A machine without such rows makes what its order says; without
 * orders it has one product without a name.
 *
 * <p>Mutable; belongs to its {@link ProducingTime}.
 */
final class MadeProducts {

  /** Products of a shift, at most; beyond them it is not known what is made. */
  private static final int MOST_PRODUCTS = 64;

  private static final int SHIFTS = 2;
  private static final int ORDERS = 3;

  /** Pieces so far, by the start of a shift and by product. */
  private final TreeMap<Long, Map<String, Double>> pieces = new TreeMap<>();

  /** Products of the newest orders, by their start. */
  private final TreeMap<Long, String> orders = new TreeMap<>();

  // The update that goes on: minutes, then other rows, all written together.
  private boolean inMinutes;
  private TreeSet<Long> minutes = new TreeSet<>();
  private Set<String> risen = new HashSet<>();
  private boolean fallen;

  /** Gets what was made in a minute. */
  interface Made {
    void is(long minute, String product);
  }

  /**
   * A row of a minute is there; with it the update before has ended.
   *
   * @param waits whether it still matters what was made in it
   */
  void minute(long start, boolean waits, Made made) {
    if (!inMinutes) {
      end(made);
      inMinutes = true;
    }
    if (waits) {
      minutes.add(start);
    }
    if (minutes.size() > ProducingTime.MOST_WAITING) {
      minutes.pollFirst();
    }
  }

  /** Of minutes from here on it may still be said what was made. */
  long openFrom() {
    return minutes.isEmpty() ? Long.MAX_VALUE : minutes.first();
  }

  /** Another row of the machine is there. */
  void other() {
    inMinutes = false;
  }

  private void end(Made made) {
    String product = MinuteRow.NOTHING;
    if (fallen || risen.size() > 1) {
      product = MinuteRow.MIXED;
    } else if (!risen.isEmpty()) {
      product = risen.iterator().next();
    }
    for (long minute : minutes) {
      made.is(minute, product);
    }
    minutes = new TreeSet<>();
    risen = new HashSet<>();
    fallen = false;
  }

  /** A row of a product is there. */
  void product(long shift, String product, double total) {
    other();
    Map<String, Double> ofShift = pieces.computeIfAbsent(shift, start -> new HashMap<>());
    if (pieces.size() > SHIFTS) {
      pieces.pollFirstEntry();
    }
    if (!ofShift.containsKey(product) && ofShift.size() >= MOST_PRODUCTS) {
      fallen = true;
      return;
    }
    Double before = ofShift.put(product, total);
    double more = total - (before == null ? 0 : before);
    if (more > 0) {
      risen.add(product);
    } else if (more < 0) {
      fallen = true;
    }
  }

  /** A row of an order is there; one that was taken back has no id. */
  void order(long start, String id, String product) {
    other();
    if (id.isEmpty()) {
      orders.remove(start);
    } else {
      orders.put(start, product);
      if (orders.size() > ORDERS) {
        orders.pollFirstEntry();
      }
    }
  }

  /** The product of a minute of which an update said something. */
  String of(long minute, String said) {
    if (!pieces.isEmpty()) {
      return said;
    }
    if (orders.isEmpty()) {
      return "";
    }
    Long next = orders.higherKey(minute);
    Map.@Nullable Entry<Long, String> now = orders.floorEntry(minute);
    boolean changes = next != null && next < minute + ShiftCalendar.MINUTE;
    return changes || now == null ? MinuteRow.MIXED : now.getValue();
  }

  void exchange(StateCodec codec) {
    codec.entries(
        pieces,
        0L,
        codec::number,
        HashMap::new,
        all -> codec.entries(all, "", codec::name, () -> 0.0, codec::real));
    codec.entries(orders, 0L, codec::number, () -> "", codec::name);
    inMinutes = codec.flag(inMinutes);
    minutes = new TreeSet<>(codec.all(blank(codec, minutes), () -> 0L, codec::number));
    risen = new HashSet<>(codec.all(blank(codec, risen), () -> "", codec::name));
    fallen = codec.flag(fallen);
  }

  private static <T> List<T> blank(StateCodec codec, Set<T> all) {
    return codec instanceof StateDecoder ? new ArrayList<>() : new ArrayList<>(all);
  }
}
