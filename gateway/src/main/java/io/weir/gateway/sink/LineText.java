package io.weir.gateway.sink;

import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A line of line protocol in its pieces, as {@link LineProtocol} wrote it: measurement and tags,
 * fields, time. The column {@code point} of a store of tables stays with the time.
 */
final class LineText {

  private static final String POINT = "point";

  private final String line;
  private final boolean table;
  private final String measurement;
  private final int headEnd;
  private final List<Field> fields = new ArrayList<>();
  private final int tail;

  /** A field as it is written, from its name up to the end of its value. */
  private record Field(String name, Value.Type type, int from, int to) {}

  /**
   * @param table whether the store is one of tables, where a backslash escapes whatever follows it
   */
  LineText(String line, boolean table) {
    this.line = line;
    this.table = table;
    this.measurement = name(0, end(0, ", "));
    this.headEnd = end(0, " ");
    int at = headEnd;
    do {
      int from = at + 1;
      int nameEnd = end(from, "=");
      at = valueEnd(nameEnd + 1);
      Value.Type type = type(line.substring(nameEnd + 1, at));
      fields.add(new Field(name(from, nameEnd), type, from, at));
    } while (line.charAt(at) == ',');
    int last = fields.size() - 1;
    if (table && last > 0 && fields.get(last).name().equals(POINT)) {
      this.tail = fields.remove(last).from() - 1;
    } else {
      this.tail = at;
    }
  }

  int fields() {
    return fields.size();
  }

  FieldOfStore field(int number) {
    Field field = fields.get(number);
    return new FieldOfStore(measurement, field.name(), field.type());
  }

  /** The line with some of its fields only. */
  String with(IntPredicate wanted) {
    StringBuilder text = new StringBuilder(line.length()).append(line, 0, headEnd);
    char separator = ' ';
    for (int i = 0; i < fields.size(); i++) {
      if (wanted.test(i)) {
        text.append(separator).append(line, fields.get(i).from(), fields.get(i).to());
        separator = ',';
      }
    }
    return text.append(line, tail, line.length()).toString();
  }

  /** Where one of these stands that is not escaped. */
  private int end(int from, String ends) {
    int at = from;
    while (ends.indexOf(line.charAt(at)) < 0) {
      at += isEscape(at) ? 2 : 1;
    }
    return at;
  }

  private boolean isEscape(int at) {
    return line.charAt(at) == '\\'
        && (table || LineProtocol.ESCAPED.indexOf(line.charAt(at + 1)) >= 0);
  }

  private String name(int from, int to) {
    StringBuilder name = new StringBuilder(to - from);
    for (int at = from; at < to; at++) {
      at += isEscape(at) ? 1 : 0;
      name.append(line.charAt(at));
    }
    return name.toString();
  }

  private int valueEnd(int from) {
    if (line.charAt(from) != '"') {
      return end(from, ", ");
    }
    int at = from + 1;
    while (line.charAt(at) != '"') {
      at += line.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  private static Value.Type type(String value) {
    char last = value.charAt(value.length() - 1);
    if (last == '"') {
      return Value.Type.STRING;
    } else if (last == 'i') {
      return Value.Type.INTEGER;
    }
    return Character.isLetter(last) ? Value.Type.BOOLEAN : Value.Type.FLOAT;
  }
}
