package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;

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

  private static final byte[] POINT = ",point=".getBytes(US_ASCII);

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

  void value(Utf8Output line, Value value) {
    if (value instanceof Value.Real real) {
      line.real(real.value());
    } else if (value instanceof Value.Whole whole) {
      whole(line, whole.value());
    } else if (value instanceof Value.Flag flag) {
      flag(line, flag.value());
    } else if (value instanceof Value.Text text) {
      text(line, text.value());
    }
  }

  void whole(Utf8Output line, long value) {
    line.whole(value);
    line.ascii('i');
  }

  void flag(Utf8Output line, boolean value) {
    line.text(table ? (value ? "1i" : "0i") : String.valueOf(value));
  }

  void text(Utf8Output line, String value) {
    line.ascii('"');
    line.text(isPlain(value) ? value : escaped(value));
    line.ascii('"');
  }

  private boolean isPlain(String value) {
    return value.indexOf('"') < 0 && value.indexOf('\\') < 0 && (!table || value.indexOf('\n') < 0);
  }

  private String escaped(String value) {
    StringBuilder text = new StringBuilder(value.length() + 8);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\' || (c == '\n' && table)) {
        text.append('\\');
      }
      text.append(c);
    }
    return text.toString();
  }

  void point(Utf8Output line, long point) {
    line.utf8(POINT);
    whole(line, point);
  }

  /** The time, cut to the precision, as the store counts it. */
  void time(Utf8Output line, long timeNs) {
    line.ascii(' ');
    line.whole(Math.floorDiv(timeNs, precisionNs));
  }

  /** The line that says what a row says. */
  String line(Row row) {
    Utf8Output line = new Utf8Output();
    line.text(measurement(row.measurement()));
    for (Row.Tag tag : row.tags()) {
      line.text("," + name(tag.key()) + '=' + name(tag.value()));
    }
    char separator = ' ';
    for (Row.Field field : row.fields()) {
      line.text(separator + name(field.key()) + '=');
      value(line, field.value());
      separator = ',';
    }
    if (row.point() != null) {
      point(line, row.point());
    }
    time(line, row.timeNs());
    return line.toString();
  }
}
