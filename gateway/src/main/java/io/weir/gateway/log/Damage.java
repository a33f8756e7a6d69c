package io.weir.gateway.log;

import java.nio.file.Path;

/**
 * What recovery found destroyed: bytes that were read and are not what was written. Damage never
 * keeps a log from starting. Bytes that could not be read are no damage; see {@link
 * ReadFailedException}.
 */
sealed interface Damage {

  /** Neither copy of a segment's header is whole, so none of its records can be read. */
  record LostHeader(Path file) implements Damage {}

  /**
   * Records in the middle of the last segment.
   *
   * @param nextOffset the whole record behind them
   * @param units their units
   */
  record LostRecords(Path file, long nextOffset, long units) implements Damage {}

  /**
   * Bytes behind the last whole record, cut off: what a crash left of an unfinished sync.
   *
   * @param position where they began
   */
  record TornEnd(Path file, long position, long bytes) implements Damage {}

  /** No generation of a cursor is whole, so its consumer starts at the oldest record. */
  record LostCursor(String consumer) implements Damage {}
}
