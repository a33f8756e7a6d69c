package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Which product a machine makes, over the time that is not decided yet. A product holds until
 * another one is told or said.
 *
 * <p>Mutable; belongs to its {@code Buckets}.
 */
public final class ProductChanges {

  /** From an instant on, a product (a symbol) is made. */
  private record Change(long at, int product) {

    static final Change NONE = new Change(0, Symbols.NONE);
  }

  /** The product before the first change. */
  private int before = Symbols.NONE;

  private final List<Change> changes = new ArrayList<>(0);

  public ProductChanges copy() {
    ProductChanges copy = new ProductChanges();
    copy.before = before;
    copy.changes.addAll(changes);
    return copy;
  }

  /** The product of a state that does not say since when it is made. */
  public void always(int product) {
    before = product;
  }

  /** A product is made from an instant on, which is not before the last change. */
  public void from(long at, int product) {
    if (!changes.isEmpty() && changes.get(changes.size() - 1).at == at) {
      changes.remove(changes.size() - 1);
    }
    int last = changes.isEmpty() ? before : changes.get(changes.size() - 1).product;
    if (product != last) {
      changes.add(new Change(at, product));
    }
  }

  /** The product that is made at an instant. */
  public int at(long instant) {
    int product = before;
    for (Change change : changes) {
      product = change.at <= instant ? change.product : product;
    }
    return product;
  }

  /** When the product changes next after an instant; the end of time where it does not. */
  public long next(long instant) {
    for (Change change : changes) {
      if (change.at > instant) {
        return change.at;
      }
    }
    return Long.MAX_VALUE;
  }

  /** The time before an instant is decided. */
  public void forgetBefore(long instant) {
    while (!changes.isEmpty() && changes.get(0).at <= instant) {
      before = changes.remove(0).product;
    }
  }

  public void mark(BitSet used) {
    Symbols.mark(used, before);
    changes.forEach(change -> Symbols.mark(used, change.product));
  }

  public void exchange(StateCodec codec) {
    before = codec.small(before);
    codec.all(
        changes,
        () -> Change.NONE,
        change -> new Change(codec.number(change.at), codec.small(change.product)));
  }
}
