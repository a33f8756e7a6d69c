package io.weir.gateway.uplink;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LinkBatch} as bytes, and back. A batch is read without any other one.
 *
 * <pre>
 * u8     version, 2; 1 is read too, and written where version 2 has no more to say
 * str    gateway       str incarnation       str log       (varint length, UTF-8)
 * u8     flags         1 sent again on request, 2 before its turn (in version 2 only)
 * varint first offset that went before its turn, where it did
 * varint first offset, first index, last offset, last index
 * varint rows          varint values
 * u8     dictionary    varint length of the body before compression
 * frame  of zstd with that dictionary, to the end
 * </pre>
 *
 * The body has tables, then columns. Numbers are varints, those with a sign zigzag.
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
public final class LinkCodec {

  static final int VERSION = 2;

  /** All in turn. */
  private static final int IN_ORDER = 1;

  /** Of a batch before compression; one row alone may not be longer. */
  public static final int MOST_BYTES = 8 << 20;

  /** Values of a batch: so many objects have room in a small heap. */
  public static final int MOST_VALUES = 100_000;

  /** Of all series of a batch. */
  private static final int MOST_TAGS = 2 * MOST_VALUES;

  private static final int AGAIN = 1;
  private static final int AHEAD = 2;
  private static final int BITS = 255;
  private static final int MOST_DECIMALS = 9;
  private static final double LARGEST_WHOLE = 1L << 53;
  private static final long[] UNITS = {1_000_000_000L, 1_000_000L, 1_000L};
  private static final double[] TENS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  private LinkCodec() {}

  // ---- Writing

  /** The batch as bytes; it has at least one row, and at most so many values. */
  public static byte[] encode(LinkBatch batch) {
    boolean isAhead = batch.since() != LinkBatch.IN_TURN;
    int version =
        isAhead || batch.rows().stream().anyMatch(LinkRow::mustStand) ? VERSION : IN_ORDER;
    Written body = new Written(batch.rows(), version);
    byte[] plain = body.bytes();
    Dictionary dictionary = known(Dictionary.of(Dictionary.NEWEST));
    byte[] frame = dictionary.compressed(plain);
    LinkRow first = batch.rows().get(0);
    LinkRow last = batch.rows().get(batch.rows().size() - 1);
    BytesOut out = new BytesOut(frame.length + 200);
    out.octet(version);
    out.text(batch.gateway());
    out.text(batch.incarnation());
    out.text(batch.log());
    out.octet((batch.again() ? AGAIN : 0) | (isAhead ? AHEAD : 0));
    if (isAhead) {
      out.number(batch.since());
    }
    out.number(first.offset());
    out.number(first.index());
    out.number(last.offset());
    out.number(last.index());
    out.number(batch.rows().size());
    out.number(body.values);
    out.octet(Dictionary.NEWEST);
    out.number(plain.length);
    out.add(frame);
    return out.toBytes();
  }

  /** The bytes that are compressed, for who trains a dictionary or measures. */
  public static byte[] plain(List<LinkRow> rows) {
    return new Written(rows, IN_ORDER).bytes();
  }

  private static Dictionary known(@Nullable Dictionary dictionary) {
    if (dictionary == null) {
      throw new IllegalStateException("the newest dictionary is in the jar");
    }
    return dictionary;
  }

  /** Gives things places in the order in which they first come. */
  private static final class Table<T> {
    final Map<T, Integer> places = new HashMap<>();
    final List<T> all = new ArrayList<>();

    int place(T thing) {
      Integer known = places.putIfAbsent(thing, all.size());
      if (known == null) {
        all.add(thing);
        return all.size() - 1;
      }
      return known;
    }
  }

  private record Named(String metric, int type) {}

  private static int type(Value value) {
    return switch (value.type()) {
      case FLOAT -> 0;
      case INTEGER -> 1;
      case BOOLEAN -> 2;
      case STRING -> 3;
    };
  }

  /** The body of some rows. */
  private static final class Written {
    private final List<LinkRow> rows;
    private final int version;
    private final Table<String> topics = new Table<>();
    private final Table<Series> series = new Table<>();
    private final Table<List<Named>> shapes = new Table<>();
    private final Table<String> reasons = new Table<>();
    private final Table<String> texts = new Table<>();
    private final int[] seriesOf;
    private final int[] shapeOf;
    private final BytesOut out = new BytesOut(1 << 14);
    private int values;

