package io.weir.gateway.correction;

/** A record of the log of corrections. */
public sealed interface Entry permits Correction, OrderEvent, Undo {

  /** Its offset in the log. */
  long id();

  Origin origin();

  /** The same under another id. */
  Entry withId(long number);
}
