package io.weir.gateway.quarantine;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.log.Feed;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.Reason;
import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.quarantine.Quarantined.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bounded store of rejected data. Gives each rejecting thread its own {@link QuarantineWriter},
 * and keeps what the writers share: the ids written recently, and the newest entries for the live
 * page. Safe for several threads; its lock is held for memory work only.
 */
public final class Quarantine {

  private static final int RECENT_IDS = 16_384;
  private static final int NEWEST = 5;
  static final int PREVIEW_BYTES = 200;

  /** The log it is written to, as far as a writer needs it. */
  public interface Log {

    /**
     * Appends a record and returns its offset. Never waits.
     *
     * @param units readings it stands for
     * @throws IOException if the log accepts no records now
     */
    long append(long receiveTimeNs, int units, ByteBuffer payload) throws IOException;

    /**
     * Waits until all records from an offset on that were appended before this call are on stable
     * storage.
     *
     * @throws IOException if any of them is not and never will be: a reader may not see it
     */
    void sync(long from) throws IOException;
  }

  private final Log log;
  private final int mostEvidenceBytes;
  private final MeterRegistry meters;

  /** By id, for which reasons it is counted; none where it was replayed. */
  private final LinkedHashMap<Long, List<Reason>> recent = new LinkedHashMap<>();

  private final ArrayDeque<Quarantined> newest = new ArrayDeque<>();
  private final Map<Reason, Held> byReason = new EnumMap<>(Reason.class);
  private long entries;

  /**
   * The entries of one reason that were not replayed.
   *
   * @param newestNs when the data of the newest of them was received
   */
  public record Held(Reason reason, long entries, long newestNs) {
    private Held and(Held more) {
      return new Held(reason, entries + more.entries, Math.max(newestNs, more.newestNs));
    }

    private @Nullable Held withoutOne() {
      return entries == 1 ? null : new Held(reason, entries - 1, newestNs);
    }
  }

  /**
   * @param mostEvidenceBytes evidence beyond it is cut, and can then not be replayed
   */
  public Quarantine(Log log, int mostEvidenceBytes, MeterRegistry meters) {
    this.log = log;
    this.mostEvidenceBytes = mostEvidenceBytes;
    this.meters = meters;
  }

  /** The largest record that the log must accept. */
  public static int mostRecordBytes(int mostEvidenceBytes) {
    return QuarantineCodec.MOST_BESIDE_EVIDENCE + mostEvidenceBytes;
  }

  /**
   * Remembers the ids of entries written before a restart, so that data that is rejected again
   * because a position was not committed is not written again.
   *
   * @param scan over the end of the quarantine's log; closed here
   */
  public void recall(Feed scan) throws IOException {
    try (scan) {
      for (Feed.Entry entry = scan.next(); entry != null; entry = scan.next()) {
        QuarantineCodec.Decoded decoded = QuarantineCodec.decode(entry.payload(), PREVIEW_BYTES);
        if (decoded instanceof QuarantineCodec.Entry written) {
          note(written.quarantined());
        } else if (decoded instanceof QuarantineCodec.Replayed mark) {
          replayed(mark.id());
        }
      }
    }
  }

  /**
   * A writer for one thread.
   *
   * @param name the source's or sink's name
   * @param log the log whose records it rejects
   */
  public QuarantineWriter writer(Side side, String name, String log) {
    return new QuarantineWriter(this, this.log, side, name, log, mostEvidenceBytes);
  }

  /** Entries written since the start. */
  public synchronized long entries() {
    return entries;
  }

  /** The newest entries, newest first, with the beginning of their evidence; a handful. */
  public synchronized List<Quarantined> newest() {
    return List.copyOf(newest);
  }

  /**
   * The entries by reason, of those that were written since the start or recalled at it; one with
   * several reasons counts for each. An entry that was replayed is not counted any more, if it is
   * among the newest 16,384.
   */
  public synchronized List<Held> byReason() {
    return List.copyOf(byReason.values());
  }

  synchronized boolean knows(long id) {
    return recent.containsKey(id);
  }

  /** Entries that are on stable storage now. */
  void written(Collection<Quarantined> synced) {
    for (Quarantined entry : synced) {
      note(entry);
      for (Fault fault : entry.faults()) {
        meters
            .counter(
                MeterNames.QUARANTINED,
                "origin",
                entry.origin().name(),
                "reason",
                fault.reason().label())
            .increment();
      }
    }
    synchronized (this) {
      entries += synced.size();
    }
  }

  /** An entry whose replay is noted on stable storage now. */
  synchronized void replayed(long id) {
    List<Reason> counted = recent.replace(id, List.of());
    if (counted != null) {
      counted.forEach(
          reason -> byReason.computeIfPresent(reason, (key, held) -> held.withoutOne()));
    }
  }

  private synchronized void note(Quarantined entry) {
    List<Reason> reasons = entry.faults().stream().map(Fault::reason).toList();
    if (recent.putIfAbsent(entry.id(), reasons) != null) {
      return;
    }
    if (recent.size() > RECENT_IDS) {
      Iterator<Long> oldest = recent.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
    for (Fault fault : entry.faults()) {
      Held one = new Held(fault.reason(), 1, entry.receiveTimeNs());
      byReason.merge(fault.reason(), one, Held::and);
    }
    newest.addFirst(entry.beginning(PREVIEW_BYTES));
    if (newest.size() > NEWEST) {
      newest.removeLast();
    }
  }
}
