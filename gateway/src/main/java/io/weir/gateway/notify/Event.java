package io.weir.gateway.notify;

/**
 * One piece of news for an outlet, as it waits to be sent.
 *
 * @param number greater than that of every event before
 * @param notice the id of the open notification that it belongs to
 * @param atNs when it became news, nanoseconds since the epoch
 */
record Event(long number, Type type, String notice, Cause cause, long atNs) {

  /** What happened. */
  enum Type {
    /** The cause has begun to hold. */
    RAISED,
    /** It still holds. */
    REPEATED,
    /** It holds no longer. */
    CLEARED,
    /** It comes and goes; nothing more is sent until it stays one or the other. */
    FLAPPING
  }
}