    Written(List<LinkRow> rows, int version) {
      this.rows = rows;
      this.version = version;
      seriesOf = new int[rows.size()];
      shapeOf = new int[rows.size()];
    }

    byte[] bytes() {
      BytesOut columns = columns();
      BytesOut fields = fields();
      strings(topics.all);
      out.number(series.all.size());
      series.all.forEach(this::series);
      out.number(shapes.all.size());
      for (List<Named> shape : shapes.all) {
        out.number(shape.size());
        for (Named field : shape) {
          out.text(field.metric());
          out.octet(field.type());
        }
      }
      strings(reasons.all);
      strings(texts.all);
      out.add(columns.toBytes());
      out.add(fields.toBytes());
      return out.toBytes();
    }

    private void strings(List<String> all) {
      out.number(all.size());
      all.forEach(out::text);
    }

    private void series(Series of) {
      out.text(of.measurement());
      String[] levels = {
        of.asset().site(), of.asset().area(), of.asset().line(), of.asset().machine()
      };
      int present = 0;
      for (int i = 0; i < levels.length; i++) {
        present |= levels[i] == null ? 0 : 1 << i;
      }
      out.octet(present);
      for (String level : levels) {
        if (level != null) {
          out.text(level);
        }
      }
      out.number(of.tags().size());
      of.tags()
          .forEach(
              (key, value) -> {
                out.text(key);
                out.text(value);
              });
    }

    private BytesOut columns() {
      BytesOut columns = new BytesOut(8 * rows.size() + 16);
      long unit = unit();
      columns.number(unit);
      long offset = 0;
      for (LinkRow row : rows) {
        columns.number(row.offset() - offset);
        offset = row.offset();
      }
      for (LinkRow row : rows) {
        columns.number(row.index());
      }
      if (version > IN_ORDER) {
        toStand(columns);
      }
      receiveTimes(columns);
      for (int i = 0; i < rows.size(); i++) {
        seriesOf[i] = series.place(rows.get(i).series());
        columns.number(seriesOf[i]);
      }
      int[] last = filled(series.all.size());
      for (int i = 0; i < rows.size(); i++) {
        columns.number(changed(last, seriesOf[i], topics.place(rows.get(i).topic())));
      }
      Arrays.fill(last, -1);
      for (int i = 0; i < rows.size(); i++) {
        shapeOf[i] = shapes.place(shape(rows.get(i)));
        values += rows.get(i).fields().size();
        columns.number(changed(last, seriesOf[i], shapeOf[i]));
      }
      for (LinkRow row : rows) {
        columns.number(quality(row));
      }
      long[] times = new long[series.all.size()];
      for (int i = 0; i < rows.size(); i++) {
        long time = rows.get(i).timeNs() / unit;
        columns.signed(time - times[seriesOf[i]]);
        times[seriesOf[i]] = time;
      }
      return columns;
    }

    private void toStand(BytesOut columns) {
      columns.number(rows.stream().filter(LinkRow::mustStand).count());
      int last = 0;
      for (int i = 0; i < rows.size(); i++) {
        if (rows.get(i).mustStand()) {
          columns.number(i - last);
          last = i;
        }
      }
    }

    private void receiveTimes(BytesOut columns) {
      long time = 0;
      for (int i = 0; i < rows.size(); i++) {
        if (i == 0 || rows.get(i).offset() != rows.get(i - 1).offset()) {
          columns.signed(rows.get(i).receivedMs() - time);
          time = rows.get(i).receivedMs();
        }
      }
    }

    private static int changed(int[] last, int of, int place) {
      boolean same = last[of] == place;
      last[of] = place;
      return same ? 0 : place + 1;
    }

    private static List<Named> shape(LinkRow row) {
      List<Named> shape = new ArrayList<>(row.fields().size());
      for (LinkRow.Field field : row.fields()) {
        shape.add(new Named(field.metric(), type(field.value())));
      }
      return shape;
    }

    private int quality(LinkRow row) {
      if (row.quality() == Quality.GOOD) {
        return 0;
      }
      String reason = row.reason() == null ? "" : row.reason();
      return 1 + 2 * reasons.place(reason) + (row.quality() == Quality.BAD ? 1 : 0);
    }

    private long unit() {
      for (long unit : UNITS) {
        if (rows.stream().allMatch(row -> row.timeNs() % unit == 0)) {
          return unit;
        }
      }
      return 1;
    }

