package io.weir.gateway.group;

import io.weir.gateway.sink.Portion;
import java.util.Map;
import java.util.TreeMap;

/**
 * Up to which readings the figures of a log go: at an end of that log, all that follows from the
 * readings up to a receive time is below it. Noted by the thread that folds, asked by the drains.
 */
public final class FoldedTo {

  /** Without the oldest, less is known of what is stored, and nothing wrong. */
  private static final int MOST = 4096;

  private final TreeMap<Long, Long> timesByEnd = new TreeMap<>();

  /** All rows of the readings up to a receive time are below an end of the log. */
  public synchronized void note(long end, long receiveTimeNs) {
    timesByEnd.put(end, receiveTimeNs);
    if (timesByEnd.size() > MOST) {
      timesByEnd.pollFirstEntry();
    }
  }

  /** Up to which readings all figures are below an offset. */
  synchronized long below(long offset) {
    Map.Entry<Long, Long> last = timesByEnd.floorEntry(offset);
    return last == null ? Portion.NOTHING : last.getValue();
  }
}
