package io.weir.gateway.log;

import java.io.IOException;
import java.util.List;

/**
 * A feed whose consumer may be done with records above its position, and balances what it did with
 * the log's own counts.
 */
public interface RangeFeed extends Feed {

  /** Units of all records below the committed position, since the log began. */
  long committedUnits();

  /** Units of all synced records, since the log began. For any thread. */
  long syncedUnits();

  /** The offsets above the committed position that were committed as done; for any thread. */
  List<OffsetRange> doneAbove();

  /**
   * Stores durably that all records below {@code next} are done, and those of some ranges above it.
   *
   * @param doneAbove above {@code next}, in order, apart from each other
   * @param state the consumer's bytes
   */
  void commit(long next, List<OffsetRange> doneAbove, byte[] state) throws IOException;

  /**
   * Another reading of the log, of what is synced from now on; {@link Feed#committed} is where it
   * begins. Has no cursor of its own, and no commit. For the consumer's thread; it closes it.
   */
  Feed tail();
}
