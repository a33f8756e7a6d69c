package io.weir.gateway.quarantine;

import io.weir.gateway.model.Durable;
import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.quarantine.Quarantined.Origin;
import io.weir.gateway.quarantine.Quarantined.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes one thread's rejections to the quarantine: put the entries, sync, and only then commit the
 * position that depends on them. Owned by that thread.
 *
 * <p>A sync that fails loses what was appended before it. So each record is kept here until a sync
 * has succeeded, and the next sync appends it again: who put an entry need not put it twice.
 */
public final class QuarantineWriter {

  private static final long NONE = -1;

  /** Beyond this many bytes without a sync, a put syncs by itself, so that memory is bounded. */
  private static final int MOST_UNSYNCED_BYTES = 4 << 20;

  private final Quarantine quarantine;
  private final Quarantine.Log log;
  private final Side side;
  private final String name;
  private final String sourceLog;
  private final int mostEvidenceBytes;

  /** Not yet known to be on stable storage, in order. */
  private final List<Unsynced> unsynced = new ArrayList<>();

  private final Set<Long> unsyncedIds = new HashSet<>();
  private long unsyncedBytes;

  /** Offset of the first record since the last sync, failed or not. */
  private long firstAppended = NONE;

  /** A record until a sync has succeeded: an entry, or the mark that one was replayed. */
  private static final class Unsynced {
    final @Nullable Quarantined entry;
    final long receiveTimeNs;
    final int units;
    final ByteBuffer bytes;
    boolean appended;

    Unsynced(@Nullable Quarantined entry, long receiveTimeNs, int units, ByteBuffer bytes) {
      this.entry = entry;
      this.receiveTimeNs = receiveTimeNs;
      this.units = units;
      this.bytes = bytes;
    }
  }

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
    if (unsyncedIds.contains(entry.id()) || quarantine.knows(entry.id())) {
      return false;
    }
    append(
        new Unsynced(
            entry.beginning(Quarantine.PREVIEW_BYTES),
            receiveTimeNs,
            entry.readings(),
            QuarantineCodec.encode(entry)));
    unsyncedIds.add(entry.id());
    return true;
  }

  /**
   * Notes that an entry was replayed.
   *
   * @param timeNs when, wall time
   * @throws IOException if the log accepts no records now
   */
  public void replayed(Quarantined entry, long timeNs) throws IOException {
    append(
        new Unsynced(
            null,
            timeNs,
            0,
            QuarantineCodec.encode(new QuarantineCodec.Replayed(entry.id(), timeNs))));
  }

  private void append(Unsynced record) throws IOException {
    if (unsyncedBytes > MOST_UNSYNCED_BYTES) {
      syncAll();
    }
    appendToLog(record);
    unsynced.add(record);
    unsyncedBytes += record.bytes.remaining();
  }

  private void appendToLog(Unsynced record) throws IOException {
    long offset = log.append(record.receiveTimeNs, record.units, record.bytes.duplicate());
    record.appended = true;
    if (firstAppended == NONE) {
      firstAppended = offset;
    }
  }

  /**
   * Waits until all that was put is on stable storage.
   *
   * @throws IOException if it is not; all of it is kept, and the next sync writes it again
   */
  public Durable sync() throws IOException {
    return Durable.after(this::syncAll);
  }

  private void syncAll() throws IOException {
    if (unsynced.isEmpty()) {
      return;
    }
    for (Unsynced record : unsynced) {
      if (!record.appended) { // an earlier sync failed
        appendToLog(record);
      }
    }
    long from = firstAppended;
    firstAppended = NONE;
    boolean synced = false;
    try {
      log.sync(from);
      synced = true;
    } finally {
      if (!synced) {
        unsynced.forEach(record -> record.appended = false);
      }
    }
    List<Quarantined> written = new ArrayList<>(unsynced.size());
    List<Long> replayed = new ArrayList<>();
    for (Unsynced record : unsynced) {
      if (record.entry != null) {
        written.add(record.entry);
      } else {
        replayed.add(QuarantineCodec.id(record.bytes));
      }
    }
    unsynced.clear();
    unsyncedIds.clear();
    unsyncedBytes = 0;
    quarantine.written(written);
    replayed.forEach(quarantine::replayed);
  }
}
