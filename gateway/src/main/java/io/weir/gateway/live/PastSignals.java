package io.weir.gateway.live;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.LargeMessages;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads back what signals were before the start, and the shifts that were received, once, from the
 * end of the log. A step takes a few records, so that new ones come first. What cannot be read is
 * left out: signals then begin at the start. Owned by the thread {@code live}.
 */
final class PastSignals implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PastSignals.class);

  /** About two seconds of work, and at a thousand readings a second about two hours. */
  private static final long MOST_BYTES = 256L << 20;

  private static final int RECORDS_AT_ONCE = 50;

  private final Live.Past log;
  private final Folds folds;
  private final long fromNs;

  /** Records from here on come as new ones. */
  private final long end;

  private @Nullable Feed feed;
  private boolean done;

  /** Since when signals are read, in nanoseconds; 0 before the first record. */
  private long sinceNs;

  PastSignals(Live.Past log, Folds folds, long nowNs, long end) {
    this.log = log;
    this.folds = folds;
    this.end = end;
    fromNs = nowNs - SignalMemory.KEPT_MS * 1_000_000;
  }

  /** Takes some records; returns whether there may be more. */
  boolean step() {
    try {
      for (int i = 0; !done && i < RECORDS_AT_ONCE; i++) {
        take();
      }
    } catch (IOException e) {
      LOG.warn("Signals from before the start are not shown: the log cannot be read back", e);
      close();
    }
    return !done;
  }

  private void take() throws IOException {
    Feed open = feed;
    if (open == null) {
      open = log.past(fromNs, MOST_BYTES);
      feed = open;
    }
    Feed.Entry entry = open.next();
    if (entry == null || entry.offset() >= end) {
      close();
      return;
    }
    if (sinceNs == 0) {
      sinceNs = Math.max(fromNs, entry.receiveTimeNs());
    }
    if (entry.receiveTimeNs() < fromNs) {
      return;
    }
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      folds.foldPast(entry.payload());
    } catch (IllegalArgumentException e) {
      LOG.debug("Record {} cannot be shown: its bytes are not a message", entry.offset(), e);
    }
  }

  /** Since when signals are known, in nanoseconds; {@code otherwise} where none were read back. */
  long sinceNs(long otherwise) {
    return sinceNs == 0 ? otherwise : sinceNs;
  }

  @Override
  public void close() {
    done = true;
    try (Feed closed = feed) {
      feed = null;
    } catch (IOException e) {
      LOG.warn("The reading of signals from before the start could not be closed", e);
    }
  }
}
