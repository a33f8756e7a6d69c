package io.weir.gateway.sink;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Readings as lines of the InfluxDB line protocol. Readings that share series, instant and quality
 * become one line: measurement, the tags site, area, line, machine where present, the other tags in
 * order of their keys, one field for each metric, the time. BAD readings go to a measurement of
 * their own, with {@code _bad} behind its name; UNCERTAIN ones carry the tag {@code
 * quality=uncertain}. Of two readings of one metric in a line the later one is written.
 *
 * <p>Escapes follow the protocol's reference. What it cannot say is written as near as it can be: a
 * line feed in a name or tag as {@code \n}, a carriage return as {@code \r}, and a backslash as a
 * slash where it would escape what follows: at the end of a name or tag, and before what can be
 * escaped. An empty tag is left out. A line whose measurement is empty or begins with {@code #} (a
 * comment), and a field without a name or a finite value, cannot be written at all.
 *
 * <p>A store of tables ({@link Sink.Dialect#table()}) differs in four ways, which are QuestDB's. A
 * backslash escapes whatever follows it, so that it and line feeds can be said. Names keep to the
 * characters of columns, others become {@code _}; they are the same in upper and lower case, and
 * one that is taken in its line cannot be written. Its booleans are never empty, and false in each
 * row that has none, so flags are written as the integers 1 and 0. And each line ends its fields
 * with {@code point}: the 64-bit FNV-1a hash of the UTF-8 bytes of each tag's key, 0, value, 0, in
 * the line's order, then of 1, and of each field's name and 0, in order of the names. Lines of one
 * instant that differ in tags or fields are then different rows, and a line sent twice is one.
 * Derived measurements hash their tags only, so that a revised figure replaces the one before
 * whatever fields it has. Stored rows rest on this hash: it must never change.
 *
 * <p>Belongs to one thread. Caches by the identity of {@link Series}, which are shared instances.
 */
final class LineProtocol {

  /** Where lines go. */
  interface Out {

    /**
     * A line.
     *
     * @param readings how many it stands for
     * @param index place of the first of them in its record
     * @param series the same for all lines of one measurement and tag set
     */
    void line(String text, int readings, int index, int series);

    /** Readings that this store does not keep. */
    void withheld(int readings);

    /** Readings that no line can say. */
    void unwritable(String text, int readings, int index, Reason reason, String detail);
  }

  /** Measurements that the gateway derives and may revise. */
  private static final Set<String> DERIVED =
      Set.of("efficiency", "efficiency_product", "machine_state", "stops");

  /** Taken by the gateway's own columns in a store of tables. */
  private static final Set<String> OWN_COLUMNS = Set.of("point", "timestamp");

  /** Before these a backslash is an escape. */
  private static final String ESCAPED = ",= \"";

  private static final String NOT_IN_COLUMN_NAMES = "?.,'\"\\/:()+-*%~";
  private static final int CACHE_BOUND = 10_000;
  private static final int PAIRWISE_BOUND = 32;
  private static final double DECIMALS = 10_000;
  private static final double EXACT_BOUND = 1L << 53;

  private final Sink.Dialect dialect;
  private final Map<Series, Head[]> heads = new IdentityHashMap<>();
  private final Map<String, Column> columns = new HashMap<>();
  private final StringBuilder text = new StringBuilder(256);
  private final Set<String> taken = new HashSet<>();

  LineProtocol(Sink.Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * A metric's name in a line.
   *
   * @param text escaped
   * @param key the same for all names that are one column in a store of tables
   */
  private record Column(String text, String key) {}

  /** The part of a line that only series and quality decide. */
  private static final class Head {
    final String text;
    final Set<String> tagKeys;
    final long tagHash;
    final boolean derived;
    final @Nullable String fault;

    /** The field names hashed last: a series mostly sends the same ones. */
    String[] hashedFields = {};

    long point;

    Head(String text, Set<String> tagKeys, long tagHash, boolean derived, @Nullable String fault) {
      this.text = text;
      this.tagKeys = tagKeys;
      this.tagHash = tagHash;
      this.derived = derived;
      this.fault = fault;
    }
  }

  /** Writes the readings of one record, in order. */
  void write(List<Reading> readings, Out out) {
    int start = 0;
    while (start < readings.size()) {
      int end = start + 1;
      while (end < readings.size() && readings.get(end).sharesLineWith(readings.get(start))) {
        end++;
      }
      writeLine(readings, start, end, out);
      start = end;
    }
  }

  private void writeLine(List<Reading> readings, int start, int end, Out out) {
    Reading first = readings.get(start);
    Head head = head(first.series(), first.quality());
    if (head.fault != null) {
      out.unwritable(head.text, end - start, start, Reason.BAD_NAME, head.fault);
      return;
    }
    boolean[] superseded = superseded(readings, start, end);
    String[] fields = new String[end - start];
    int count = 0;
    int readingsInLine = 0;
    int index = -1;
    text.setLength(0);
    text.append(head.text);
    taken.clear();
    for (int i = start; i < end; i++) {
      Reading reading = readings.get(i);
      if (reading.value() instanceof Value.Text && !dialect.text()) {
        out.withheld(1);
        continue;
      }
      boolean isSuperseded = superseded != null && superseded[i - start];
      Column column = columnOf(reading.metric());
      String badName = badName(reading.metric(), column, head, isSuperseded);
      String badValue = badValue(reading);
      if (badName != null || badValue != null) {
        out.unwritable(
            head.text + ' ' + column.text,
            1,
            i,
            badName != null ? Reason.BAD_NAME : Reason.BAD_VALUE,
            badName != null ? badName : String.valueOf(badValue));
        continue;
      }
      index = index < 0 ? i : index;
      readingsInLine++;
      if (!isSuperseded) {
        text.append(count == 0 ? ' ' : ',').append(column.text).append('=');
        appendValue(reading.value());
        fields[count++] = reading.metric();
      }
    }
    if (count == 0) {
      return;
    }
    if (dialect.table()) {
      text.append(",point=").append(point(head, fields, count)).append('i');
    }
    text.append(' ').append(Math.floorDiv(first.timeNs(), dialect.precision().nanos()));
    out.line(text.toString(), readingsInLine, index, head.text.hashCode());
  }

  private @Nullable String badName(String metric, Column column, Head head, boolean isSuperseded) {
    if (metric.isEmpty()) {
      return "the metric's name is empty";
    }
    if (!dialect.table() || isSuperseded) {
      return null;
    }
    if (OWN_COLUMNS.contains(column.key) || head.tagKeys.contains(column.key)) {
      return "metric '" + metric + "' has the name of a tag or of a column of the gateway's own";
    }
    return taken.add(column.key)
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

  private void appendValue(Value value) {
    if (value instanceof Value.Real real) {
      appendReal(real.value());
    } else if (value instanceof Value.Whole whole) {
      text.append(whole.value()).append('i');
    } else if (value instanceof Value.Flag flag) {
      text.append(dialect.table() ? (flag.value() ? "1i" : "0i") : String.valueOf(flag.value()));
    } else if (value instanceof Value.Text string) {
      appendQuoted(string.value());
    }
  }

  /**
   * The shortest decimals of sensors are written from a whole number, many times faster than by
   * {@link Double#toString}. Exact: dividing a whole number below 2^53 by a power of ten rounds to
   * the same double as reading the decimal it stands for.
   */
  private void appendReal(double value) {
    double scaled = value * DECIMALS;
    long whole = Math.round(scaled);
    if (Math.abs(scaled) >= EXACT_BOUND || whole / DECIMALS != value || whole == 0) {
      text.append(value);
      return;
    }
    if (whole < 0) {
      text.append('-');
      whole = -whole;
    }
    text.append(whole / (long) DECIMALS).append('.');
    long fraction = whole % (long) DECIMALS;
    long digit = (long) DECIMALS / 10;
    do {
      text.append((char) ('0' + fraction / digit));
      fraction %= digit;
      digit /= 10;
    } while (fraction != 0);
  }

  private void appendQuoted(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || (c == '\n' && dialect.table())) {
        text.append('\\');
      }
      text.append(c);
    }
    text.append('"');
  }

  private Column columnOf(String metric) {
    Column column = columns.get(metric);
    if (column == null) {
      if (columns.size() >= CACHE_BOUND) {
        columns.clear();
      }
      String name = column(metric);
      column = new Column(escape(name, ",= "), name.toLowerCase(Locale.ROOT));
      columns.put(metric, column);
    }
    return column;
  }

  private Head head(Series series, Quality quality) {
    Head[] ofSeries = heads.get(series);
    if (ofSeries == null) {
      if (heads.size() >= CACHE_BOUND) {
        heads.clear();
      }
      ofSeries = new Head[Quality.values().length];
      heads.put(series, ofSeries);
    }
    Head head = ofSeries[quality.ordinal()];
    if (head == null) {
      head = makeHead(series, quality);
      ofSeries[quality.ordinal()] = head;
    }
    return head;
  }

  private Head makeHead(Series series, Quality quality) {
    String measurement = series.measurement() + (quality == Quality.BAD ? "_bad" : "");
    Tags tags = new Tags(escape(column(measurement), ", "));
    Asset asset = series.asset();
    tags.add("site", asset.site());
    tags.add("area", asset.area());
    tags.add("line", asset.line());
    tags.add("machine", asset.machine());
    if (quality == Quality.UNCERTAIN) {
      tags.add("quality", "uncertain");
    }
    series.tags().forEach(tags::add);
    String fault = tags.fault;
    if (series.measurement().isEmpty()) {
      fault = "the measurement's name is empty";
    } else if (measurement.startsWith("#")) {
      fault = "a line of measurement '" + measurement + "' would be a comment";
    }
    return new Head(
        tags.text.toString(),
        Set.copyOf(tags.keys.keySet()),
        tags.hash,
        DERIVED.contains(series.measurement()),
        fault);
  }

  /** The tags of one head. Of two with one key the first stays. */
  private final class Tags {
    final StringBuilder text;
    final Map<String, String> keys = new HashMap<>();
    long hash = Fnv1a.START;
    @Nullable String fault;

    Tags(String measurement) {
      text = new StringBuilder(measurement);
    }

    void add(String key, @Nullable String value) {
      if (value == null || value.isEmpty()) {
        return;
      }
      String column = column(key);
      String columnKey = dialect.table() ? column.toLowerCase(Locale.ROOT) : column;
      String other = keys.putIfAbsent(columnKey, key);
      if (key.isEmpty()) {
        fault = "a tag with the value '" + value + "' has no name";
      } else if (dialect.table() && OWN_COLUMNS.contains(columnKey)) {
        fault = "tag '" + key + "' has the name of a column of the gateway's own";
      } else if (other != null && !other.equals(key)) {
        fault = "tag '" + key + "' has the column of tag '" + other + "'";
      } else if (other == null) {
        text.append(',').append(escape(column, ",= ")).append('=').append(escape(value, ",= "));
        hash = Fnv1a.text(Fnv1a.text(hash, key), value);
      }
    }
  }

  private static long point(Head head, String[] fields, int count) {
    if (head.derived) {
      return head.tagHash;
    }
    if (!Arrays.equals(fields, 0, count, head.hashedFields, 0, head.hashedFields.length)) {
      head.hashedFields = Arrays.copyOf(fields, count);
      String[] sorted = head.hashedFields.clone();
      Arrays.sort(sorted);
      long hash = Fnv1a.octet(head.tagHash, 1);
      for (String field : sorted) {
        hash = Fnv1a.text(hash, field);
      }
      head.point = hash;
    }
    return head.point;
  }

  /**
   * A name as this store can have it: for tables, what no column name may hold becomes {@code _}.
   */
  private String column(String name) {
    if (!dialect.table()) {
      return name;
    }
    StringBuilder column = new StringBuilder(name);
    for (int i = 0; i < column.length(); i++) {
      char c = column.charAt(i);
      if (c < ' ' || c == 0x7f || c == 0xfeff || NOT_IN_COLUMN_NAMES.indexOf(c) >= 0) {
        column.setCharAt(i, '_');
      }
    }
    return column.toString();
  }

  /**
   * @param special what is escaped
   */
  private String escape(String name, String special) {
    StringBuilder escaped = new StringBuilder(name.length() + 8);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (dialect.table() && (c == '\\' || c == '\n')) {
        escaped.append('\\').append(c);
      } else if (c == '\\' && escapesNext(name, i)) {
        escaped.append('/');
      } else if (c == '\n' || c == '\r') {
        escaped.append(c == '\n' ? "\\n" : "\\r");
      } else {
        escaped.append(special.indexOf(c) >= 0 ? "\\" : "").append(c);
      }
    }
    return escaped.toString();
  }

  private static boolean escapesNext(String name, int at) {
    int next = at + 1;
    while (next < name.length() && name.charAt(next) == '\\') {
      next++;
    }
    return next == name.length() || ESCAPED.indexOf(name.charAt(next)) >= 0;
  }
}
