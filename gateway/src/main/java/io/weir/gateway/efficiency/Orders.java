package io.weir.gateway.efficiency;

import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.codec.WeighedList;
import io.weir.gateway.efficiency.signal.Symbols;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The orders of one machine in the order of time: those that a late reading may still change, and
 * the present one. A machine makes one order at a time. One that another one follows in the second
 * in which it began was a slip: the other one takes its place. So no two of them begin in one
 * second, and in a store that keeps whole seconds none overwrites another one.
 *
 * <p>Mutable; belongs to its {@link Buckets}.
 */
final class Orders {

  /** A quantity that is told at most so long before an order is the quantity of that order. */
  static final long AHEAD = ShiftCalendar.MINUTE;

  /** An id that is told at most so long after its counter began again is that of what began. */
  static final long LATE_ID = 10 * ShiftCalendar.MINUTE;

  private final WeighedList<OrderRun> runs;

  private final Runnable resized;

  /** Whether the machine ever told an order, or that there is none. */
  private boolean told;

  /** The order that the machine told last, a symbol. */
  private int own = Symbols.NONE;

  // When the machine told that order, and when the order changed last.
  private long ownAt = OrderRun.NOT_KNOWN;
  private long changedAt = OrderRun.NOT_KNOWN;

  /** Instants at which an order was told or said to begin that was made already. */
  private final List<Long> noStarts = new ArrayList<>(0);

  /** The product of the order that ended last. */
  private int productBefore = Symbols.NONE;

  /** When the last piece was counted. */
  private long lastPiece = OrderRun.NOT_KNOWN;

  // The quantity that was told last, and when; and the one that the order had before.
  private double quantity = Double.NaN;
  private long quantityAt = OrderRun.NOT_KNOWN;
  private double quantityBefore = Double.NaN;

  /**
   * @param resized told when there are more or fewer orders, or another list of them
   */
  Orders(Runnable resized) {
    this.resized = resized;
    runs = new WeighedList<>(0, resized);
  }

