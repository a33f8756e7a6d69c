package io.weir.gateway.sink;

import io.weir.gateway.sink.Outbound.Part;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Which fields of a line stay and which are taken out, and how many readings go with each. A
 * reading that a later one of its line replaced stays with the line.
 */
final class FieldSplit {

  private final Part part;
  private final List<Integer> out;
  private final int[] left;

  /**
   * @param out true for the numbers of the fields, from 0, that are taken out
   */
  FieldSplit(Part part, int fields, IntPredicate out) {
    this.part = part;
    this.out = java.util.stream.IntStream.range(0, fields).filter(out).boxed().toList();
    this.left = java.util.stream.IntStream.range(0, fields).filter(out.negate()).toArray();
  }

  /** The numbers of the fields that are taken out. */
  List<Integer> out() {
    return out;
  }

  boolean isNothingLeft() {
    return left.length == 0;
  }

  /** The part of a field that is taken out. */
  Part taken(int number) {
    boolean takesRest = isNothingLeft() && number == out.get(out.size() - 1);
    return part.field(number, takesRest ? part.readings() - takenBy(out.size() - 1) : takenBy(1));
  }

  /** The readings of some fields. Those of a window stay with what is left of its row. */
  private int takenBy(int fields) {
    return part instanceof Outbound.Folded ? 0 : fields;
  }

  /** What is left of the line. */
  Part rest() {
    return part.rest(part.readings() - takenBy(out.size()), left);
  }
}
