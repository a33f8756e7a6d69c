package io.weir.gateway.correction;

/** A record of the log of corrections. */
public sealed interface Entry permits Correction, OrderEvent, RecomputeAsked, Undo {

  /** Its offset in the log. */
  long id();

  Origin origin();

  /**
   * What is said later has a higher one. In a group all members agree on it, in whatever order they
   * come to know of entries.
   */
  default long rank() {
    long rank = origin().where().rank();
    return rank == 0 ? id() : rank;
  }

  /** The same under another id. */
  Entry withId(long number);

  /** The same of another origin. */
  Entry withOrigin(Origin of);
}
