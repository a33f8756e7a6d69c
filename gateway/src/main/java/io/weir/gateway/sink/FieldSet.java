package io.weir.gateway.sink;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.ColumnNames.Column;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of a line of which each reading became one: none was replaced by a later one, and none
 * had a name that cannot be written. A series mostly sends the same ones again; then nothing is to
 * be asked of their names. Never changed.
 *
 * @param metrics the names of the readings, in order
 * @param columns the columns of the store that they are
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, compared by elements
record FieldSet(String[] metrics, Column[] columns) {

  /** A longer line is looked at anew each time: a series would hold too much. */
  static final int MOST = 64;

  static final FieldSet NOTHING = new FieldSet(new String[0], new Column[0]);

  /** This one, where it is of the same names, which decide the columns of a store; else a new. */
  FieldSet orSame(String[] names, Column[] itsColumns) {
    return Arrays.equals(metrics, names) ? this : new FieldSet(names, itsColumns);
  }

  /**
   * Whether readings are of these fields, with values that a line can say.
   *
   * @param text whether the store keeps text
   */
  boolean isOf(List<Reading> readings, int start, int end, boolean text) {
    if (end - start != metrics.length) {
      return false;
    }
    for (int i = 0; i < metrics.length; i++) {
      Reading reading = readings.get(start + i);
      if (!reading.metric().equals(metrics[i]) || !isWritable(reading.value(), text)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isWritable(Value value, boolean text) {
    if (value instanceof Value.Real real) {
      return Double.isFinite(real.value());
    }
    return text || !(value instanceof Value.Text);
  }
}
