package io.weir.gateway.uplink;

import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The body of a {@link LinkBatch} before it is compressed, as {@link BodyWriter} and {@link
 * BodyReader} have it.
 *
 * <p>It has tables, then columns. Numbers are varints, those with a sign zigzag.
 *
 * <pre>
 * topics        count, each str
 * series        count, each: str measurement, u8 levels present, str each; tags, each two str
 * shapes        count, each: fields, each str metric, u8 type (0 f64, 1 i64, 2 boolean, 3 text)
 * reasons       count, each str
 * texts         count, each str
 * unit          of event times: they are multiples of it, in nanoseconds
 * offsets       each less the one before, the first less 0
 * indexes
 * to stand      in version 2: count, then numbers of rows, each less the one before
 * receive times where the offset is another one: milliseconds, signed, less the one before
 * series        places in the table
 * topics        0 as the row before of its series, else place + 1
 * shapes        the same
 * qualities     0 good; else 1 + 2 * place of the reason, and 1 more where it is bad
 * event times   signed, in units, less the one before of the series
 * values        of each series, shape and field that occurs, in order of the first row:
 *   f64         u8 decimals: 255 as bits; else signed, times 10^decimals, less the one before
 *   i64         signed, less the one before
 *   boolean     u8
 *   text        place in the table
 * </pre>
 *
 * Receive times are cut to milliseconds: finer parts are noise that nothing compresses.
 */
final class BatchBody {

  /** In place of the decimals of reals: they stand as their bits. */
  static final int BITS = 255;

  static final int MOST_DECIMALS = 9;
  static final double LARGEST_WHOLE = 1L << 53;
  static final long[] UNITS = {1_000_000_000L, 1_000_000L, 1_000L};
  static final double[] TENS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  private BatchBody() {}

  /** A field of a shape; its type is a number of the format. */
  record Field(String metric, int type) {}

  static int type(Value value) {
    return switch (value.type()) {
      case FLOAT -> 0;
      case INTEGER -> 1;
      case BOOLEAN -> 2;
      case STRING -> 3;
    };
  }

  /** This many places, all -1. */
  static int[] filled(int size) {
    int[] all = new int[size];
    Arrays.fill(all, -1);
    return all;
  }

  /** The rows of each series and shape, in order of the first of them. */
  static List<List<Integer>> groups(int[] seriesOf, int[] shapeOf) {
    Map<Long, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < seriesOf.length; i++) {
      long key = (long) seriesOf[i] << Integer.SIZE | shapeOf[i];
      groups.computeIfAbsent(key, absent -> new ArrayList<>()).add(i);
    }
    return new ArrayList<>(groups.values());
  }
}
