package io.weir.gateway.efficiency.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The orders that a machine told, or that people said of it, one after another. */
final class OrderTimes {

  static final long GOES_ON = Long.MAX_VALUE;

  /**
   * An order from when its id was told until another one was, or none.
   *
   * @param quantity that was told last, by its end; NaN for none
   * @param known since when it is known that it has ended: an id may come late
   */
  record Order(String id, long start, long end, double quantity, boolean paused, long known) {}

  /**
   * The last quantity that was told less before the next order, which tells no other one, is that
   * of it.
   */
  private static final long BEFORE = WorkCalendar.MINUTE;

  /** An id that comes so long after the fall of its counter is that of the fall. */
  private static final long LATE_ID = 10 * WorkCalendar.MINUTE;

  private static final String NONE = "";

  /** An order that is made. */
  private static final class Run {
    final String id;
    final long start;
    final TreeMap<Long, Double> quantities = new TreeMap<>();
    long end = GOES_ON;
    long known = GOES_ON;
    long lastQuantity = GOES_ON;
    boolean paused;

    Run(String id, long start, double quantity) {
      this.id = id;
      this.start = start;
      quantities.put(Long.MIN_VALUE, quantity);
    }

    Order order() {
      double quantity = quantities.floorEntry(Math.max(start, lastQuantity)).getValue();
      return new Order(id, start, end, quantity, paused, known);
    }
  }

  private final boolean byFalls;
  private final boolean tellsQuantities;
  private final @Nullable Function<String, Plant.PlannedOrder> plan;

  /** The products of the plan that orders took as they began, by the instant. */
  private final TreeMap<Long, String> products = new TreeMap<>();

  private final List<Run> runs = new ArrayList<>();
  private final TreeMap<Long, Order> orders = new TreeMap<>();

  /** What the machine itself told last. */
  private String own = NONE;

  /** What it told as planned last. */
  private double toldQuantity = Double.NaN;

  private long toldQuantityAt = Long.MIN_VALUE;

  /** When the counter began again, as long as its id may come; or that it has not. */
  private @Nullable Long fall;

  /**
   * @param falls when the counter of the order began again without an id
   * @param plan what is planned of an order; {@code null} where there is no plan at all
   */
  OrderTimes(
      Plant.Machine machine,
      List<Told> told,
      List<SaidOrder> said,
      List<Long> falls,
      @Nullable Function<String, Plant.PlannedOrder> plan) {
    this.plan = plan;
    tellsQuantities = machine.tellsQuantities();
    byFalls = machine.kind() == Plant.Kind.ORDER && machine.tellsOrders();
    TreeMap<Long, List<Runnable>> events = new TreeMap<>();
    long first = told.isEmpty() ? Long.MIN_VALUE : told.get(0).time();
    said.stream()
        .filter(each -> each.at() < first)
        .forEach(each -> at(events, first).add(() -> say(each.from(first))));
    if (machine.tellsOrders()) {
      told.forEach(each -> at(events, each.time()).add(() -> tell(each)));
    }
    if (byFalls) {
      falls.forEach(each -> at(events, each).add(() -> fall(each)));
    }
    said.stream()
        .filter(each -> each.at() >= first)
        .forEach(each -> at(events, each.at()).add(() -> say(each)));
    events.values().forEach(all -> all.forEach(Runnable::run));
    runs.forEach(run -> orders.put(run.start, run.order()));
  }

  private static List<Runnable> at(TreeMap<Long, List<Runnable>> events, long instant) {
    return events.computeIfAbsent(instant, at -> new ArrayList<>());
  }

  private @Nullable Run newest() {
    return runs.isEmpty() ? null : runs.get(runs.size() - 1);
  }

  private @Nullable Run present() {
    Run newest = newest();
    return newest != null && newest.end == GOES_ON ? newest : null;
  }

