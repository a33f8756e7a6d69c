package io.weir.gateway.log;

/** Receives the outcome of one append, once, on the thread {@code log-sync}; must not wait. */
public interface Synced {

  /** The record is on stable storage. */
  void synced(long offset);

  /** The sync failed; the record will never be served, now or after a restart. */
  void failed(long offset, Throwable cause);
}
