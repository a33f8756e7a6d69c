package io.weir.gateway.sink.stream;

import io.weir.gateway.sink.StreamSink.Entry;
import java.util.Comparator;

/**
 * Where in its log an entry comes from.
 *
 * @param offset of the record
 * @param index place in the record of the first reading
 */
public record Position(long offset, int index) implements Comparable<Position> {

  private static final Comparator<Position> ORDER =
      Comparator.comparingLong(Position::offset).thenComparingInt(Position::index);

  public static Position of(Entry entry) {
    return new Position(entry.offset(), entry.index());
  }

  /**
   * As {@link #toString} writes it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Position parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("no position: " + text);
    }
    return new Position(
        Long.parseLong(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return offset + "/" + index;
  }
}
