package io.weir.gateway.log;

/** A feed whose consumer balances what it did with the log's own counts. */
public interface RangeFeed extends Feed {

  /** Units of all records below the committed position, since the log began. */
  long committedUnits();

  /** Units of all synced records, since the log began. For any thread. */
  long syncedUnits();
}
