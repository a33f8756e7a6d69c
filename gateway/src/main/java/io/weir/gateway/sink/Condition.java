package io.weir.gateway.sink;

/**
 * The state of a drain and its store, for users and health checks.
 *
 * @param detail one sentence: the store's words, or what the drain waits for
 * @param sinceWallNs when this state began, nanoseconds since the epoch
 */
public record Condition(State state, String detail, long sinceWallNs) {

  /** Whether no fault is known: the store accepts writes, or nothing was written yet. */
  public boolean isWell() {
    return state == State.UP || state == State.UNKNOWN;
  }

  /** In order of severity. */
  public enum State {
    /** Nothing was written yet, so nothing is known. */
    UNKNOWN,
    /** The store accepts writes. */
    UP,
    /** The store asked to wait. */
    BUSY,
    /** The store cannot be reached, or fails. */
    DOWN,
    /** The store refuses this gateway: wrong token, missing database. Needs manual action. */
    MISCONFIGURED,
    /** This machine fails: the log or the quarantine cannot be read or written. Tried again. */
    HELD,
    /** A bug ended the drain; its readings stay in the log. */
    FAILED
  }
}
