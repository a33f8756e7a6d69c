package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.codec.WeighedList;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.signal.ProductChanges;
import io.weir.gateway.efficiency.signal.Signals;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open buckets of one machine, of each kind in the order of time. A bucket is made when it is
 * first used.
 */
final class Buckets {

  private static final BucketKind[] KINDS = BucketKind.values();

  private final ShiftCalendar calendar;

  /**
   * The counters that were read so far: bits in the order of the counts, and {@link Signals#METER}.
   */
  private int counters;

  private final List<List<Bucket>> open = new ArrayList<>();

  /**
   * What {@link #at(long)} found last, and the time that all of it holds: mostly the next instant
   * is of the same minute. The time is empty once any bucket has left.
   */
  private final Bucket[] found = new Bucket[KINDS.length];

  private long foundFrom;
  private long foundTo;

  private final Runnable resized;
  private final Orders orders;
  private final ProductChanges products;

  /**
   * @param resized told when there are more or fewer buckets or orders, or other lists of them
   */
  Buckets(ShiftCalendar calendar, Runnable resized) {
    this(calendar, resized, new Orders(resized), new ProductChanges());
  }

  private Buckets(
      ShiftCalendar calendar, Runnable resized, Orders orders, ProductChanges products) {
    this.calendar = calendar;
    this.resized = resized;
    this.orders = orders;
    this.products = products;
    for (int i = 0; i < KINDS.length; i++) {
      open.add(new WeighedList<>(4, resized));
    }
  }

  Buckets copy() {
    Buckets copy = new Buckets(calendar, resized, orders.copy(), products.copy());
    copy.counters = counters;
    for (BucketKind kind : KINDS) {
      for (Bucket bucket : of(kind)) {
        copy.all(kind).add(bucket.copy());
      }
    }
    return copy;
  }

  /** The sums by order. */
  Orders orders() {
    return orders;
  }

  /** Which product is made when. */
  ProductChanges products() {
    return products;
  }

  /** Those of a kind; a view. */
  List<Bucket> of(BucketKind kind) {
    return Collections.unmodifiableList(all(kind));
  }

  /** How many minutes are open. */
  int minutes() {
    return all(BucketKind.MINUTE).size();
  }

  @SuppressWarnings("EnumOrdinal") // the list is made in that order
  private List<Bucket> all(BucketKind kind) {
    return open.get(kind.ordinal());
  }

  /**
   * The buckets that hold the instant, one of each kind in their order, made if absent. The array
   * is filled anew by a later call.
   */
  Bucket[] at(long instant) {
    if (instant < foundFrom || instant >= foundTo) {
      long from = Long.MIN_VALUE;
      long to = Long.MAX_VALUE;
      for (int i = 0; i < KINDS.length; i++) {
        found[i] = at(KINDS[i], instant);
        from = Math.max(from, found[i].key.start());
        to = Math.min(to, found[i].key.end());
      }
      foundFrom = from;
      foundTo = to;
    }
    return found;
  }

  private void forgetFound() {
    foundTo = foundFrom;
  }

  /** The same without the minute, which is not made. */
  Bucket[] longerAt(long instant) {
    Bucket[] longer = new Bucket[KINDS.length - 1];
    for (int i = 0; i < longer.length; i++) {
      longer[i] = at(KINDS[i + 1], instant);
    }
    return longer;
  }

  /** The bucket of the kind that holds the instant, made if absent. */
  private Bucket at(BucketKind kind, long instant) {
    List<Bucket> buckets = all(kind);
    int after = buckets.size();
    while (after > 0 && buckets.get(after - 1).key.start() > instant) {
      after--;
    }
    if (after > 0 && buckets.get(after - 1).contains(instant)) {
      return buckets.get(after - 1);
    }
    Bucket made = new Bucket(key(kind, instant), counters);
    buckets.add(after, made);
    return made;
  }

  private BucketKey key(BucketKind kind, long instant) {
    return BucketKey.at(calendar, kind, instant);
  }

