package io.weir.gateway.sink.kafka;

import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.stream.Position;
import java.util.List;
import java.util.TreeSet;

/**
 * What the brokers confirmed of writes that failed as a whole: entries that are not written again
 * when their write is tried again. They are those of two writes at most, in memory only: after a
 * restart they are written again. May be used by several threads.
 */
final class Confirmed {

  private final TreeSet<Position> positions = new TreeSet<>();

  /** A write has failed. */
  synchronized void add(List<? extends Entry> entries, Confirmations confirmations) {
    for (int i = 0; i < entries.size(); i++) {
      if (confirmations.isConfirmed(i)) {
        positions.add(Position.of(entries.get(i)));
      }
    }
  }

  synchronized boolean isEmpty() {
    return positions.isEmpty();
  }

  synchronized boolean holds(Entry entry) {
    return positions.contains(Position.of(entry));
  }

  /** No write begins in front of an entry any more. */
  synchronized void forgetBefore(Entry entry) {
    positions.headSet(Position.of(entry)).clear();
  }
}
