package io.weir.gateway.sink;

/**
 * How a drain fares, for people and health checks.
 *
 * @param detail one sentence: the store's words, or what is being waited for
 * @param sinceWallNs when it came to this state, nanoseconds since the epoch
 */
public record Condition(State state, String detail, long sinceWallNs) {

  /** Whether nothing speaks against it: the store takes lines, or nothing was written yet. */
  public boolean isWell() {
    return state == State.UP || state == State.UNKNOWN;
  }

  /** In order of rising trouble. */
  public enum State {
    /** Nothing was written yet, so nothing is known. */
    UNKNOWN,
    /** The store takes lines. */
    UP,
    /** The store asked to wait. */
    BUSY,
    /** The store cannot be reached, or fails. */
    DOWN,
    /** The store refuses the gateway itself: wrong token, missing database. A person must act. */
    MISCONFIGURED,
    /** This machine fails: the log or the quarantine cannot be read or written. Tried again. */
    HELD,
    /** A fault of the program ended the drain; its readings stay in the log. */
    FAILED
  }
}
