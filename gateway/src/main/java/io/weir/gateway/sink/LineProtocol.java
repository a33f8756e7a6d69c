package io.weir.gateway.sink;

import io.weir.gateway.model.Value;

/**
 * The syntax of the InfluxDB line protocol. Escapes follow the protocol's reference. What it cannot
 * say is written as near as it can be: a line feed in a name or tag as {@code \n}, a carriage
 * return as {@code \r}, and a backslash as a slash where it would escape what follows: at the end
 * of a name or tag, and before what can be escaped.
 *
 * <p>QuestDB, a store of tables, differs: a backslash escapes whatever follows it, so that it and
 * line feeds can be said; and its booleans are never empty, false in each row that has none, so
 * flags are written as the integers 1 and 0.
 */
final class LineProtocol {

  /** Before these a backslash is an escape. */
  static final String ESCAPED = ",= \"";

  private static final int BILLION = 1_000_000_000;
  private static final int DIGITS_OF_LOWER = 9;

  private final boolean table;
  private final long precisionNs;

  LineProtocol(Sink.Dialect dialect) {
    this.table = dialect.table();
    this.precisionNs = dialect.precision().nanos();
  }

  String measurement(String name) {
    return escape(name, ", ");
  }

  /** A tag's key or value, or a field's key. */
  String name(String name) {
    return escape(name, ",= ");
  }

  private String escape(String name, String special) {
    StringBuilder escaped = new StringBuilder(name.length() + 8);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (table && (c == '\\' || c == '\n')) {
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

  void appendValue(StringBuilder text, Value value) {
    if (value instanceof Value.Real real) {
      Decimals.append(text, real.value());
    } else if (value instanceof Value.Whole whole) {
      text.append(whole.value()).append('i');
    } else if (value instanceof Value.Flag flag) {
      text.append(table ? (flag.value() ? "1i" : "0i") : String.valueOf(flag.value()));
    } else if (value instanceof Value.Text string) {
      appendQuoted(text, string.value());
    }
  }

  private void appendQuoted(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || (c == '\n' && table)) {
        text.append('\\');
      }
      text.append(c);
    }
    text.append('"');
  }

  void appendPoint(StringBuilder text, long point) {
    text.append(",point=").append(point).append('i');
  }

  /** The time, cut to the precision, as the store counts it. */
  void appendTime(StringBuilder text, long timeNs) {
    text.append(' ');
    appendWhole(text, Math.floorDiv(timeNs, precisionNs));
  }

  /**
   * A number of many digits, by divisions of an int: those of a long take several times as long.
   */
  private static void appendWhole(StringBuilder text, long value) {
    long upper = value / BILLION;
    if (upper <= 0 || upper > Integer.MAX_VALUE) {
      text.append(value);
      return;
    }
    text.append((int) upper);
    int lower = (int) (value - upper * BILLION);
    for (int i = 0; i < DIGITS_OF_LOWER; i++) {
      text.append((char) ('0' + lower / (BILLION / 10)));
      lower = lower % (BILLION / 10) * 10;
    }
  }

  /** The line that says what a row says. */
  String line(Row row) {
    StringBuilder text = new StringBuilder(measurement(row.measurement()));
    for (Row.Tag tag : row.tags()) {
      text.append(',').append(name(tag.key())).append('=').append(name(tag.value()));
    }
    char separator = ' ';
    for (Row.Field field : row.fields()) {
      text.append(separator).append(name(field.key())).append('=');
      appendValue(text, field.value());
      separator = ',';
    }
    if (row.point() != null) {
      appendPoint(text, row.point());
    }
    appendTime(text, row.timeNs());
    return text.toString();
  }
}
