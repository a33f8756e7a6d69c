package io.weir.gateway.log;

/**
 * The new file of a segment that was written again, and what became of it. The thread {@code
 * log-sync} puts it in the place of the old one in its next round; any thread may ask.
 */
public final class Rewrite {

  /** What became of the new file. */
  public enum State {
    /** It is on stable storage, and log-sync has not yet put it in the place of the old one. */
    WAITING,
    /** It is in the place of the old one. */
    DONE,
    /** It would have freed too little; the old one stays. */
    TOO_LITTLE,
    /**
     * Nothing would have been dropped, and the old file has damage. It stays: the bytes of the
     * damaged records would be gone, and may still be good for something.
     */
    DAMAGED,
    /** The disk failed, or the segment was deleted meanwhile; nothing has changed. */
    FAILED
  }

  private final long first;
  private final long bytesBefore;
  private final long bytesAfter;
  private final long unitsDropped;
  private volatile State state;

  Rewrite(long first, long bytesBefore, long bytesAfter, long unitsDropped, State state) {
    this.first = first;
    this.bytesBefore = bytesBefore;
    this.bytesAfter = bytesAfter;
    this.unitsDropped = unitsDropped;
    this.state = state;
  }

  /** The first offset of the segment. */
  public long first() {
    return first;
  }

  /** Length of the old file. */
  public long bytesBefore() {
    return bytesBefore;
  }

  /** Length of the new file. */
  public long bytesAfter() {
    return bytesAfter;
  }

  /** Units that the rule dropped, whether a consumer had read them or not. */
  public long unitsDropped() {
    return unitsDropped;
  }

  public State state() {
    return state;
  }

  void state(State next) {
    state = next;
  }
}
