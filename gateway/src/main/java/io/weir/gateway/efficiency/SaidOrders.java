package io.weir.gateway.efficiency;

import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.efficiency.config.PlannedOrder;
import io.weir.gateway.efficiency.signal.MachineWords;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people say of the orders of one machine, of the time that is not settled, in the order of
 * time. It is no reading: a machine of which somebody says something may be silent all the same. So
 * it waits here until a timeline passes its instant.
 *
 * <p>It is no part of the state: at a start it is made again from the log of corrections. Mutable;
 * belongs to its {@link MachineFold}, whose timelines read it.
 */
final class SaidOrders {

  /**
   * An event in the symbols of the machine.
   *
   * @param order {@link Symbols#NONE} where a step other than the start names none
   * @param product {@link Symbols#NONE} where none is given
   * @param quantity NaN where none is given
   */
  record Said(long at, Step step, int order, int product, double quantity) {

    boolean starts() {
      return step == Step.STARTED;
    }
  }

  private final Asset asset;
  private final SharedParts shared;
  private final Symbols orders;
  private final Symbols products;
  private List<Said> all = List.of();

  SaidOrders(Asset asset, SharedParts shared, Symbols orders, Symbols products) {
    this.asset = asset;
    this.shared = shared;
    this.orders = orders;
    this.products = products;
    recall(Long.MIN_VALUE);
  }

  /** The events were read again, or have changed; those up to the instant are settled. */
  void recall(long settledTo) {
    all = new ArrayList<>();
    for (OrderEvent event : shared.orderEvents().of(asset)) {
      if (event.at() > settledTo) {
        all.add(said(event)); // one after the other: their symbols are in use at once
      }
    }
  }

  private Said said(OrderEvent event) {
    return new Said(
        event.at(),
        event.step(),
        orders.of(event.order(), event.at()),
        products.of(event.product(), event.at()),
        event.quantity());
  }

  /** What is said of (after, to]. */
  List<Said> between(long after, long to) {
    if (all.isEmpty()) {
      return List.of();
    }
    int from = 0;
    while (from < all.size() && all.get(from).at <= after) {
      from++;
    }
    int end = from;
    while (end < all.size() && all.get(end).at <= to) {
      end++;
    }
    return all.subList(from, end);
  }

  /**
   * What the plan says of an order that the machine begins to tell, as if it were said at that
   * instant; {@code null} where there is no plan, or no order begins: the machine told it last, or
   * a person said before that it is made. Of an order that is not planned it says nothing.
   */
  @Nullable Said planned(int order, long time, Orders made) {
    if (shared.planned().isEmpty() || order == Symbols.NONE || made.has(order)) {
      return null;
    }
    String id = orders.word(order);
    PlannedOrder plan = PlannedOrder.find(shared.planned().getOrDefault(id, List.of()), asset, id);
    return plan == null
        ? new Said(time, Step.STARTED, order, Symbols.NONE, Double.NaN)
        : new Said(time, Step.STARTED, order, products.of(plan.product(), time), plan.quantity());
  }

  /** What is said up to the instant is settled. */
  void settled(long instant) {
    if (!all.isEmpty() && all.get(0).at <= instant) {
      all = new ArrayList<>(between(instant, Long.MAX_VALUE));
    }
  }

  // ---- what is said of settled time

  /**
   * What is said of a settled instant has changed. That time is folded again; what follows from it
   * for the order of now holds from now on. An order whose start or end is another one by it is
   * written no more by the live figures: a row has one writer at a time, and from now on the fold
   * of that time is the one.
   */
  void changeLate(OrderEvents.Changed changed, Timeline settled, MachineRows rows) {
    OrderEvent event = changed.event();
    Orders made = settled.buckets().orders();
    OrderRun before = made.present();
    leaveEnded(made, event.at(), rows);
    boolean isOfNow =
        changed.holds() ? made.changedAt() <= event.at() : made.changedAt() == event.at();
    if (isOfNow) {
      changeNow(changed, settled);
      OrderRun now = made.present();
      if (before == null || now == before) {
        return;
      }
      if (before.isEnded()) {
        leave(before, event.at(), rows);
      } else if (now != null && now.start() == before.start()) {
        rows.forgetOrder(now.start()); // it has taken the place of a slip
      }
    } else if (before != null) {
      long since = madeSince(orders.word(before.order), settled);
      if (since == before.start() && before.isWhole()) {
        before.foldAgain();
      } else {
        leave(before, since == OrderRun.NOT_KNOWN ? event.at() : since, rows);
      }
    }
  }

