package io.weir.gateway.source.kafka;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The records of one partition that are not yet committed, in their order. Used by the source's
 * thread; does no I/O.
 */
final class PartitionWindow {

  private final Deque<HeldRecord> held = new ArrayDeque<>();

  /** Those of them that the inbox has not taken, or whose sync failed. */
  private final Deque<HeldRecord> waiting = new ArrayDeque<>();

  private long bytes;

  /** Of those since the assignment, how many are durable together with all before them. */
  private long durable;

  private long committed;

  /** The offset behind the last of these, or {@code null} before the first. */
  private @Nullable OffsetAndMetadata next;

  void add(HeldRecord record) {
    held.add(record);
    waiting.add(record);
    bytes += record.bytes();
  }

  /** The first that is to be offered, or {@code null} where there is none. */
  @Nullable HeldRecord waiting() {
    return waiting.peek();
  }

  /** The inbox has taken that one. */
  void taken() {
    waiting.remove();
  }

  /** Has those offered again whose sync failed, in their order. */
  void offerAgain() {
    waiting.clear();
    for (HeldRecord record : held) {
      HeldRecord.State state = record.state();
      if (state == HeldRecord.State.WAITING || state == HeldRecord.State.FAILED) {
        waiting.add(record);
      }
    }
  }

  /** Records taken or waiting, or durable and not yet committed. */
  long uncommitted() {
    return held.size() + durable - committed;
  }

  int unsettled() {
    return held.size();
  }

  long bytes() {
    return bytes;
  }

  /** Whether the outcome of a record that the inbox took is not known. */
  boolean isUnderWay() {
    return held.stream().anyMatch(each -> each.state() == HeldRecord.State.TAKEN);
  }

  /** Takes out what is durable together with all before it. */
  void collect() {
    HeldRecord last = null;
    HeldRecord first = held.peek();
    while (first != null && first.state() == HeldRecord.State.DURABLE) {
      held.remove();
      bytes -= first.bytes();
      durable++;
      last = first;
      first = held.peek();
    }
    if (last != null) {
      next = last.next();
    }
  }

  /**
   * What is to be committed.
   *
   * @param count records that it covers since the assignment
   */
  record Due(OffsetAndMetadata offset, long count) {}

  /** What is to be committed, or {@code null} where there is nothing new. */
  @Nullable Due due() {
    OffsetAndMetadata offset = next;
    return offset == null || durable == committed ? null : new Due(offset, durable);
  }

  /** The broker has the offset; returns how many records that commits. */
  long committed(Due due) {
    long more = Math.max(0, due.count() - committed);
    committed += more;
    return more;
  }
}
