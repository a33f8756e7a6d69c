package io.weir.gateway.sink.kafka;

import io.weir.gateway.sink.stream.Position;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a log stand in the topics by committed transactions. It is stored by the same
 * transactions, as the metadata of an offset, so that it says neither more nor less than is there.
 * Belongs to one thread.
 *
 * <p>As text: {@code 1 INCARNATION FROM TO REFUSED...}; positions are {@code OFFSET/INDEX}. All
 * entries above FROM up to TO are done, but for the refused ones, which are refused again when they
 * come again: the quarantine may not have them yet. Only the last refused are kept; where more were
 * refused, FROM is the last one that is not kept, and what is below is written again.
 */
final class Committed {

  /** Brokers take 4096 bytes of metadata by default. */
  private static final int MOST_REFUSED = 60;

  private static final String VERSION = "1";
  private static final Position BEFORE_ALL = new Position(-1, 0);

  private final String incarnation;
  private Position from = BEFORE_ALL;
  private Position to = BEFORE_ALL;
  private final TreeSet<Position> refused = new TreeSet<>();

  Committed(String incarnation) {
    this.incarnation = incarnation;
  }

  /** Takes what a group holds, where it is of this incarnation and beyond what is known. */
  void learn(@Nullable String metadata) {
    if (metadata == null) {
      return;
    }
    List<String> words = List.of(metadata.split(" "));
    if (words.size() < 4 || !words.get(0).equals(VERSION) || !words.get(1).equals(incarnation)) {
      return; // of logs that are not these
    }
    Position end = Position.parse(words.get(3));
    if (end.compareTo(to) > 0) {
      Position start = Position.parse(words.get(2));
      from = start.compareTo(from) > 0 ? start : from;
      refused.headSet(from, true).clear();
      to = end;
      words.subList(4, words.size()).forEach(each -> refuse(Position.parse(each)));
    }
  }

  /** Whether an entry stands in its topic. */
  boolean holds(Position entry) {
    return entry.compareTo(from) > 0 && entry.compareTo(to) <= 0 && !refused.contains(entry);
  }

  /** Offset of the record up to which all is done. */
  long offset() {
    return Math.max(0, to.offset());
  }

  /** An entry was refused. What was refused before the process ended is known by the group. */
  void refuse(Position entry) {
    if (entry.compareTo(from) > 0) { // else it is written again anyway
      refused.add(entry);
    }
    while (refused.size() > MOST_REFUSED) {
      from = refused.pollFirst();
    }
  }

  /** What is to be stored with a transaction that ends at an entry. */
  String upTo(Position last) {
    Position end = last.compareTo(to) > 0 ? last : to;
    return "%s %s %s %s%s"
        .formatted(
            VERSION,
            incarnation,
            from,
            end,
            refused.stream().map(each -> " " + each).collect(Collectors.joining()));
  }

  /** The transaction that ends at an entry is committed. */
  void committed(Position last) {
    to = last.compareTo(to) > 0 ? last : to;
  }
}
