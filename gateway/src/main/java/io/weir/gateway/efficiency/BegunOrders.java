package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.figure.FigureNames;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The orders that machines, or lines, have begun: a fold over the rows {@code efficiency_order}. So
 * a planned order is known to be none that is to come, a row where no order began can be taken
 * back, and it is known from when the piece is to which a changeover reaches back. It keeps the
 * last {@value #MOST} that began.
 *
 * <p>Mutable; belongs to its {@link History}, whose lock guards it.
 */
final class BegunOrders {

  private static final int MOST = 10_000;

  private record Begin(Asset asset, long start) {}

  /**
   * @param changeoverNs {@link OrderRun#NOT_KNOWN} where the row does not say it
   */
  private record Order(String id, long changeoverNs) {}

  private record Begun(Begin begin, Order order) {}

  private final boolean ofMachines;
  private final Map<Begin, Order> orders = new LinkedHashMap<>();

  /**
   * @param ofMachines whether it keeps those of machines, or those of lines
   */
  BegunOrders(boolean ofMachines) {
    this.ofMachines = ofMachines;
  }

  /** Takes a reading of the log of figures. */
  void accept(Reading reading) {
    boolean isId = reading.metric().equals("order");
    if ((!isId && !reading.metric().equals("changeover_s"))
        || !reading.series().measurement().equals(FigureNames.ORDER)
        || (reading.series().asset().machine() != null) != ofMachines) {
      return;
    }
    Begin begin = new Begin(reading.series().asset(), reading.timeNs());
    if (isId) {
      String id = ((Value.Text) reading.value()).value();
      if (!has(begin, id)) {
        put(begin, new Order(id, OrderRun.NOT_KNOWN));
      }
    } else {
      double seconds = ((Value.Real) reading.value()).value();
      orders.computeIfPresent(
          begin, (same, order) -> new Order(order.id, (long) (seconds * ShiftCalendar.SECOND)));
    }
  }

  /** A row without an id was taken back. */
  private void put(Begin begin, Order order) {
    if (order.id.isEmpty()) {
      orders.remove(begin);
      return;
    }
    orders.put(begin, order);
    if (orders.size() > MOST) {
      orders.remove(orders.keySet().iterator().next());
    }
  }

  private boolean has(Begin begin, String id) {
    Order order = orders.get(begin);
    return order != null && order.id.equals(id);
  }

  /** Whether a machine has begun an order at an instant. */
  boolean has(Asset machine, long start, String order) {
    return has(new Begin(machine, start), order);
  }

  /** Whether a machine of a line has begun an order in [from, to). */
  boolean hasIn(Asset line, String order, long from, long to) {
    return orders.entrySet().stream()
        .anyMatch(
            each ->
                each.getKey().start >= from
                    && each.getKey().start < to
                    && each.getValue().id.equals(order)
                    && each.getKey().asset.toLine().equals(line));
  }

  /** When each asset began one. */
  Map<Asset, List<Long>> starts() {
    Map<Asset, List<Long>> starts = new HashMap<>();
    for (Begin begin : orders.keySet()) {
      starts.computeIfAbsent(begin.asset, absent -> new ArrayList<>()).add(begin.start);
    }
    return starts;
  }

  /**
   * The earliest instant to which the changeover of an order reaches back that began in a time; the
   * end of time where none does.
   */
  long reachBackTo(Predicate<Asset> of, long from, long until) {
    long earliest = Long.MAX_VALUE;
    for (Map.Entry<Begin, Order> each : orders.entrySet()) {
      Begin begin = each.getKey();
      long changeoverNs = each.getValue().changeoverNs;
      if (changeoverNs != OrderRun.NOT_KNOWN
          && from <= begin.start
          && begin.start < until
          && of.test(begin.asset)) {
        earliest = Math.min(earliest, begin.start - changeoverNs);
      }
    }
    return earliest;
  }

  /** The ids by asset. */
  Map<Asset, Set<String>> all() {
    Map<Asset, Set<String>> all = new HashMap<>();
    orders.forEach(
        (begin, order) ->
            all.computeIfAbsent(begin.asset, absent -> new HashSet<>()).add(order.id));
    return all;
  }

  /**
   * @param hasChangeovers whether the bytes have them
   */
  void exchange(StateCodec codec, boolean hasChangeovers) {
    List<Begun> now =
        orders.entrySet().stream()
            .map(each -> new Begun(each.getKey(), each.getValue()))
            .collect(Collectors.toCollection(ArrayList::new));
    codec.all(
        now,
        () -> new Begun(new Begin(Asset.NONE, 0), new Order("", OrderRun.NOT_KNOWN)),
        each -> {
          Begin begin = new Begin(codec.machine(each.begin.asset), codec.number(each.begin.start));
          String id = codec.name(each.order.id);
          long changeoverNs = each.order.changeoverNs;
          put(begin, new Order(id, hasChangeovers ? codec.number(changeoverNs) : changeoverNs));
          return each;
        });
  }
}
