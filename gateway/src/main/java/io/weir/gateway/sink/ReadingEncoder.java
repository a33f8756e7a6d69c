package io.weir.gateway.sink;

import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Turnover;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.ColumnNames.Column;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Readings as lines or rows, one for one. Readings that share series, instant and quality become
 * one line: measurement, the tags site, area, line, machine where present, the other tags in order
 * of their keys, one field for each metric, the time. BAD readings go to a measurement of their
 * own, with {@code _bad} behind its name; UNCERTAIN ones carry the tag {@code quality=uncertain}.
 * Of two readings of one metric in a line the later one is written.
 *
 * <p>A line whose measurement is empty or begins with {@code #} (a comment), and a field without a
 * name or a finite value, cannot be written at all. In a store of tables ({@link
 * Sink.Dialect#table()}) neither can a name whose column is taken; and each line ends its fields
 * with the integer {@code point} ({@link SeriesHead#point}).
 *
 * <p>Belongs to one thread. Caches by the identity of {@link Series}, which are shared instances.
 */
abstract class ReadingEncoder {

  /** Where lines or rows go. */
  interface Out {

    /** A line or row, of which it is known which part of the record it says. */
    void line(Outbound line);

    /** Readings that this store does not keep. */
    void withheld(int readings);

    /**
     * Readings that no line can say.
     *
     * @param text what the line would say of them, without the value
     */
    void unwritable(String text, int readings, int index, Reason reason, String detail);
  }

  /**
   * What the beginnings of lines may take of the heap: those of as many series as it may hold, see
   * {@link io.weir.gateway.model.Names}. Making one costs more than the rest of a line.
   */
  private static final long MOST_HEAD_BYTES = Runtime.getRuntime().maxMemory() / 32;

  private static final int PAIRWISE_BOUND = 32;

  private final Sink.Dialect dialect;
  private final LineProtocol syntax;
  private final ColumnNames names;
  private final boolean keepsTags;
  private final Map<Series, SeriesHead> heads = new IdentityHashMap<>();
  private long headBytes;

  /** Once they are full, they are all forgotten. */
  private final Turnover turnover = new Turnover();

  private @Nullable SeriesHead newest;
  private final Set<String> taken = new HashSet<>();

  /** Shared by the heads of all series that have them. */
  private FieldSet lastFields = FieldSet.NOTHING;

  /**
   * @param keepsTags whether it asks the beginnings for their tags
   */
  ReadingEncoder(Sink.Dialect dialect, LineProtocol syntax, boolean keepsTags) {
    this.dialect = dialect;
    this.syntax = syntax;
    this.names = new ColumnNames(dialect, syntax);
    this.keepsTags = keepsTags;
  }

  abstract void begin(SeriesHead head);

  abstract void field(Column column, Value value);

  /** Ends what was begun. Not called where there was no field. */
  abstract Outbound end(
      SeriesHead head, @Nullable Long point, Outbound.Part part, Outbound.Origin origin);

  /**
   * Encodes a record straight from its bytes, where that can be done.
   *
   * @param receivedNs when the record was received, unless another gateway passed it on
   * @return whether it was done; else nothing was handed over, and {@link #write} is to do it
   * @throws IllegalArgumentException if the bytes are no message
   */
  boolean writeStraight(
      MessageCodec codec, ByteBuffer record, long offset, long receivedNs, Out out) {
    return false;
  }

  /** Encodes the readings of one record, in order. */
  final void write(List<Reading> readings, Outbound.Origin origin, Out out) {
    write(readings, origin, out, null);
  }

  /**
   * The same of some lines.
   *
   * @param wanted whether the line that begins with a reading is; the readings of others are
   *     withheld. {@code null} for all
   */
  final void write(
      List<Reading> readings,
      Outbound.Origin origin,
      Out out,
      @Nullable Predicate<Reading> wanted) {
    write(readings, 0, origin, out, wanted);
  }

  /** The same from one of them on. */
  final void write(
      List<Reading> readings,
      int from,
      Outbound.Origin origin,
      Out out,
      @Nullable Predicate<Reading> wanted) {
    int start = from;
    while (start < readings.size()) {
      int end = start + 1;
      while (end < readings.size() && readings.get(end).sharesLineWith(readings.get(start))) {
        end++;
      }
      if (wanted == null || wanted.test(readings.get(start))) {
        writeGroup(readings, start, end, origin, out);
      } else {
        out.withheld(end - start);
      }
      start = end;
    }
  }

  /**
   * Encodes readings of one line that are to stay a line of their own.
   *
   * @param start the first of them
   * @param end behind the last
   */
  final void writeLine(
      List<Reading> readings, int start, int end, Outbound.Origin origin, Out out) {
    writeGroup(readings, start, end, origin, out);
  }

  private void writeGroup(
      List<Reading> readings, int start, int end, Outbound.Origin origin, Out out) {
    Reading first = readings.get(start);
    SeriesHead head = head(first.series(), first.quality());
    if (head.fault() != null) {
      out.unwritable(head.text(), end - start, start, Reason.BAD_NAME, head.fault());
      return;
    }
    FieldSet last = head.fields();
    if (last != null && last.isOf(readings, start, end, dialect.text())) {
      out.line(asLast(readings, start, head, last, origin));
    } else {
      writeFields(readings, start, end, head, origin, out);
    }
  }

  /** Writes readings of other fields than the line before of this series had. */
  private void writeFields(
      List<Reading> readings,
      int start,
      int end,
      SeriesHead head,
      Outbound.Origin origin,
      Out out) {
    boolean[] superseded = superseded(readings, start, end);
    String[] metrics = new String[end - start];
    Column[] columns = new Column[end - start];
    int[] places = new int[end - start];
    int count = 0;
    int readingsInLine = 0;
    int index = -1;
    begin(head);
    if (!taken.isEmpty()) {
      taken.clear(); // it goes through all its places, also where nothing is in it
    }
    for (int i = start; i < end; i++) {
      Reading reading = readings.get(i);
      if (reading.value() instanceof Value.Text && !dialect.text()) {
        out.withheld(1);
        continue;
      }
      boolean isSuperseded = superseded != null && superseded[i - start];
      Column column = names.field(reading.metric());
      String badName = badName(reading.metric(), column, head, isSuperseded);
      String badValue = badValue(reading);
      if (badName != null || badValue != null) {
        out.unwritable(
            head.text() + ' ' + column.text(),
            1,
            i,
            badName != null ? Reason.BAD_NAME : Reason.BAD_VALUE,
            badName != null ? badName : String.valueOf(badValue));
        continue;
      }
      index = index < 0 ? i : index;
      readingsInLine++;
      if (!isSuperseded) {
        field(column, reading.value());
        places[count] = i;
        columns[count] = column;
        metrics[count++] = reading.metric();
      }
    }
    if (count == end - start && count <= FieldSet.MOST) {
      lastFields = lastFields.orSame(metrics, columns);
      head.fields(lastFields);
    }
    if (count > 0) {
      Long point = dialect.table() ? (Long) head.point(metrics, count) : null;
      boolean inARow = readingsInLine == count && places[count - 1] - index == count - 1;
      Outbound.Part part =
          new Outbound.Readings(
              readingsInLine,
              index,
              inARow ? null : Arrays.copyOf(places, count),
              head.hash(),
              inStore(readings.get(start).timeNs()),
              readings.get(start).reason());
      out.line(end(head, point, part, origin));
    }
  }

  /** Writes readings of the fields that the line before of this series had. */
  private Outbound asLast(
      List<Reading> readings, int start, SeriesHead head, FieldSet fields, Outbound.Origin origin) {
    begin(head);
    for (int i = 0; i < fields.metrics().length; i++) {
      field(fields.columns()[i], readings.get(start + i).value());
    }
    Reading first = readings.get(start);
    return asLast(head, fields, start, first.timeNs(), first.reason(), origin);
  }

  /** Ends what was begun, which has the fields of the line before of its series. */
  public final Outbound asLast(
      SeriesHead head,
      FieldSet fields,
      int start,
      long timeNs,
      @Nullable String reason,
      Outbound.Origin origin) {
    return end(
        head,
        dialect.table() ? (Long) head.point(fields.metrics(), fields.metrics().length) : null,
        part(head, fields, start, timeNs, reason),
        origin);
  }

  /** Readings of the fields that the line before of their series had. */
  final Outbound.Part part(
      SeriesHead head, FieldSet fields, int start, long timeNs, @Nullable String reason) {
    return new Outbound.Readings(
        fields.metrics().length, start, null, head.hash(), inStore(timeNs), reason);
  }

  /** A time as the store has it. */
  final long inStore(long timeNs) {
    return timeNs - Math.floorMod(timeNs, dialect.precision().nanos());
  }

  private @Nullable String badName(
      String metric, Column column, SeriesHead head, boolean isSuperseded) {
    if (metric.isEmpty()) {
      return "the metric's name is empty";
    }
    if (!dialect.table() || isSuperseded) {
      return null;
    }
    if (names.isOwn(column) || head.hasTag(column)) {
      return "metric '" + metric + "' has the name of a tag or of a column of the gateway's own";
    }
    return taken.add(column.key())
        ? null
        : "metric '" + metric + "' has the column of another metric of its line";
  }

  private static @Nullable String badValue(Reading reading) {
    return reading.value() instanceof Value.Real real && !Double.isFinite(real.value())
        ? "metric '" + reading.metric() + "' is " + real.value() + ", which no store keeps"
        : null;
  }

  /** Which readings a later one of the same metric replaces, or null where none does. */
  private static boolean @Nullable [] superseded(List<Reading> readings, int start, int end) {
    int size = end - start;
    boolean[] superseded = null;
    Set<String> later = size > PAIRWISE_BOUND ? new HashSet<>(2 * size) : null;
    for (int i = size - 1; i >= 0; i--) {
      String metric = readings.get(start + i).metric();
      if (later != null ? !later.add(metric) : repeats(readings, start + i, end, metric)) {
        superseded = superseded == null ? new boolean[size] : superseded;
        superseded[i] = true;
      }
    }
    return superseded;
  }

  private static boolean repeats(List<Reading> readings, int at, int end, String metric) {
    for (int i = at + 1; i < end; i++) {
      if (readings.get(i).metric().equals(metric)) {
        return true;
      }
    }
    return false;
  }

  /** What lines of a series and quality begin with. */
  public final SeriesHead head(Series series, Quality quality) {
    SeriesHead known = heads.get(series);
    for (SeriesHead each = known; each != null; each = each.next()) {
      if (each.quality() == quality) {
        return each;
      }
    }
    if (newest != null && newest.series() == series && newest.quality() == quality) {
      return newest; // there was no room for it
    }
    SeriesHead head = SeriesHead.of(series, quality, names, syntax, keepsTags, newest);
    newest = head;
    if (headBytes + head.weight() > MOST_HEAD_BYTES) {
      if (!turnover.takes(heads.size())) {
        return head;
      }
      heads.clear();
      known = null;
      headBytes = 0;
    }
    headBytes += head.weight();
    if (known == null) {
      heads.put(series, head);
    } else {
      head.next(known.next());
      known.next(head);
    }
    return head;
  }
}
