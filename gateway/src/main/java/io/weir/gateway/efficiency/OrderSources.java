package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.signal.LastValues;
import io.weir.gateway.efficiency.signal.Meanings;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Signals;
import io.weir.gateway.efficiency.signal.Symbols;
import org.jspecify.annotations.Nullable;

/**
 * Where the orders of a machine come from: its own signals, what people say, and the plan. Puts
 * them into the {@link Orders} of the buckets, in the order of time.
 *
 * <p>Has no state beside the buckets. Belongs to its {@link Timeline}.
 */
final class OrderSources {

  private final SignalRules rules;
  private final Meanings meanings;

  /** What people say. */
  private final SaidOrders said;

  private final Buckets buckets;
  private final Counters counters;

  OrderSources(
      SignalRules rules, Meanings meanings, SaidOrders said, Buckets buckets, Counters counters) {
    this.rules = rules;
    this.meanings = meanings;
    this.said = said;
    this.buckets = buckets;
    this.counters = counters;
  }

  /** The same for other buckets and counters of the machine. */
  OrderSources into(Buckets otherBuckets, Counters otherCounters) {
    return new OrderSources(rules, meanings, said, otherBuckets, otherCounters);
  }

  /**
   * Takes what the machine tells at an instant.
   *
   * @param values the values of that instant, by signal
   * @param present a bit for each signal that has one
   * @return the last values, which may have another product
   */
  LastValues tell(long time, long[] values, long present, LastValues last) {
    Orders orders = buckets.orders();
    orders.awaitId(time);
    if (Signals.has(present, Signals.QUANTITY)) {
      orders.quantity(Double.longBitsToDouble(values[Signals.QUANTITY]), time);
    }
    LastValues now = last;
    if (Signals.has(present, Signals.ORDER_ID)) {
      int id = (int) values[Signals.ORDER_ID];
      now = take(said.planned(id, time, orders), time, present, last);
      boolean countFalls = counters.falls(Signals.countsOf(present), values);
      orders.tell(id, now.product(), time, buckets.counters(), countFalls);
    }
    if (Signals.has(present, Signals.PRODUCT)) {
      orders.product(now.product());
    }
    return now;
  }

  /** Of an order that begins, what the plan says and the machine does not. */
  private LastValues take(
      SaidOrders.@Nullable Said planned, long time, long present, LastValues last) {
    if (planned != null && !rules.tells(Signals.QUANTITY)) {
      buckets.orders().quantity(planned.quantity(), time);
    }
    boolean isTold = rules.tellsProductOfOrder || Signals.has(present, Signals.PRODUCT);
    return planned != null && !isTold ? make(planned, time, last) : last;
  }

  /**
   * Takes what people say of (after, to].
   *
   * @param from what is said of before, such as of the time before the first reading, holds at that
   * @return the last values, which may have another product
   */
  LastValues say(long after, long to, LastValues last, long from) {
    LastValues now = last;
    for (SaidOrders.Said each : said.between(after, to)) {
      long at = Math.max(each.at(), from);
      now = make(each, at, now);
      buckets.orders().say(each, now.product(), at, buckets.counters(), at == each.at());
    }
    return now;
  }

  /** The same of an instant that was passed: it holds from the next instant on. */
  LastValues sayLate(SaidOrders.Said late, LastValues last, long next) {
    LastValues now = make(late, next, last);
    buckets.orders().sayLate(late, now.product(), next, buckets.counters());
    return now;
  }

  /** What is said is made from an instant on. */
  private LastValues make(SaidOrders.Said each, long from, LastValues last) {
    if (!each.starts() || each.product() == Symbols.NONE) {
      return last;
    }
    buckets.products().from(from, each.product());
    return last.making(each.product(), meanings, each.at());
  }
}