  Orders copy() {
    Orders copy = new Orders(resized);
    runs.forEach(run -> copy.runs.add(run.copy()));
    copy.told = told;
    copy.own = own;
    copy.ownAt = ownAt;
    copy.changedAt = changedAt;
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

  /** As they are shown: an order goes on until it is known that another one has begun. */
  List<OrderRun> shown() {
    OrderRun unnamed = unnamed();
    if (unnamed == null) {
      return runs;
    }
    List<OrderRun> shown = new ArrayList<>(runs.subList(0, runs.size() - 1));
    OrderRun goesOn = shown.remove(shown.size() - 1).copy();
    goesOn.goOn(unnamed);
    shown.add(goesOn);
    return shown;
  }

  /** What began without an id, and has none yet. */
  private @Nullable OrderRun unnamed() {
    OrderRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    return last != null && last.unnamed ? last : null;
  }

  /** The counter of the order has begun again, and no id was told: perhaps it comes late. */
  void beganAgain(long time, int counters) {
    goOn();
    OrderRun present = present();
    if (present != null && present.order == own && !beginsInSecondOf(present, time)) {
      present.endAt(time);
      Bucket bucket = new Bucket(OrderRun.from(time), counters);
      OrderRun next =
          new OrderRun(
              own, false, present.product, present.productBefore, present.quantity, bucket);
      next.unnamed = true;
      runs.add(next);
      if (quantityAt == time && Double.compare(present.quantity, quantity) == 0) {
        present.quantity = quantityBefore; // it came with the fall
      }
    }
  }

  /** What began without an id is the order before, if no id has come for so long. */
  void awaitId(long time) {
    OrderRun unnamed = unnamed();
    if (unnamed != null && time - unnamed.start() > LATE_ID) {
      goOn();
    }
  }

  private void goOn() {
    OrderRun unnamed = unnamed();
    if (unnamed != null) {
      runs.remove(unnamed);
      runs.get(runs.size() - 1).goOn(unnamed);
    }
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

  /** Whether an order that may still change begins at an instant. */
  boolean beginsAt(long instant) {
    return runs.stream().anyMatch(run -> run.start() == instant);
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

  /** The order that is made now, or {@code null}. */
  @Nullable OrderRun present() {
    OrderRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    return last == null || last.isEnded() ? null : last;
  }

  /**
   * The machine tells the id of the order that it makes from an instant on. If it is the one that
   * it told last, that says nothing: what people have said since holds.
   *
   * @param order a symbol, {@link Symbols#NONE} for no order
   * @param product the product of then, a symbol
   * @param counters the counters that the machine has
   * @param countFalls whether the counter of the order begins again at that instant, so that an
   *     earlier start of it was not that of this order
   */
  void tell(int order, int product, long time, int counters, boolean countFalls) {
    boolean first = !told;
    told = true;
    OrderRun unnamed = unnamed();
    if (order == own) {
      goOn();
      return;
    }
    if (unnamed != null && order != Symbols.NONE && !countFalls) {
      name(unnamed, order, product, time);
      return;
    }
    own = order;
    ownAt = time;
    if (order == Symbols.NONE) {
      goOn();
    }
    OrderRun before = present();
    if (before != null && before.order != order) {
      // What an empty id takes from the order that it ends is only what came with it.
      giveQuantityOn(before, order == Symbols.NONE ? time + AHEAD : time);
    }
    change(order, product, quantity, time, counters, first);
  }

  /** The id of what began without one is told late. */
  private void name(OrderRun unnamed, int order, int product, long time) {
    own = order;
    ownAt = time;
    changedAt = time;
    runs.remove(unnamed);
    OrderRun before = runs.get(runs.size() - 1);
    giveQuantityOn(before, unnamed.start());
    productBefore = before.product;
    runs.add(unnamed.named(order, product, before.product, quantity));
  }

  /**
   * The quantity that was told last, a little before an instant at most, is that of what begins.
   */
  private void giveQuantityOn(OrderRun before, long begin) {
    boolean has =
        Double.compare(before.quantity, quantity) == 0; // it may have been told after its end
    if (has && quantityAt > before.start() && quantityAt >= begin - AHEAD) {
      before.quantity = quantityBefore;
    }
  }

  /**
   * Somebody says what is made from an instant on.
   *
   * @param product the product of then, a symbol
   * @param exact whether it is the instant that was said; else the orders begin later
   */
  void say(SaidOrders.Said said, int product, long time, int counters, boolean exact) {
    goOn();
    OrderRun present = present();
    if (said.starts()) {
      if (present != null && present.order == said.order()) {
        present.quantity = Double.isNaN(said.quantity()) ? present.quantity : said.quantity();
        product(product);
      }
      change(said.order(), product, said.quantity(), time, counters, !exact);
    } else if (present != null && names(said, present)) {
      change(Symbols.NONE, product, Double.NaN, time, counters, false);
      present.paused = said.step() == OrderEvent.Step.PAUSED;
    }
  }

  private static boolean names(SaidOrders.Said said, OrderRun run) {
    return said.order() == Symbols.NONE || said.order() == run.order;
  }

  private void change(
      int order, int product, double planned, long time, int counters, boolean first) {
    goOn();
    OrderRun before = present();
    if (before != null && before.order == order) {
      noStarts.add(time);
      return;
    }
    changedAt = time;
    OrderRun slip = runs.isEmpty() ? null : runs.get(runs.size() - 1);
    if (slip != null && slip.isWhole() && beginsInSecondOf(slip, time)) {
      if (order != Symbols.NONE) {
        runs.set(runs.size() - 1, slip.asIf(order, product, planned));
        if (slip.start() < time) {
          noStarts.add(time);
        }
        return;
      }
      if (slip.start() == time) {
        runs.remove(slip); // it was none
        return;
      }
    }
    if (before != null && before.start() == time) {
      runs.remove(before); // it was none
    } else if (before != null) {
      before.endAt(time);
      productBefore = before.product;
    }
    if (order != Symbols.NONE) {
      Bucket bucket = new Bucket(OrderRun.from(time), counters);
      runs.add(new OrderRun(order, first, product, productBefore, planned, bucket));
    }
  }

  /** Whether an order, a symbol, is the one that the machine told last, or that it makes. */
  boolean has(int order) {
    OrderRun present = present();
    return order == own || (present != null && present.order == order);
  }

  // ---- what is said of settled time

  /** When the order changed last. */
  long changedAt() {
    return changedAt;
  }

  /** What the machine itself told last, as if it were said; {@code null} where it told nothing. */
  SaidOrders.@Nullable Said own() {
    if (ownAt == OrderRun.NOT_KNOWN) {
      return null;
    }
    OrderEvent.Step step = own == Symbols.NONE ? OrderEvent.Step.FINISHED : OrderEvent.Step.STARTED;
    return new SaidOrders.Said(ownAt, step, own, Symbols.NONE, quantity);
  }

  /** It was said of a settled instant what is made since; the sums have it from an instant on. */
  void sayLate(SaidOrders.Said said, int product, long from, int counters) {
    OrderRun before = present();
    say(said, product, from, counters, false);
    OrderRun present = present();
    if (present == before) {
      return;
    }
    if (present != null) {
      present.leave(said.at());
    }
    changedAt = said.at();
  }

  /** What changed last is taken back: the order that began with it was none. */
  void undoStart(long start) {
    runs.removeIf(run -> run.start() == start || run.saidFrom == start);
  }

  /** Up to now, instants at which an order was told or said to begin that was made already. */
  List<Long> takeNoStarts() {
    if (noStarts.isEmpty()) {
      return List.of();
    }
    List<Long> taken = List.copyOf(noStarts);
    noStarts.clear();
    return taken;
  }

  /** The quantity that is planned for the order that is made, or comes within a minute. */
  void quantity(double planned, long time) {
    if (planned != quantity) {
      OrderRun present = present();
      quantityBefore = present == null ? quantity : present.quantity;
      quantity = planned;
      quantityAt = time;
      if (present != null) {
        present.quantity = planned;
      }
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
    if (run.isEnded()) {
      followed(run);
    }
  }

  /** Its last pieces were counted with the id of the next order, which has begun before them. */
  private void followed(OrderRun ended) {
    int next = runs.indexOf(ended) + 1;
    if (next > 0 && next < runs.size()) {
      runs.get(next).productBefore = ended.product;
    } else if (next == runs.size()) {
      productBefore = ended.product;
    }
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
    while (!runs.isEmpty()
        && runs.get(0).end() < instant
        && !mayGoOn(0)
        && !beginsInSecondOf(runs.get(0), instant)) {
      closed = closed.isEmpty() ? new ArrayList<>() : closed;
      closed.add(runs.remove(0));
    }
    return closed;
  }

  private static boolean beginsInSecondOf(OrderRun run, long instant) {
    long second = ShiftCalendar.SECOND;
    return Math.floorDiv(run.start(), second) == Math.floorDiv(instant, second);
  }

  private boolean mayGoOn(int run) {
    return run + 1 < runs.size() && runs.get(run + 1).unnamed;
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
    Symbols.mark(used, own);
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
    boolean hasOrders =
        told
            || !Double.isNaN(quantity)
            || lastPiece != OrderRun.NOT_KNOWN
            || changedAt != OrderRun.NOT_KNOWN;
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
    OrderRun present = present();
    if (codec.has(StateFormat.ORDER_EVENTS)) {
      own = codec.small(own);
      ownAt = instant(codec, ownAt, begin);
      changedAt = instant(codec, changedAt, begin);
    } else if (present != null) {
      own = present.order;
      ownAt = present.start();
      changedAt = ownAt;
    }
  }

  private static long instant(StateCodec codec, long instant, long begin) {
    boolean known = codec.flag(instant != OrderRun.NOT_KNOWN);
    return known ? begin + codec.number(instant - begin) : OrderRun.NOT_KNOWN;
  }

  /**
   * The configuration has no orders any more: what the machine told is forgotten. What people have
   * said goes on.
   *
   * @return the start of the order that it made, which is made no more; {@link OrderRun#NOT_KNOWN}
   *     where it made none
   */
  long forgetOwn() {
    OrderRun present = present();
    long ended = OrderRun.NOT_KNOWN;
    if (present != null && !isSaid()) {
      runs.remove(present);
      ended = present.start();
    }
    own = Symbols.NONE;
    ownAt = OrderRun.NOT_KNOWN;
    told = false;
    return ended;
  }

  /** Whether an order is made because a person said so. */
  boolean isSaid() {
    OrderRun present = present();
    return present != null && (present.order != own || changedAt != ownAt);
  }
}
