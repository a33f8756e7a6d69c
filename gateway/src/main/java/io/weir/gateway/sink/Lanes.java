package io.weir.gateway.sink;

import java.util.ArrayList;
import java.util.List;

/**
 * How lines are divided into parts that may be written at once. A series is always in the same
 * lane, so none of its lines can overtake another.
 *
 * @param count how many there are: the writes that the store takes at once
 * @param mostLines lines of one write at most
 */
record Lanes(int count, int mostLines) {

  /** Fewer lines for each lane cost more in writes than they gain. */
  private static final int LEAST_LINES = 500;

  /** Hashes of names that differ in a number alone are far apart after this (golden ratio). */
  private static final int MIXES = 0x9E3779B9;

  /**
   * Lines of a batch at most: each lane has half a write of them on average, so that few exceed one
   * where the series are not of equal size.
   */
  int linesOfBatch() {
    return Math.max(2, count) * mostLines / 2;
  }

  /**
   * A part for each lane, in the order of the log; of fewer lines for each second lane, so that few
   * do not wait for each other either, or all in one. No other batch may be under way then.
   */
  List<List<Outbound>> divideMany(List<Outbound> lines) {
    int parts = count;
    while (parts % 2 == 0 && lines.size() < parts * LEAST_LINES) {
      parts /= 2;
    }
    return lines.size() < parts * LEAST_LINES ? List.of(lines) : divide(lines, parts);
  }

  /** A part for each lane, however few lines there are. */
  List<List<Outbound>> divide(List<Outbound> lines) {
    return divide(lines, count);
  }

  /**
   * @param number of the parts, by which the count of lanes can be divided: each has whole lanes,
   *     that of its own number first
   */
  private List<List<Outbound>> divide(List<Outbound> lines, int number) {
    List<List<Outbound>> parts = new ArrayList<>(number);
    for (int part = 0; part < number; part++) {
      parts.add(new ArrayList<>(2 * lines.size() / (number + 1)));
    }
    for (Outbound line : lines) {
      parts.get(of(line) % number).add(line);
    }
    return parts;
  }

  /** The lane of a line, always the same for a series. */
  int of(Outbound line) {
    return (line.lane() * MIXES >>> 16) % count;
  }
}
