package io.weir.gateway.sink;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines to be written together, read from the log in order.
 *
 * @param lines what goes to the store; may be empty
 * @param unwritable what no line can say, for the quarantine
 * @param aside readings withheld, dropped, corrupt, or stored before their turn, on the way to
 *     these lines
 * @param next offset below which all is done once this batch is; {@link #WITHIN_RECORD} where it
 *     ends inside a record
 */
record LineBatch(List<Outbound> lines, List<Rejection> unwritable, SinkTotals aside, long next) {

  /** No offset: the record that the batch ends in goes on in the next one. */
  static final long WITHIN_RECORD = -1;

  /** Parts of a batch that may be written at once, at most. */
  static final int LANES = 2;

  private static final int LINES_FOR_TWO_LANES = 1_000;

  /**
   * The lines in one or two parts that may be written at once: all lines of a series are in one, in
   * order. A small batch stays whole.
   */
  List<List<Outbound>> lanes() {
    return lines.size() < LINES_FOR_TWO_LANES ? List.of(lines) : twoLanes();
  }

  /** The same, however small. */
  List<List<Outbound>> twoLanes() {
    List<Outbound> even = new ArrayList<>(lines.size());
    List<Outbound> odd = new ArrayList<>(lines.size());
    for (Outbound line : lines) {
      (laneOf(line) == 0 ? even : odd).add(line);
    }
    return List.of(even, odd);
  }

  /** The lane of a line where there are two, always the same for a series. */
  static int laneOf(Outbound line) {
    return Integer.bitCount(line.series()) % LANES;
  }
}
