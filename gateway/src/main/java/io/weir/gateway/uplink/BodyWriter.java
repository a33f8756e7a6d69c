package io.weir.gateway.uplink;

import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the rows of a batch as a {@link BatchBody}. */
final class BodyWriter {

  private final List<LinkRow> rows;
  private final int version;
  private final Table<String> topics = new Table<>();
  private final Table<Series> series = new Table<>();
  private final Table<List<BatchBody.Field>> shapes = new Table<>();
  private final Table<String> reasons = new Table<>();
  private final Table<String> texts = new Table<>();
  private final int[] seriesOf;
  private final int[] shapeOf;
  private final BytesOut out = new BytesOut(1 << 14);
  private int values;

  BodyWriter(List<LinkRow> rows, int version) {
    this.rows = rows;
    this.version = version;
    seriesOf = new int[rows.size()];
    shapeOf = new int[rows.size()];
  }

  /** To be called once. */
  byte[] bytes() {
    BytesOut columns = columns();
    BytesOut fields = fields();
    strings(topics.all);
    out.number(series.all.size());
    series.all.forEach(this::series);
    out.number(shapes.all.size());
    for (List<BatchBody.Field> shape : shapes.all) {
      out.number(shape.size());
      for (BatchBody.Field field : shape) {
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

  /** Values of all rows, once they are written. */
  int values() {
    return values;
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
    if (version > LinkCodec.IN_ORDER) {
      toStand(columns);
    }
    receiveTimes(columns);
    for (int i = 0; i < rows.size(); i++) {
      seriesOf[i] = series.place(rows.get(i).series());
      columns.number(seriesOf[i]);
    }
    int[] last = BatchBody.filled(series.all.size());
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

  private static List<BatchBody.Field> shape(LinkRow row) {
    List<BatchBody.Field> shape = new ArrayList<>(row.fields().size());
    for (LinkRow.Field field : row.fields()) {
      shape.add(new BatchBody.Field(field.metric(), BatchBody.type(field.value())));
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
    for (long unit : BatchBody.UNITS) {
      if (rows.stream().allMatch(row -> row.timeNs() % unit == 0)) {
        return unit;
      }
    }
    return 1;
  }

  private BytesOut fields() {
    BytesOut fields = new BytesOut(8 * rows.size() + 16);
    for (List<Integer> group : BatchBody.groups(seriesOf, shapeOf)) {
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
      if (decimals == BatchBody.BITS) {
        fields.fixed(Double.doubleToRawLongBits(real));
      } else {
        long scaled = (long) Math.rint(real * BatchBody.TENS[decimals]);
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
      while (decimals <= BatchBody.MOST_DECIMALS && !isExact(real, decimals)) {
        decimals++;
      }
      if (decimals > BatchBody.MOST_DECIMALS) {
        return BatchBody.BITS;
      }
    }
    // a value that fewer decimals say exactly may not survive more of them
    int found = decimals;
    return column.stream().allMatch(each -> isExact(((Value.Real) each).value(), found))
        ? found
        : BatchBody.BITS;
  }

  private static boolean isExact(double real, int decimals) {
    double scaled = Math.rint(real * BatchBody.TENS[decimals]);
    return Math.abs(scaled) < BatchBody.LARGEST_WHOLE
        && Double.doubleToRawLongBits((long) scaled / BatchBody.TENS[decimals])
            == Double.doubleToRawLongBits(real);
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
}