    private BytesOut fields() {
      BytesOut fields = new BytesOut(8 * rows.size() + 16);
      for (List<Integer> group : groups(seriesOf, shapeOf)) {
        int count = rows.get(group.get(0)).fields().size();
        for (int f = 0; f < count; f++) {
          column(fields, group, f);
        }
      }
      return fields;
    }

    private void column(BytesOut fields, List<Integer> group, int number) {
      List<Value> column = new ArrayList<>(group.size());
      for (int row : group) {
        column.add(rows.get(row).fields().get(number).value());
      }
      if (column.get(0) instanceof Value.Real) {
        reals(fields, column);
        return;
      }
      long before = 0;
      for (Value value : column) {
        if (value instanceof Value.Whole whole) {
          fields.signed(whole.value() - before);
          before = whole.value();
        } else if (value instanceof Value.Flag flag) {
          fields.octet(flag.value() ? 1 : 0);
        } else if (value instanceof Value.Text text) {
          fields.number(texts.place(text.value()));
        }
      }
    }

    private static void reals(BytesOut fields, List<Value> column) {
      int decimals = decimals(column);
      fields.octet(decimals);
      long before = 0;
      for (Value value : column) {
        double real = ((Value.Real) value).value();
        if (decimals == BITS) {
          fields.fixed(Double.doubleToRawLongBits(real));
        } else {
          long scaled = (long) Math.rint(real * TENS[decimals]);
          fields.signed(scaled - before);
          before = scaled;
        }
      }
    }

    /** The fewest decimals that say all of them exactly. */
    private static int decimals(List<Value> column) {
      int decimals = 0;
      for (Value value : column) {
        double real = ((Value.Real) value).value();
        while (decimals <= MOST_DECIMALS && !isExact(real, decimals)) {
          decimals++;
        }
        if (decimals > MOST_DECIMALS) {
          return BITS;
        }
      }
      // a value that fewer decimals say exactly may not survive more of them
      int found = decimals;
      return column.stream().allMatch(each -> isExact(((Value.Real) each).value(), found))
          ? found
          : BITS;
    }

    private static boolean isExact(double real, int decimals) {
      double scaled = Math.rint(real * TENS[decimals]);
      return Math.abs(scaled) < LARGEST_WHOLE
          && Double.doubleToRawLongBits((long) scaled / TENS[decimals])
              == Double.doubleToRawLongBits(real);
    }
  }

  private static int[] filled(int size) {
    int[] all = new int[size];
    Arrays.fill(all, -1);
    return all;
  }

