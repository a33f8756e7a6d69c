package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The orders that a machine told, one after another. */
final class OrderTimes {

  static final long GOES_ON = Long.MAX_VALUE;

  /**
   * An order from when its id was told until another one was, or none.
   *
   * @param quantity that was told last, by its end; NaN for none
   */
  record Order(String id, long start, long end, double quantity) {}

  private final TreeMap<Long, Order> orders = new TreeMap<>();

  /** A quantity that was told less before the next order, which tells none, is that of it. */
  private static final long BEFORE = WorkCalendar.MINUTE;

  private final TreeMap<Long, Double> quantities = new TreeMap<>();

  OrderTimes(Plant.Machine machine, List<Told> told) {
    if (!machine.tellsOrders()) {
      return;
    }
    String made = "";
    long begun = 0;
    quantities.put(Long.MIN_VALUE, Double.NaN);
    for (Told instant : told) {
      Object id = instant.values().get(Told.ORDER);
      Object quantity = instant.values().get(Told.QUANTITY);
      if (id != null && !id.equals(made)) {
        end(made, begun, instant.time(), quantity == null && !id.equals(""));
        made = id.toString();
        begun = instant.time();
      }
      if (quantity != null) {
        quantities.put(instant.time(), ((Number) quantity).doubleValue());
      }
    }
    end(made, begun, GOES_ON, false);
  }

  private void end(String id, long start, long end, boolean givesOn) {
    if (!id.isEmpty()) {
      long last = Math.max(start, givesOn ? end - BEFORE - 1 : end);
      orders.put(start, new Order(id, start, end, quantities.floorEntry(last).getValue()));
    }
  }

  /** The begin of the order that is made at an instant, or that of none. */
  long begunAt(long instant) {
    Map.Entry<Long, Order> order = orders.floorEntry(instant);
    boolean made = order != null && instant < order.getValue().end;
    return made ? order.getKey() : Pieces.Made.NOTHING.order();
  }

  List<Order> all() {
    return new ArrayList<>(orders.values());
  }
}
