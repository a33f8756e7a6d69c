package io.weir.gateway.log;

import java.nio.file.Path;

/**
 * What recovery could not bring back: bytes that are not what was written, and bytes that the disk
 * does not return. Neither keeps a log from starting.
 */
sealed interface Damage {

  /**
   * Neither copy of a segment's header is whole.
   *
   * @param rebuilt whether its records could still be found and are served
   * @param isLast whether no segment follows, whose header says how many units it held
   */
  record NoHeader(Path file, boolean rebuilt, boolean isLast) implements Damage {}

  /**
   * Records that are gone.
   *
   * @param nextOffset of the record behind them, which may still come
   * @param units their units
   */
  record LostRecords(long nextOffset, long units) implements Damage {}

  /**
   * The last segment ends in bytes that the disk does not return, or that follow such bytes. They
   * were not cut off, but are not part of the log. How many records they hold is not known.
   *
   * @param position where they begin
   * @param nextOffset of the record that will follow
   */
  record UnreadEnd(Path file, long position, long bytes, long nextOffset) implements Damage {}

  /**
   * Records of the last sync that were written, and of which bytes are wrong. Nothing says whether
   * that sync had ended, so their units count as destroyed. They are lost if somebody was told.
   *
   * @param position where they begin
   * @param to the offset behind them, as far as it is known
   * @param nextOffset of the record behind them, which may still come
   * @param units their units, as far as they are known
   * @param isExact whether there are no more
   */
  record InDoubt(
      Path file, long position, long bytes, long to, long nextOffset, long units, boolean isExact)
      implements Damage {}

  /**
   * Bytes behind the last whole record, cut off: what a crash left of an unfinished sync.
   *
   * @param position where they began
   */
  record TornEnd(Path file, long position, long bytes) implements Damage {}

  /** No generation of a cursor is whole, so its consumer starts at the oldest record. */
  record LostCursor(String consumer) implements Damage {}

  /** A newer generation of a cursor may be lost, so its consumer may see some records again. */
  record OlderCursor(String consumer) implements Damage {}
}
