package io.weir.gateway.retention;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.LargeMessages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Reads ahead of the records that a rule judges, as far as memory allows: what becomes of one may
 * depend on those behind it. Belongs to the thread {@code retention}.
 *
 * @param end offset at which the segment ends
 * @param isFull whether nothing more may be learned now
 * @param learn takes one record
 */
record Lookahead(SegmentLog log, long end, BooleanSupplier isFull, Consumer<Feed.Entry> learn) {

  /**
   * Learns the records from an offset on.
   *
   * @return the offset of the first one that was not learned
   * @throws UncheckedIOException if the disk does not return them
   */
  long from(long offset) {
    try (Feed feed = log.scan(offset)) {
      Feed.Entry entry = feed.next();
      while (entry != null && entry.offset() < end) {
        if (isFull.getAsBoolean()) {
          return entry.offset();
        }
        try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
          learn.accept(entry);
        }
        entry = feed.next();
      }
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
