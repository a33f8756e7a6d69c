package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Symbols;

/**
 * One order on one machine, from the instant at which its id is told until another one is. An order
 * that comes back later is a further run.
 *
 * <p>Mutable; belongs to its {@link Orders}.
 */
final class OrderRun {

  /** In place of an instant or a length that is not known. */
  static final long NOT_KNOWN = Long.MIN_VALUE;

  /** In place of a changeover whose order before is not at hand. */
  static final long NOT_AT_HAND = NOT_KNOWN + 1;

  /** The id, a symbol. */
  final int order;

  /** Whether no order was known before: it may have begun earlier. */
  final boolean first;

  /** The product of the order before, a symbol. */
  int productBefore;

  /**
   * Whether it began only because its counter did: then it is the order before that goes on, or the
   * next one, whose id comes late.
   */
  boolean unnamed;

  /** Its sums; the bucket has no end while the order is made. */
  private Bucket bucket;

  /** The product of the piece that was counted last; before one is, the product that is told. */
  int product;

  /** The quantity that is planned; NaN where it is not told. */
  double quantity;

  /** From the last piece of the order before to the first one of this. */
  long changeoverNs = NOT_KNOWN;

  /** Whether a piece was counted. */
  boolean hasMade;

  /** Whether it was paused when it ended: it is to be started again. */
  boolean paused;

  /**
   * Since when it is made, where that was learned when it was settled; {@link #NOT_KNOWN} where
   * nothing was. Where that is not the start of its bucket, the live figures do not write its row.
   * In both cases its row is folded again when it has ended.
   */
  long saidFrom = NOT_KNOWN;

  /** Corrections of the time before are in the sums, but for what goes with the time of the row. */
  private long correctedTo;

  /** What they have moved. */
  private MovedTime moved = new MovedTime();

  OrderRun(int order, boolean first, int product, int productBefore, double quantity, Bucket of) {
    this.order = order;
    this.first = first;
    this.product = product;
    this.productBefore = productBefore;
    this.quantity = quantity;
    bucket = of;
    correctedTo = of.key.start();
  }

  /** Of an order that begins at an instant. */
  static BucketKey from(long start) {
    return span(start, Long.MAX_VALUE);
  }

  OrderRun copy() {
    OrderRun copy = new OrderRun(order, first, product, productBefore, quantity, bucket.copy());
    copy.changeoverNs = changeoverNs;
    copy.hasMade = hasMade;
    copy.paused = paused;
    copy.unnamed = unnamed;
    copy.saidFrom = saidFrom;
    copy.correctedTo = correctedTo;
    copy.moved = moved.copy();
    return copy;
  }

  long start() {
    return bucket.key.start();
  }

  /** The end of time while the order is made. */
  long end() {
    return bucket.key.end();
  }

  /** Whether its sums are of all its time, and of no other. */
  boolean isWhole() {
    return saidFrom == NOT_KNOWN || saidFrom == start();
  }

  /** Whether something was learned of its time after that was settled. */
  boolean isFoldedAgain() {
    return saidFrom != NOT_KNOWN;
  }

  /** Something of its time, or of the order before, is learned late. */
  void foldAgain() {
    saidFrom = isFoldedAgain() ? saidFrom : start();
  }

  /**
   * The live figures have its start or its end wrong: they write its row no more.
   *
   * @param since when it is made by what is known now
   */
  void leave(long since) {
    saidFrom = since == start() ? since - 1 : since;
  }

  boolean isEnded() {
    return end() != Long.MAX_VALUE;
  }

  BucketKey key() {
    return bucket.key;
  }

  void endAt(long instant) {
    bucket = bucket.until(instant);
  }

  /** It goes on: what followed it was the same order. */
  void goOn(OrderRun same) {
    correctedTo = correctedTo < end() ? correctedTo : same.correctedTo;
    bucket.append(same.bucket);
    moved.add(same.moved);
    bucket = bucket.until(same.end());
    product = same.product;
    quantity = same.quantity;
    if (!hasMade) {
      changeoverNs = same.changeoverNs;
    }
    hasMade |= same.hasMade;
  }

  /** The same, which is another order than it seemed. */
  OrderRun named(int id, int ofProduct, int before, double planned) {
    int made = hasMade ? product : ofProduct;
    OrderRun named = new OrderRun(id, false, made, before, planned, bucket);
    named.changeoverNs = changeoverNs;
    named.hasMade = hasMade;
    named.correctedTo = correctedTo;
    named.moved = moved;
    return named;
  }

  /** It was another order, which goes on from here. */
  OrderRun asIf(int id, int ofProduct, double planned) {
    Bucket goesOn = bucket.until(Long.MAX_VALUE);
    OrderRun other =
        new OrderRun(id, first, hasMade ? product : ofProduct, productBefore, planned, goesOn);
    other.changeoverNs = changeoverNs;
    other.hasMade = hasMade;
    other.correctedTo = correctedTo;
    other.moved = moved;
    other.saidFrom = saidFrom;
    return other;
  }

  boolean contains(long instant) {
    return bucket.contains(instant);
  }

  long[] sums() {
    return bucket.sums;
  }

  void read(int counters) {
    bucket.counters |= counters;
  }

  /** As {@link Bucket#hasNow}. */
  void hasNow(int told) {
    bucket.hasNow(told);
  }

  /** The sums with the corrections. */
  long[] finished(Overlay overlay, SignalRules rules) {
    long[] corrected = sums().clone();
    MovedTime all = moved.copy();
    overlay.addTo(corrected, span(correctedTo, end()), all);
    all.complete(corrected);
    long[] finished = bucket.finished(corrected, rules);
    overlay.pieces().book(finished, key());
    return finished;
  }

  static BucketKey span(long from, long to) {
    return new BucketKey(BucketKind.SHIFT, from, to, "");
  }

  /** Keeps the corrections of the time before an instant, because they will be forgotten. */
  void keepCorrections(Overlay overlay, long instant) {
    long to = Math.min(instant, end());
    if (to > correctedTo) {
      overlay.addTo(bucket.sums, span(correctedTo, to), moved);
      correctedTo = to;
    }
  }

  /** Instants are stored as the distance from {@code begin}. */
  OrderRun exchange(StateCodec codec, long begin) {
    OrderRun read =
        new OrderRun(
            codec.small(order),
            codec.flag(first),
            codec.small(product),
            codec.small(productBefore),
            codec.real(quantity),
            bucket.exchange(codec));
    read.changeoverNs =
        codec.flag(changeoverNs != NOT_KNOWN) ? codec.number(changeoverNs) : NOT_KNOWN;
    read.hasMade = codec.flag(hasMade);
    read.correctedTo = begin + codec.number(correctedTo - begin);
    if (codec.has(StateFormat.ORDER_EVENTS)) {
      read.paused = codec.flag(paused);
      read.unnamed = codec.flag(unnamed);
      boolean late = codec.flag(saidFrom != NOT_KNOWN);
      read.saidFrom = late ? begin + codec.number(saidFrom - begin) : NOT_KNOWN;
    }
    if (codec.has(StateFormat.MOVED_TIME)) {
      moved.exchange(codec);
      read.moved = moved;
    }
    return read;
  }

  /** What a run is read into. */
  static OrderRun blank() {
    return new OrderRun(Symbols.NONE, false, Symbols.NONE, Symbols.NONE, 0, Bucket.blank());
  }
}
