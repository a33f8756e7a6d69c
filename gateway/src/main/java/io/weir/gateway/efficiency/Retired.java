package io.weir.gateway.efficiency;

/** What became of the wish to forget a machine. */
public enum Retired {
  /** It is forgotten, durably. */
  DONE,
  /** There are no figures of a machine of that name. */
  UNKNOWN,
  /** The configuration names it, so that it is expected. */
  NAMED
}
