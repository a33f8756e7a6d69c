package io.weir.gateway.efficiency.codec;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;

/**
 * A list that says when it is made, and when it gets longer or shorter: so whoever weighs what is
 * kept looks at it only then. To look takes memory that has left the caches.
 *
 * <p>Mutable; belongs to its owner.
 */
public final class WeighedList<E> extends AbstractList<E> implements RandomAccess {

  private final List<E> all;
  private final Runnable changed;

  public WeighedList(int capacity, Runnable changed) {
    this.all = new ArrayList<>(capacity);
    this.changed = changed;
    changed.run();
  }

  @Override
  public E get(int index) {
    return all.get(index);
  }

  @Override
  public int size() {
    return all.size();
  }

  @Override
  public E set(int index, E element) {
    return all.set(index, element);
  }

  @Override
  public void add(int index, E element) {
    all.add(index, element);
    changed.run();
  }

  @Override
  public E remove(int index) {
    E removed = all.remove(index);
    changed.run();
    return removed;
  }

  @Override
  protected void removeRange(int from, int to) {
    all.subList(from, to).clear();
    changed.run();
  }
}