  private void tell(Told instant) {
    long time = instant.time();
    Object id = instant.values().get(Told.ORDER);
    Object quantity = tellsQuantities ? instant.values().get(Told.QUANTITY) : null;
    boolean begins = id != null && !id.equals(own) && !id.equals(NONE) && !isMade(id.toString());
    if (begins && plan != null) {
      Plant.PlannedOrder planned = plan.apply(id.toString());
      quantity = tellsQuantities ? quantity : (Double) planned.quantity();
      if (!planned.product().isEmpty() && !instant.values().containsKey(Told.PRODUCT)) {
        products.put(time, planned.product());
      }
    }
    if (id != null && id.equals(own)) {
      fall = null;
    } else if (id != null) {
      own = id.toString();
      boolean isLate = fall != null && !own.equals(NONE) && time - fall <= LATE_ID;
      long start = isLate ? Objects.requireNonNull(fall) : time;
      fall = null;
      Run before = present();
      if (before != null && !own.equals(NONE)) {
        boolean isOld = quantity == null || ((Number) quantity).doubleValue() == toldQuantity;
        boolean near = isOld && toldQuantityAt >= start - BEFORE;
        long last = near ? toldQuantityAt - 1 : GOES_ON;
        before.lastQuantity = start < time ? Math.min(last, start - 1) : last;
      }
      change(own, start, toldQuantity, time);
    }
    if (quantity != null) {
      quantity(((Number) quantity).doubleValue(), time);
    }
  }

  private boolean isMade(String id) {
    Run present = present();
    return present != null && present.id.equals(id);
  }

  /** One that is only repeated says nothing. */
  private void quantity(double quantity, long time) {
    Run present = present();
    if (present != null && quantity != toldQuantity) {
      present.quantities.put(time, quantity);
    }
    toldQuantityAt = quantity == toldQuantity ? toldQuantityAt : time;
    toldQuantity = quantity;
  }

  /** The counter began again: that of an order of the machine may be that of the next one. */
  private void fall(long time) {
    Run present = present();
    fall = present != null && present.id.equals(own) ? time : null;
  }

  private void say(SaidOrder said) {
    fall = null;
    Run present = present();
    boolean starts = said.step() == SaidOrder.Step.STARTED;
    if (starts && present != null && present.id.equals(said.order())) {
      if (!Double.isNaN(said.quantity())) {
        present.quantities.put(said.at(), said.quantity());
      }
    } else if (starts) {
      change(said.order(), said.at(), said.quantity(), said.at());
    } else if (present != null && List.of(NONE, present.id).contains(said.order())) {
      change(NONE, said.at(), Double.NaN, said.at());
      present.paused = said.step() == SaidOrder.Step.PAUSED;
    }
  }

  /**
   * @param known when that is told
   */
  private void change(String id, long start, double quantity, long known) {
    Run present = present();
    if (present != null && present.id.equals(id)) {
      present.lastQuantity = GOES_ON;
      return;
    }
    Run newest = newest();
    boolean wasSlip =
        newest != null && newest.start / WorkCalendar.SECOND == start / WorkCalendar.SECOND;
    if (newest != null && wasSlip && !id.equals(NONE)) {
      runs.remove(newest);
      runs.add(new Run(id, newest.start, quantity));
      return;
    }
    if (present != null && present.start == start) {
      runs.remove(present);
    } else if (present != null) {
      present.end = start;
      present.known = known;
    }
    if (!id.equals(NONE)) {
      runs.add(new Run(id, start, quantity));
    }
  }

  /** The begin of the order that is made at an instant, or that of none. */
  long begunAt(long instant) {
    Map.Entry<Long, Order> order = orders.floorEntry(instant);
    boolean made = order != null && instant < order.getValue().end;
    return made ? order.getKey() : Pieces.Made.NOTHING.order();
  }

  /** The products that the plan says, by the instant at which their orders began. */
  Map<Long, String> plannedProducts() {
    return products;
  }

  List<Order> all() {
    return new ArrayList<>(orders.values());
  }
}