  private void changeNow(OrderEvents.Changed changed, Timeline settled) {
    OrderEvent event = changed.event();
    Orders made = settled.buckets().orders();
    if (changed.holds()) {
      settled.sayLate(said(event));
    } else {
      made.undoStart(event.at());
      sayWhatHeldBefore(event, settled);
    }
    for (OrderEvent each : shared.orderEvents().of(asset)) {
      if (event.isBefore(each) && each.at() <= settled.progress().seen()) {
        settled.sayLate(said(each)); // it said nothing new until now
      }
    }
  }

  /**
   * A reading of settled time has come.
   *
   * @return whether anything of the present order has changed
   */
  boolean readLate(Reading reading, SignalRules rules, Timeline settled, MachineRows rows) {
    long time = reading.timeNs();
    String order = orderOf(reading, rules);
    Orders made = settled.buckets().orders();
    if (order != null) {
      leaveEnded(made, time, rows);
    }
    OrderRun present = made.present();
    if (present == null) {
      return false;
    }
    boolean isPresent = orders.word(present.order).equals(order);
    boolean isOfIts = time >= present.start();
    if (order != null && isPresent != isOfIts && present.isWhole()) {
      leave(present, time, rows);
      return true;
    }
    if ((isOfIts || order != null) && !present.isFoldedAgain()) {
      present.foldAgain();
      return true;
    }
    return false;
  }

  /** The id of the order that a reading tells, or {@code null}. */
  private static @Nullable String orderOf(Reading reading, SignalRules rules) {
    for (byte signal : rules.signalsOf(reading.metric())) {
      if (signal == Signals.ORDER_ID) {
        return MachineWords.text(reading.value());
      }
    }
    return null;
  }

  private static void leaveEnded(Orders made, long from, MachineRows rows) {
    for (OrderRun run : made.runs()) {
      if (run.isEnded() && run.end() >= from) {
        leave(run, from, rows);
      }
    }
  }

  private static void leave(OrderRun run, long since, MachineRows rows) {
    run.leave(since);
    rows.forgetOrder(run.start());
  }

  /**
   * Since when an order is made by all that is known; {@link OrderRun#NOT_KNOWN} where another one
   * is, or none. What the machine told before it told its last order is not known: so the answer
   * may be wrong where people and the machine both say orders, and then the order is folded again.
   */
  private long madeSince(String order, Timeline settled) {
    Said own = settled.buckets().orders().own();
    long ownAt = own == null ? Long.MIN_VALUE : own.at();
    Made made = new Made();
    for (OrderEvent each : shared.orderEvents().of(asset)) {
      if (each.at() < ownAt) {
        made.take(each);
      }
    }
    if (own != null) {
      made.begin(orders.word(own.order()), ownAt);
    }
    for (OrderEvent each : shared.orderEvents().of(asset)) {
      if (each.at() >= ownAt && each.at() <= settled.progress().seen()) {
        made.take(each);
      }
    }
    return made.order.equals(order) ? made.since : OrderRun.NOT_KNOWN;
  }

  /** The order that is made after some events, and since when. */
  private static final class Made {
    private String order = "";
    private long since = OrderRun.NOT_KNOWN;

    void take(OrderEvent event) {
      if (event.step() == Step.STARTED) {
        begin(event.order(), event.at());
      } else if (event.order().isEmpty() || event.order().equals(order)) {
        order = "";
      }
    }

    void begin(String next, long at) {
      since = next.equals(order) ? since : at;
      order = next;
    }
  }

  /** The order is again what was told or said before. */
  private void sayWhatHeldBefore(OrderEvent undone, Timeline settled) {
    OrderEvent before = null;
    for (OrderEvent each : shared.orderEvents().of(asset)) {
      before = each.at() <= undone.at() ? each : before;
    }
    Said own = settled.buckets().orders().own();
    if (before != null && (own == null || before.at() >= own.at())) {
      settled.sayLate(said(before));
    } else if (own != null) {
      settled.sayLate(own);
    }
  }

  /**
   * Of a past span: takes back what a row may say of orders that did not begin.
   *
   * @param after what was settled before is done
   */
  void takeBack(long after, Timeline settled, Timeline head, MachineRows rows) {
    List<Long> noStarts = settled.buckets().orders().takeNoStarts();
    head.buckets().orders().takeNoStarts();
    if (shared.again()) {
      noStarts.forEach(rows::noOrder);
      for (OrderEvent undone : shared.orderEvents().undone(asset)) {
        boolean isSettled = undone.at() > after && undone.at() <= settled.progress().seen();
        if (isSettled && !settled.buckets().orders().beginsAt(undone.at())) {
          rows.noOrder(undone.at());
        }
      }
    }
  }

  void markOrders(BitSet used) {
    all.forEach(each -> Symbols.mark(used, each.order));
  }

  void markProducts(BitSet used) {
    all.forEach(each -> Symbols.mark(used, each.product));
  }
}
