package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.Symbols;

/**
 * A row of {@code efficiency_order}, of a machine or a line: what is said of an order beside its
 * sums, and these.
 *
 * @param order its id; "" where it was taken back
 * @param product "" where none is told
 * @param productBefore the product of the order before
 * @param quantity that is planned; NaN where it is not told
 * @param changeoverNs from the last piece before to its first one, {@link OrderRun#NOT_KNOWN}
 *     before that, {@link OrderRun#NOT_AT_HAND} where the order before is not
 * @param ended whether another order, or none, has followed
 * @param paused whether it ended because it was paused
 */
@SuppressWarnings("ArrayRecordComponent") // compared by saysTheSame
record OrderRow(
    String order,
    String product,
    String productBefore,
    double quantity,
    long changeoverNs,
    boolean ended,
    boolean paused,
    long[] sums) {

  /** What a row is read into. */
  static final OrderRow NONE = takenBack(Sums.none());

  static OrderRow takenBack(long[] sums) {
    return new OrderRow("", "", "", Double.NaN, OrderRun.NOT_KNOWN, true, false, sums);
  }

  static OrderRow of(OrderRun run, long[] sums, Symbols orders, Symbols products) {
    return new OrderRow(
        orders.word(run.order),
        products.word(run.product),
        products.word(run.productBefore),
        run.quantity,
        run.changeoverNs,
        run.isEnded(),
        run.paused,
        sums);
  }

  /** Whether the figures and what is said beside them are equal. */
  boolean saysTheSame(OrderRow other) {
    return order.equals(other.order)
        && product.equals(other.product)
        && productBefore.equals(other.productBefore)
        && Double.compare(quantity, other.quantity) == 0
        && changeoverNs == other.changeoverNs
        && ended == other.ended
        && paused == other.paused
        && Sums.sameFigures(sums, other.sums);
  }

  /** The same order with other sums. */
  OrderRow with(long[] other) {
    return new OrderRow(
        order, product, productBefore, quantity, changeoverNs, ended, paused, other);
  }

  Figures figures() {
    return new Figures(sums, Figures.Basis.MACHINE, 1);
  }

  /** As it is shown while it is made, from an instant on. */
  EfficiencySnapshot.OrderNow now(long start) {
    Figures figures = figures();
    return new EfficiencySnapshot.OrderNow(
        order, product, quantity, start, figures.total(), figures.good(), progress());
  }

  /**
   * Good pieces / planned quantity; all pieces where good ones are not known. NaN below 0, and
   * without a quantity.
   */
  double progress() {
    Figures figures = figures();
    double made = Double.isNaN(figures.good()) ? figures.total() : figures.good();
    return quantity > 0 && made >= 0 ? made / quantity : Double.NaN;
  }

  /** The same of which the order before is not at hand. */
  OrderRow withoutBefore() {
    return new OrderRow(order, product, "", quantity, OrderRun.NOT_AT_HAND, ended, paused, sums);
  }

  /** Whether it is known what was made before it. */
  boolean knowsBefore() {
    return changeoverNs != OrderRun.NOT_AT_HAND;
  }

  /** Seconds, NaN where not known. */
  double changeover() {
    boolean known = knowsBefore() && changeoverNs != OrderRun.NOT_KNOWN;
    return known ? changeoverNs / 1e9 : Double.NaN;
  }

  /**
   * From when on readings say when it began and after which order, where it began at an instant:
   * from the last piece before, or a little before its begin. Where no piece was found, one may be
   * missing in the day before.
   */
  long since(long start) {
    if (!knowsBefore()) {
      return start - Orders.AHEAD;
    }
    boolean known = changeoverNs != OrderRun.NOT_KNOWN;
    return start - (known ? Math.max(changeoverNs, Orders.AHEAD) : MissingTimes.LONGEST);
  }

  OrderRow exchange(StateCodec codec) {
    return new OrderRow(
        codec.name(order),
        codec.name(product),
        codec.name(productBefore),
        codec.real(quantity),
        codec.number(changeoverNs),
        codec.flag(ended),
        codec.has(StateFormat.ORDER_EVENTS) && codec.flag(paused),
        codec.sums(sums));
  }
}
