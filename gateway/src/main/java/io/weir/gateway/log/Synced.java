package io.weir.gateway.log;

/** Told once how an append ended, on the thread {@code log-sync}; must not wait. */
public interface Synced {

  /** The record is on stable storage. */
  void synced(long offset);

  /** The sync failed; the record will never be served, now or after a restart. */
  void failed(long offset, Throwable cause);
}
