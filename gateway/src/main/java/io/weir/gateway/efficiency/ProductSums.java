package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.Symbols;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The sums of a shift or a day by product (a symbol of its machine), and when each was made. What
 * belongs to no product is the rest: so the products and the rest always add up to the sums of the
 * shift or the day.
 *
 * <p>Mutable; belongs to its {@link Bucket}.
 */
final class ProductSums {

  /** Stretches of a bucket; what people correct beyond them is in the rest. */
  private static final int MOST = 64;

  /** Places that are no sums over time: the rest has none of them. */
  private static final Set<Integer> NOT_ADDED =
      Set.of(Sums.CYCLE, Sums.CYCLE_KNOWN, Sums.PARTIAL, Sums.FINAL, Sums.REVISION);

  private record Stretch(long from, long to, int product) {

    static final Stretch NONE = new Stretch(0, 0, Symbols.NONE);
  }

  private final TreeMap<Integer, long[]> sums = new TreeMap<>();
  private final List<Stretch> stretches = new ArrayList<>(0);

  ProductSums copy() {
    ProductSums copy = new ProductSums();
    sums.forEach((product, ofProduct) -> copy.sums.put(product, ofProduct.clone()));
    copy.stretches.addAll(stretches);
    return copy;
  }

  /** The products of which there is anything. */
  Set<Integer> products() {
    return sums.keySet();
  }

  /** The sums of a product, to add to. */
  long[] of(int product) {
    return sums.computeIfAbsent(product, absent -> Sums.none());
  }

  /** Adds to one sum of a product; what has none is in the rest. */
  void add(int product, int sum, long value) {
    if (product != Symbols.NONE) {
      of(product)[sum] += value;
    }
  }

  /** A product was made over a span of time. */
  void made(int product, long from, long to) {
    Stretch last = stretches.isEmpty() ? Stretch.NONE : stretches.get(stretches.size() - 1);
    if (last.product == product && last.to == from) {
      stretches.set(stretches.size() - 1, new Stretch(last.from, to, product));
    } else if (stretches.size() < MOST) {
      stretches.add(new Stretch(from, to, product));
    }
  }

  /** Changes the sums of each product. */
  void each(Consumer<long[]> change) {
    sums.values().forEach(change);
  }

  /** Takes in those that follow. */
  void append(ProductSums later) {
    later.sums.forEach((product, ofProduct) -> Sums.append(of(product), ofProduct));
    later.stretches.forEach(each -> made(each.product, each.from, each.to));
  }

  /**
   * The sums of products with the corrections of their time.
   *
   * @param products whose sums are wanted; {@link Symbols#NONE} for the rest
   * @param corrected the sums of the bucket with all corrections
   */
  Map<Integer, long[]> corrected(Collection<Integer> products, long[] corrected, Overlay overlay) {
    long[] rest = corrected.clone();
    Map<Integer, long[]> all = new TreeMap<>();
    Map<Integer, MovedTime> moved = new TreeMap<>();
    sums.forEach((product, ofProduct) -> all.put(product, ofProduct.clone()));
    for (Stretch each : stretches) {
      long[] ofProduct = all.get(each.product);
      if (ofProduct != null) {
        MovedTime time = moved.computeIfAbsent(each.product, product -> new MovedTime());
        overlay.addTo(ofProduct, OrderRun.span(each.from, each.to), time);
      }
    }
    all.forEach(
        (product, ofProduct) -> moved.getOrDefault(product, new MovedTime()).complete(ofProduct));
    all.values().forEach(ofProduct -> Sums.subtract(rest, ofProduct));
    NOT_ADDED.forEach(place -> rest[place] = 0);
    rest[Sums.CYCLE_KNOWN] = corrected[Sums.CYCLE_KNOWN];
    Map<Integer, long[]> wanted = new TreeMap<>();
    for (int product : products) {
      wanted.put(product, product == Symbols.NONE ? rest : all.getOrDefault(product, nothing()));
    }
    return wanted;
  }

  /** Whether all of the bucket's time and pieces are of some product, and corrections too. */
  boolean hasAll(long[] ofBucket) {
    if (stretches.size() >= MOST) {
      return false;
    }
    long[] rest = ofBucket.clone();
    sums.values().forEach(ofProduct -> Sums.subtract(rest, ofProduct));
    return rest[Sums.CALENDAR] == 0
        && rest[Sums.TOTAL] == 0
        && rest[Sums.GOOD] == 0
        && rest[Sums.SCRAP] == 0;
  }

  /** Nothing, and an ideal time of 0 that replaces the written one. */
  private static long[] nothing() {
    long[] none = Sums.none();
    none[Sums.CYCLE_KNOWN] = 1;
    return none;
  }

  void mark(BitSet used) {
    sums.keySet().forEach(product -> Symbols.mark(used, product));
    stretches.forEach(each -> Symbols.mark(used, each.product));
  }

  /** An instant is stored as the distance from the one before. */
  ProductSums exchange(StateCodec codec) {
    codec.entries(sums, 0, codec::small, Sums::none, codec::sums);
    if (codec.has(StateFormat.PRODUCT_TIMES)) {
      long[] before = {0};
      codec.all(
          stretches,
          () -> Stretch.NONE,
          each -> {
            long from = before[0] + codec.number(each.from - before[0]);
            long to = from + codec.number(each.to - each.from);
            before[0] = to;
            return new Stretch(from, to, codec.small(each.product));
          });
    }
    return this;
  }
}