  /** The rows of each series and shape, in order of the first of them. */
  private static List<List<Integer>> groups(int[] seriesOf, int[] shapeOf) {
    Map<Long, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < seriesOf.length; i++) {
      long key = (long) seriesOf[i] << Integer.SIZE | shapeOf[i];
      groups.computeIfAbsent(key, absent -> new ArrayList<>()).add(i);
    }
    return new ArrayList<>(groups.values());
  }

  // ---- Reading

  /**
   * Reads a batch, whoever sent it. Holds no more than a small multiple of the most bytes and
   * values.
   */
  public static LinkBatch decode(byte[] bytes) throws BadBatchException {
    BytesIn in = new BytesIn(bytes);
    int version = in.octet();
    if (version < IN_ORDER || version > VERSION) {
      throw BadBatchException.unknown(
          "version "
              + version
              + " of batches is not known here; this gateway reads up to "
              + VERSION);
    }
    String gateway = in.text();
    String incarnation = in.text();
    String log = in.text();
    int flags = in.octet();
    boolean again = (flags & AGAIN) != 0;
    boolean isAhead = version > IN_ORDER && (flags & AHEAD) != 0;
    long since = isAhead ? in.number() : LinkBatch.IN_TURN;
    long firstOffset = in.number();
    int firstIndex = in.index();
    long lastOffset = in.number();
    int lastIndex = in.index();
    long count = in.number();
    long values = in.number();
    int number = in.octet();
    Dictionary dictionary = Dictionary.of(number);
    if (dictionary == null) {
      throw BadBatchException.unknown(
          "dictionary "
              + number
              + " is not known here; this gateway has up to "
              + Dictionary.NEWEST);
    }
    long length = in.number();
    if (length < 0 || length > MOST_BYTES || values < 0 || values > MOST_VALUES) {
      throw BadBatchException.broken("it says that it is larger than a batch may be");
    }
    if (count < 1 || count > values) {
      throw BadBatchException.broken("it has no rows, or more of them than values");
    }
    byte[] frame = Arrays.copyOfRange(bytes, in.at(), bytes.length);
    BytesIn body = new BytesIn(dictionary.decompressed(frame, (int) length));
    List<LinkRow> rows = new Reading(body, version, (int) count, (int) values).rows();
    LinkRow first = rows.get(0);
    LinkRow last = rows.get(rows.size() - 1);
    if (first.offset() != firstOffset
        || first.index() != firstIndex
        || last.offset() != lastOffset
        || last.index() != lastIndex) {
      throw BadBatchException.broken("its rows are not those that its head names");
    }
    if (isAhead && (again || since < 0 || since > firstOffset)) {
      throw BadBatchException.broken("it goes before its turn from behind its rows, or again");
    }
    return new LinkBatch(gateway, incarnation, log, again, since, rows);
  }

  /** A body that is read. */
  private static final class Reading {
    private final BytesIn in;
    private final int version;
    private final int count;
    private final int values;

    Reading(BytesIn in, int version, int count, int values) {
      this.in = in;
      this.version = version;
      this.count = count;
      this.values = values;
    }

    List<LinkRow> rows() throws BadBatchException {
      List<String> topics = strings(count);
      List<Series> series = series();
      List<List<Named>> shapes = shapes();
      List<String> reasons = strings(count);
      List<String> texts = strings(values);
      long unit = in.number();
      if (unit < 1 || unit > UNITS[0]) {
        throw BadBatchException.broken("the unit of its times is out of range");
      }
      long[] offsets = new long[count];
      long offset = 0;
      for (int i = 0; i < count; i++) {
        long more = in.number();
        offset += more;
        if (more < 0 || offset < 0) {
          throw BadBatchException.broken("an offset is out of range");
        }
        offsets[i] = offset;
      }
      int[] indexes = new int[count];
      for (int i = 0; i < count; i++) {
        indexes[i] = in.index();
        if (i > 0 && offsets[i] == offsets[i - 1] && indexes[i] <= indexes[i - 1]) {
          throw BadBatchException.broken("its rows are not in the order of the log");
        }
      }
      BitSet toStand = version > IN_ORDER ? toStand() : new BitSet();
      long[] received = new long[count];
      for (int i = 0; i < count; i++) {
        boolean same = i > 0 && offsets[i] == offsets[i - 1];
        received[i] = (i == 0 ? 0 : received[i - 1]) + (same ? 0 : in.signed());
      }
      int[] seriesOf = new int[count];
      for (int i = 0; i < count; i++) {
        seriesOf[i] = in.place(series.size());
      }
      int[] topicOf = changing(seriesOf, series.size(), topics.size());
      int[] shapeOf = changing(seriesOf, series.size(), shapes.size());
      long[] qualities = new long[count];
      for (int i = 0; i < count; i++) {
        qualities[i] = in.place(1 + 2 * reasons.size());
      }
      long[] last = new long[series.size()];
      long[] times = new long[count];
      for (int i = 0; i < count; i++) {
        last[seriesOf[i]] += in.signed();
        long time = last[seriesOf[i]];
        if (time > Long.MAX_VALUE / unit || time < Long.MIN_VALUE / unit) {
          throw BadBatchException.broken("an event time is out of range");
        }
        times[i] = time * unit;
      }
      List<List<LinkRow.Field>> fields = fields(seriesOf, shapeOf, shapes, texts);
      if (in.left() != 0) {
        throw BadBatchException.broken("something stands behind its values");
      }
      List<LinkRow> rows = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        Quality quality =
            qualities[i] == 0
                ? Quality.GOOD
                : qualities[i] % 2 == 0 ? Quality.BAD : Quality.UNCERTAIN;
        String reason = qualities[i] == 0 ? "" : reasons.get((int) (qualities[i] - 1) / 2);
        rows.add(
            new LinkRow(
                offsets[i],
                indexes[i],
                topics.get(topicOf[i]),
                received[i],
                series.get(seriesOf[i]),
                quality,
                reason.isEmpty() ? null : reason,
                times[i],
                fields.get(i),
                toStand.get(i)));
      }
      return rows;
    }

    private BitSet toStand() throws BadBatchException {
      BitSet rows = new BitSet(count);
      int row = 0;
      for (int left = in.count(count); left > 0; left--) {
        row += in.place(count - row);
        rows.set(row);
      }
      return rows;
    }

    private int[] changing(int[] seriesOf, int series, int size) throws BadBatchException {
      int[] last = filled(series);
      int[] all = new int[count];
      for (int i = 0; i < count; i++) {
        int place = in.place(size + 1) - 1;
        all[i] = place < 0 ? last[seriesOf[i]] : place;
        if (all[i] < 0) {
          throw BadBatchException.broken("a row is as one before that there is not");
        }
        last[seriesOf[i]] = all[i];
      }
      return all;
    }

    private List<String> strings(int most) throws BadBatchException {
      int size = in.count(most);
      List<String> all = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        all.add(in.text());
      }
      return all;
    }

    private List<Series> series() throws BadBatchException {
      int size = in.count(count);
      int tagsLeft = MOST_TAGS;
      List<Series> all = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        String measurement = in.text();
        int levels = in.octet();
        Asset asset =
            new Asset(level(levels, 0), level(levels, 1), level(levels, 2), level(levels, 3));
        Map<String, String> tags = new TreeMap<>();
        int ofSeries = in.count(tagsLeft);
        tagsLeft -= ofSeries;
        for (int left = ofSeries; left > 0; left--) {
          String key = in.text();
          tags.put(key, in.text());
        }
        all.add(
            new Series(
                measurement, asset, tags.isEmpty() ? Map.of() : Collections.unmodifiableMap(tags)));
      }
      return all;
    }

    private @Nullable String level(int levels, int number) throws BadBatchException {
      return (levels & 1 << number) == 0 ? null : in.text();
    }

    private List<List<Named>> shapes() throws BadBatchException {
      int size = in.count(count);
      int fieldsLeft = values;
      List<List<Named>> all = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        int fields = in.count(fieldsLeft);
        fieldsLeft -= fields;
        if (fields == 0) {
          throw BadBatchException.broken("a row has no field");
        }
        List<Named> shape = new ArrayList<>(fields);
        for (int f = 0; f < fields; f++) {
          String metric = in.text();
          int type = in.octet();
          if (type > 3) {
            throw BadBatchException.broken("type " + type + " of a field is not known");
          }
          shape.add(new Named(metric, type));
        }
        all.add(shape);
      }
      return all;
    }

    private List<List<LinkRow.Field>> fields(
        int[] seriesOf, int[] shapeOf, List<List<Named>> shapes, List<String> texts)
        throws BadBatchException {
      long all = 0;
      for (int shape : shapeOf) {
        all += shapes.get(shape).size();
      }
      if (all != values) {
        throw BadBatchException.broken("it has " + all + " values, not " + values + " as it says");
      }
      List<List<LinkRow.Field>> fields = new ArrayList<>(Collections.nCopies(count, List.of()));
      for (List<Integer> group : groups(seriesOf, shapeOf)) {
        List<Named> shape = shapes.get(shapeOf[group.get(0)]);
        for (int row : group) {
          fields.set(row, new ArrayList<>(shape.size()));
        }
        for (Named field : shape) {
          column(fields, group, field, texts);
        }
      }
      return fields;
    }

    private void column(
        List<List<LinkRow.Field>> fields, List<Integer> group, Named field, List<String> texts)
        throws BadBatchException {
      int decimals = field.type() == 0 ? in.octet() : 0;
      if (decimals > MOST_DECIMALS && decimals != BITS) {
        throw BadBatchException.broken("values have too many decimals");
      }
      long before = 0;
      for (int row : group) {
        Value value;
        if (field.type() == 0 && decimals == BITS) {
          value = new Value.Real(finite(Double.longBitsToDouble(in.fixed())));
        } else if (field.type() == 0) {
          before += in.signed();
          value = new Value.Real(before / TENS[decimals]);
        } else if (field.type() == 1) {
          before += in.signed();
          value = new Value.Whole(before);
        } else if (field.type() == 2) {
          value = new Value.Flag(in.octet() != 0);
        } else {
          value = new Value.Text(texts.get(in.place(texts.size())));
        }
        fields.get(row).add(new LinkRow.Field(field.metric(), value));
      }
    }

    private static double finite(double value) throws BadBatchException {
      if (!Double.isFinite(value)) {
        throw BadBatchException.broken("a value is not finite");
      }
      return value;
    }
  }
}
