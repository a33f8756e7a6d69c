package io.weir.gateway.efficiency;

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
import java.util.stream.Collectors;

/**
 * The orders that machines, or lines, have begun: a fold over the rows {@code efficiency_order}. So
 * a planned order is known to be none that is to come, and a row where no order began can be taken
 * back. It keeps the last {@value #MOST} that began.
 *
 * <p>Mutable; belongs to its {@link History}, whose lock guards it.
 */
final class BegunOrders {

  private static final int MOST = 10_000;

  private record Begin(Asset asset, long start) {}

  private record Begun(Begin begin, String order) {}

  private final boolean ofMachines;
  private final Map<Begin, String> orders = new LinkedHashMap<>();

  /**
   * @param ofMachines whether it keeps those of machines, or those of lines
   */
  BegunOrders(boolean ofMachines) {
    this.ofMachines = ofMachines;
  }

  /** Takes a reading of the log of figures. */
  void accept(Reading reading) {
    boolean isId =
        reading.series().measurement().equals(FigureNames.ORDER)
            && reading.metric().equals("order")
            && (reading.series().asset().machine() != null) == ofMachines;
    if (isId) {
      Begin begin = new Begin(reading.series().asset(), reading.timeNs());
      put(begin, ((Value.Text) reading.value()).value());
    }
  }

  /** A row without an id was taken back. */
  private void put(Begin begin, String order) {
    if (order.isEmpty()) {
      orders.remove(begin);
      return;
    }
    if (!order.equals(orders.put(begin, order)) && orders.size() > MOST) {
      orders.remove(orders.keySet().iterator().next());
    }
  }

  /** Whether a machine has begun an order at an instant. */
  boolean has(Asset machine, long start, String order) {
    return order.equals(orders.get(new Begin(machine, start)));
  }

  /** When each asset began one. */
  Map<Asset, List<Long>> starts() {
    Map<Asset, List<Long>> starts = new HashMap<>();
    for (Begin begin : orders.keySet()) {
      starts.computeIfAbsent(begin.asset, absent -> new ArrayList<>()).add(begin.start);
    }
    return starts;
  }

  /** The ids by asset. */
  Map<Asset, Set<String>> all() {
    Map<Asset, Set<String>> all = new HashMap<>();
    orders.forEach(
        (begin, order) -> all.computeIfAbsent(begin.asset, absent -> new HashSet<>()).add(order));
    return all;
  }

  void exchange(StateCodec codec) {
    List<Begun> now =
        orders.entrySet().stream()
            .map(each -> new Begun(each.getKey(), each.getValue()))
            .collect(Collectors.toCollection(ArrayList::new));
    codec.all(
        now,
        () -> new Begun(new Begin(Asset.NONE, 0), ""),
        each -> {
          Begin begin = new Begin(codec.machine(each.begin.asset), codec.number(each.begin.start));
          put(begin, codec.name(each.order));
          return each;
        });
  }
}