  /**
   * Moves what is open to where the calendar has it now: it may be another one than that with which
   * the buckets were filled. A bucket that the calendar ends later, earlier or under another name
   * goes on. One whose time it has put together differently is partial.
   *
   * @param end of what the buckets hold
   */
  void follow(long end) {
    forgetFound();
    for (BucketKind kind : KINDS) {
      List<Bucket> buckets = all(kind);
      for (Bucket bucket : buckets) {
        if (!key(kind, bucket.key.start()).equals(bucket.key)) {
          List<Bucket> moved = moved(kind, end);
          buckets.clear();
          buckets.addAll(moved);
          break;
        }
      }
    }
  }

  private List<Bucket> moved(BucketKind kind, long end) {
    List<Bucket> moved = new ArrayList<>();
    for (Bucket bucket : of(kind)) {
      BucketKey key = key(kind, bucket.key.start());
      Bucket into = moved.isEmpty() ? null : moved.get(moved.size() - 1);
      if (into == null || !into.key.equals(key)) {
        into = new Bucket(key, 0);
        moved.add(into);
        if (key.start() != bucket.key.start()) {
          into.makePartial();
        }
      }
      into.append(bucket);
      long last = Math.min(bucket.key.end(), end);
      for (long at = key.end(); at < last; at = key.end()) {
        into.makePartial();
        key = key(kind, at);
        into = new Bucket(key, bucket.counters);
        into.makePartial();
        moved.add(into);
      }
    }
    return moved;
  }

  /** The bucket with the key, or {@code null} if it is not open. */
  @Nullable Bucket find(BucketKey key) {
    for (Bucket bucket : of(key.kind())) {
      if (bucket.key.equals(key)) {
        return bucket;
      }
    }
    return null;
  }

  /** Notes that counters were read whose values include the instant. */
  void read(int bits, long instant) {
    counters |= bits;
    for (Bucket bucket : at(instant)) {
      bucket.counters |= bits;
    }
    orders.read(bits, instant);
  }

  /** The machine has these counters at most from now on. */
  void hasNow(int told) {
    counters &= told;
    open.forEach(buckets -> buckets.forEach(bucket -> bucket.hasNow(told)));
    orders.runs().forEach(run -> run.hasNow(told));
  }

  int counters() {
    return counters;
  }

  /** Adds to one sum of the buckets that hold the instant. */
  void add(long instant, int sum, long value) {
    for (Bucket bucket : at(instant)) {
      bucket.sums[sum] += value;
      if (bucket.key.kind().hasProducts()) {
        bucket.products.add(products.at(instant), sum, value);
      }
    }
    OrderRun run = orders.at(instant);
    if (run != null) {
      run.sums()[sum] += value;
    }
  }

  /** Takes out the buckets that ended before the instant, in the order of time and kind. */
  List<Bucket> closeBefore(long instant) {
    List<Bucket> closed = List.of();
    for (BucketKind kind : KINDS) {
      List<Bucket> buckets = all(kind);
      while (!buckets.isEmpty() && buckets.get(0).key.end() < instant) {
        forgetFound();
        closed = closed.isEmpty() ? new ArrayList<>() : closed;
        closed.add(buckets.remove(0));
      }
    }
    return closed;
  }

  /** Start of the oldest bucket that is open; the end of time where there is none. */
  long begin() {
    long begin = Long.MAX_VALUE;
    for (List<Bucket> buckets : open) {
      begin = buckets.isEmpty() ? begin : Math.min(begin, buckets.get(0).key.start());
    }
    return begin;
  }

  void remove(BucketKey key) {
    forgetFound();
    all(key.kind()).removeIf(bucket -> bucket.key.equals(key));
  }

  /** Takes out the minute that begins at an instant. */
  void removeMinute(long start) {
    forgetFound();
    all(BucketKind.MINUTE).removeIf(minute -> minute.key.start() == start);
  }

  void exchange(StateCodec codec) {
    forgetFound();
    counters = codec.small(counters);
    for (BucketKind kind : KINDS) {
      codec.all(all(kind), Bucket::blank, bucket -> bucket.exchange(codec));
    }
    if (codec.has(StateFormat.PRODUCT_TIMES)) {
      products.exchange(codec);
    }
  }
}
