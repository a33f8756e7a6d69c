package io.weir.gateway.uplink;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link BatchBody}, whoever sent it. Holds no more than a small multiple of the most bytes
 * and values.
 */
final class BodyReader {

  /** Of all series of a batch. */
  private static final int MOST_TAGS = 2 * LinkCodec.MOST_VALUES;

  private final BytesIn in;
  private final int version;
  private final int count;
  private final int values;
  private long weight;

  BodyReader(BytesIn in, int version, int count, int values) {
    this.in = in;
    this.version = version;
    this.count = count;
    this.values = values;
  }

  List<LinkRow> rows() throws BadBatchException {
    List<String> topics = topics();
    List<Series> series = series();
    List<List<BatchBody.Field>> shapes = shapes();
    List<String> reasons = strings(count);
    List<String> texts = strings(values);
    long unit = in.number();
    if (unit < 1 || unit > BatchBody.UNITS[0]) {
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
    BitSet toStand = version > LinkCodec.IN_ORDER ? toStand() : new BitSet();
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
    weigh(series.stream().mapToLong(LinkRow::weight).toArray(), seriesOf);
    weigh(topics.stream().mapToLong(String::length).toArray(), topicOf);
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
      add(reason.length());
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

  // ---- What its rows weigh, which is looked at before they are made

  private List<String> topics() throws BadBatchException {
    List<String> topics = strings(count);
    for (String topic : topics) {
      if (topic.length() > LinkCodec.MOST_OF_TOPIC) {
        throw BadBatchException.broken(
            "a topic has more than " + LinkCodec.MOST_OF_TOPIC + " characters");
      }
    }
    return topics;
  }

  private void weigh(long[] weights, int[] places) throws BadBatchException {
    for (int place : places) {
      add(weights[place]);
    }
  }

  private void add(long more) throws BadBatchException {
    weight += more;
    if (weight > LinkCodec.MOST_WEIGHT) {
      throw BadBatchException.broken(
          "its rows have names and texts of more than " + LinkCodec.MOST_WEIGHT + " characters");
    }
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
    int[] last = BatchBody.filled(series);
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

  private List<List<BatchBody.Field>> shapes() throws BadBatchException {
    int size = in.count(count);
    int fieldsLeft = values;
    List<List<BatchBody.Field>> all = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      int fields = in.count(fieldsLeft);
      fieldsLeft -= fields;
      if (fields == 0) {
        throw BadBatchException.broken("a row has no field");
      }
      List<BatchBody.Field> shape = new ArrayList<>(fields);
      for (int f = 0; f < fields; f++) {
        String metric = in.text();
        int type = in.octet();
        if (type > 3) {
          throw BadBatchException.broken("type " + type + " of a field is not known");
        }
        shape.add(new BatchBody.Field(metric, type));
      }
      all.add(shape);
    }
    return all;
  }

  private List<List<LinkRow.Field>> fields(
      int[] seriesOf, int[] shapeOf, List<List<BatchBody.Field>> shapes, List<String> texts)
      throws BadBatchException {
    long all = 0;
    for (int shape : shapeOf) {
      all += shapes.get(shape).size();
    }
    if (all != values) {
      throw BadBatchException.broken("it has " + all + " values, not " + values + " as it says");
    }
    List<List<LinkRow.Field>> fields = new ArrayList<>(Collections.nCopies(count, List.of()));
    for (List<Integer> group : BatchBody.groups(seriesOf, shapeOf)) {
      List<BatchBody.Field> shape = shapes.get(shapeOf[group.get(0)]);
      for (int row : group) {
        fields.set(row, new ArrayList<>(shape.size()));
      }
      for (BatchBody.Field field : shape) {
        column(fields, group, field, texts);
      }
    }
    return fields;
  }

  private void column(
      List<List<LinkRow.Field>> fields,
      List<Integer> group,
      BatchBody.Field field,
      List<String> texts)
      throws BadBatchException {
    int decimals = field.type() == 0 ? in.octet() : 0;
    if (decimals > BatchBody.MOST_DECIMALS && decimals != BatchBody.BITS) {
      throw BadBatchException.broken("values have too many decimals");
    }
    long before = 0;
    for (int row : group) {
      Value value;
      if (field.type() == 0 && decimals == BatchBody.BITS) {
        value = new Value.Real(finite(Double.longBitsToDouble(in.fixed())));
      } else if (field.type() == 0) {
        before += in.signed();
        value = new Value.Real(before / BatchBody.TENS[decimals]);
      } else if (field.type() == 1) {
        before += in.signed();
        value = new Value.Whole(before);
      } else if (field.type() == 2) {
        value = new Value.Flag(in.octet() != 0);
      } else {
        value = new Value.Text(texts.get(in.place(texts.size())));
      }
      add(field.metric().length() + LinkRow.weight(value));
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
