package io.weir.gateway.model;

/**
 * When a memory that is full forgets for what is new: of sixteen new entries one takes a place, the
 * rest are not remembered. So of more than it holds, each looked up in turn, some stay known, where
 * else each would be forgotten before it comes again; and what nobody looks up any more makes room
 * after a while.
 *
 * <p>For any thread, without a lock; threads may lose counts of each other, so that it takes a few
 * entries more.
 */
public final class Turnover {

  /** New entries of which one takes a place. */
  static final int ENTRIES = 16;

  private int passed;

  /**
   * Whether this new entry, which found the memory full, takes a place.
   *
   * @param places what is forgotten for it: 1, or all of a memory that forgets all at once
   */
  public boolean takes(int places) {
    if (++passed < (long) ENTRIES * places) {
      return false;
    }
    passed = 0;
    return true;
  }
}
