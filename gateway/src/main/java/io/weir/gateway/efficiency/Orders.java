package io.weir.gateway.efficiency;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The orders of one machine in the order of time: those that a late reading may still change, and
 * the present one. A machine makes one order at a time, and one that ends at the instant at which
 * it began was none; so no two of them begin at the same instant.
 *
 * <p>Mutable; belongs to its {@link Buckets}.
 */
final class Orders {

  /** A quantity that is told at most so long before an order is the quantity of that order. */
  private static final long AHEAD = ShiftCalendar.MINUTE;

  private final List<OrderRun> runs = new ArrayList<>(0);

  /** Whether an order was ever told, or that there is none. */
  private boolean told;

  /** The product of the order that ended last. */
  private int productBefore = Symbols.NONE;

  /** When the last piece was counted. */
  private long lastPiece = OrderRun.NOT_KNOWN;

  // The quantity that was told last, and when; and the one that was told before.
  private double quantity = Double.NaN;
  private long quantityAt = OrderRun.NOT_KNOWN;
  private double quantityBefore = Double.NaN;

  Orders copy() {
    Orders copy = new Orders();
    runs.forEach(run -> copy.runs.add(run.copy()));
    copy.told = told;
    copy.productBefore = productBefore;
    copy.lastPiece = lastPiece;
    copy.quantity = quantity;
    copy.quantityAt = quantityAt;
    copy.quantityBefore = quantityBefore;
    return copy;
  }

  List<OrderRun> runs() {
    return runs;
  }

  /** The order that is made at an instant, or {@code null}. */
  @Nullable OrderRun at(long instant) {
    for (int i = runs.size() - 1; i >= 0; i--) {
      OrderRun run = runs.get(i);
      if (run.start() <= instant) {
        return run.contains(instant) ? run : null;
      }
    }
    return null;
  }

  /** When an order begins or ends next after an instant; the end of time where none does. */
  long next(long instant) {
    long next = Long.MAX_VALUE;
    for (int i = runs.size() - 1; i >= 0 && runs.get(i).end() > instant; i--) {
      OrderRun run = runs.get(i);
      next = run.start() > instant ? run.start() : run.end();
    }
    return next;
  }

  /** Start of the oldest order that may change; the end of time where there is none. */
  long begin() {
    return runs.isEmpty() ? Long.MAX_VALUE : runs.get(0).start();
  }

  private @Nullable OrderRun present() {
    OrderRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    return last == null || last.isEnded() ? null : last;
  }

  /**
   * The id of the order that is made from an instant on.
   *
   * @param order a symbol, {@link Symbols#NONE} for no order
   * @param product the product of then, a symbol
   * @param counters the counters that the machine has
   */
  void tell(int order, int product, long time, int counters) {
    OrderRun before = present();
    if (order == (before == null ? Symbols.NONE : before.order)) {
      told = true;
      return;
    }
    if (before != null) {
      if (quantityAt > before.start() && quantityAt >= time - AHEAD) {
        before.quantity = quantityBefore;
      }
      before.endAt(time);
      productBefore = before.product;
    }
    if (order != Symbols.NONE) {
      Bucket bucket = new Bucket(OrderRun.from(time), counters);
      runs.add(new OrderRun(order, !told, product, productBefore, quantity, bucket));
    }
    told = true;
  }

  /** The quantity that is planned for the order that is made, or comes within a minute. */
  void quantity(double planned, long time) {
    if (planned != quantity) {
      quantityBefore = quantity;
      quantity = planned;
      quantityAt = time;
    }
    OrderRun present = present();
    if (present != null) {
      present.quantity = planned;
    }
  }

  /** The product that is told. */
  void product(int product) {
    OrderRun present = present();
    if (present != null && !present.hasMade) {
      present.product = product;
    }
  }

  /** Pieces of an order were counted. */
  void made(OrderRun run, int product, long time) {
    run.product = product != Symbols.NONE ? product : run.product;
    if (!run.hasMade) {
      run.hasMade = true;
      run.changeoverNs = lastPiece == OrderRun.NOT_KNOWN ? lastPiece : time - lastPiece;
    }
    lastPiece = time;
  }

  /** Counters were read whose values include the instant, or begin at the next one. */
  void read(int counters, long instant) {
    OrderRun run = at(instant);
    if (run != null) {
      run.read(counters);
    }
    OrderRun present = present();
    if (present != null && present.start() == instant + 1) {
      present.read(counters);
    }
  }

  /** Takes out the orders that ended before the instant. */
  List<OrderRun> closeBefore(long instant) {
    List<OrderRun> closed = List.of();
    while (!runs.isEmpty() && runs.get(0).end() < instant) {
      closed = closed.isEmpty() ? new ArrayList<>() : closed;
      closed.add(runs.remove(0));
    }
    return closed;
  }

  /** Forgets an order that another timeline has closed. */
  void remove(long start) {
    runs.removeIf(run -> run.start() == start);
  }

  /** Keeps the corrections of the time before an instant, because they will be forgotten. */
  void keepCorrections(Overlay overlay, long instant) {
    runs.forEach(run -> run.keepCorrections(overlay, instant));
  }

  void markIds(BitSet used) {
    runs.forEach(run -> Symbols.mark(used, run.order));
  }

  void markProducts(BitSet used) {
    Symbols.mark(used, productBefore);
    for (OrderRun run : runs) {
      Symbols.mark(used, run.product);
      Symbols.mark(used, run.productBefore);
    }
  }

  /** Instants are stored as the distance from {@code begin}. */
  void exchange(StateCodec codec, long begin) {
    boolean hasOrders = told || !Double.isNaN(quantity) || lastPiece != OrderRun.NOT_KNOWN;
    if (!codec.flag(hasOrders)) {
      return;
    }
    told = codec.flag(told);
    productBefore = codec.small(productBefore);
    lastPiece = instant(codec, lastPiece, begin);
    quantity = codec.real(quantity);
    quantityAt = instant(codec, quantityAt, begin);
    quantityBefore = codec.real(quantityBefore);
    codec.all(runs, OrderRun::blank, run -> run.exchange(codec, begin));
  }

  private static long instant(StateCodec codec, long instant, long begin) {
    boolean known = codec.flag(instant != OrderRun.NOT_KNOWN);
    return known ? begin + codec.number(instant - begin) : OrderRun.NOT_KNOWN;
  }

  /** The configuration has no orders any more. */
  void clear() {
    runs.clear();
    told = false;
  }
}
