package io.weir.gateway.normalize;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one message leaves behind by which later ones are judged. Nothing but its arrival times is
 * remembered before {@link #commit()}; {@link #rollback()} takes it back where the message was not
 * kept after all, so that the same message, offered again, is not taken for a repetition of itself.
 *
 * <p>Wiping forgets what the series had before as well: the next reading of it is kept, which may
 * be one more than needed. Used by the source's thread until it is handed on with the record; then
 * by {@code log-sync}.
 */
public final class PendingState {

  private final NormalizerMemory recent;

  /** Of metrics that have a report rule; made for the first. */
  private Map<NormalizerMemory.Point, ReportRule.Last> lasts = Map.of();

  private ArrivalTimes.@Nullable Given arrivals;
  private long duplicate;
  private long receiveNs;

  PendingState(NormalizerMemory recent) {
    this.recent = recent;
  }

  /** The last reading kept of that point, this message's before those of earlier ones. */
  ReportRule.@Nullable Last last(NormalizerMemory.Point point) {
    ReportRule.Last own = lasts.get(point);
    return own == null ? recent.last(point) : own;
  }

  void keep(NormalizerMemory.Point point, ReportRule.Last last) {
    if (lasts.isEmpty()) {
      lasts = new HashMap<>();
    }
    lasts.put(point, last);
  }

  /** The arrival times count from now on, so that no message at the same time gets them too. */
  void keep(ArrivalTimes.Given given) {
    arrivals = given;
  }

  void keep(long duplicateKey, long receivedNs) {
    this.duplicate = duplicateKey;
    this.receiveNs = receivedNs;
  }

  /** To be called before the record is appended: the sync may end before the append returns. */
  public void commit() {
    lasts.forEach(recent::keep);
    if (duplicate != 0) {
      recent.duplicates.keep(duplicate, receiveNs);
    }
  }

  /** To be called where the record was not appended, or its sync failed. */
  public void rollback() {
    lasts.forEach(recent::undo);
    discard();
    if (duplicate != 0) {
      recent.duplicates.forget(duplicate);
    }
  }

  /** To be called in place of {@link #commit()} where the message is not to be kept. */
  public void discard() {
    if (arrivals != null) {
      recent.arrivals.takeBack(arrivals);
    }
  }
}
