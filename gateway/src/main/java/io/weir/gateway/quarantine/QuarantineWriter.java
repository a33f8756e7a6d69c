package io.weir.gateway.quarantine;

import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.quarantine.Quarantined.Origin;
import io.weir.gateway.quarantine.Quarantined.Side;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one thread's rejections to the quarantine: put the entries, sync, and only then commit the
 * position that depends on them. Owned by that thread.
 */
public final class QuarantineWriter {

  private static final long NONE = -1;

  private final Quarantine quarantine;
  private final Quarantine.Log log;
  private final Side side;
  private final String name;
  private final String sourceLog;
  private final int mostEvidenceBytes;

  /** Appended, not yet known to be on stable storage. */
  private final Map<Long, Quarantined> unsynced = new LinkedHashMap<>();

  private long firstUnsynced = NONE;

  QuarantineWriter(
      Quarantine quarantine,
      Quarantine.Log log,
      Side side,
      String name,
      String sourceLog,
      int mostEvidenceBytes) {
    this.quarantine = quarantine;
    this.log = log;
    this.side = side;
    this.name = name;
    this.sourceLog = sourceLog;
    this.mostEvidenceBytes = mostEvidenceBytes;
  }

  /**
   * Writes one piece of evidence. The same offset and index make the same entry, so a repeat is not
   * written again.
   *
   * @param offset offset of the record that holds it
   * @param index which part of that record, from 0
   * @return whether it is new
   * @throws IOException if the log accepts no records now; put it again later
   */
  public boolean put(
      long offset, int index, String topic, long receiveTimeNs, List<Fault> faults, byte[] evidence)
      throws IOException {
    return put(name, offset, index, topic, receiveTimeNs, faults, evidence);
  }

  /** For a copier, which writes on behalf of every source. */
  boolean put(
      String originName,
      long offset,
      int index,
      String topic,
      long receiveTimeNs,
      List<Fault> faults,
      byte[] evidence)
      throws IOException {
    Origin origin = new Origin(side, originName, sourceLog, offset, index);
    Quarantined entry =
        Quarantined.of(origin, topic, receiveTimeNs, faults, evidence, mostEvidenceBytes);
    if (unsynced.containsKey(entry.id()) || quarantine.knows(entry.id())) {
      return false;
    }
    appended(log.append(receiveTimeNs, entry.readings(), QuarantineCodec.encode(entry)));
    unsynced.put(entry.id(), entry.beginning(Quarantine.PREVIEW_BYTES));
    return true;
  }

  /**
   * Notes that an entry was replayed.
   *
   * @param timeNs when, wall time
   * @throws IOException if the log accepts no records now
   */
  public void replayed(Quarantined entry, long timeNs) throws IOException {
    appended(
        log.append(
            timeNs, 0, QuarantineCodec.encode(new QuarantineCodec.Replayed(entry.id(), timeNs))));
  }

  private void appended(long offset) {
    if (firstUnsynced == NONE) {
      firstUnsynced = offset;
    }
  }

  /**
   * Waits until all that was put is on stable storage.
   *
   * @throws IOException if it is not; put again all that was put since the last sync
   */
  public void sync() throws IOException {
    if (firstUnsynced == NONE) {
      return;
    }
    long from = firstUnsynced;
    List<Quarantined> written = List.copyOf(unsynced.values());
    firstUnsynced = NONE;
    unsynced.clear();
    log.sync(from);
    quarantine.written(written);
  }
}
