package io.weir.gateway.sink;

import io.weir.gateway.model.Value;
import io.weir.gateway.sink.SinkConfig.Precision;
import java.util.ArrayList;
import java.util.List;

/** Reads a line of line protocol, as a store would. */
final class ParsedLine {

  private final String line;
  private final boolean table;
  private int at;

  /**
   * @param table whether a backslash escapes whatever follows it, as in QuestDB
   */
  ParsedLine(String line, boolean table) {
    this.line = line;
    this.table = table;
  }

  Row asRow(Precision precision) {
    String measurement = name(", ");
    List<Row.Tag> tags = new ArrayList<>();
    while (line.charAt(at) == ',') {
      at++;
      String key = name("=");
      at++;
      tags.add(new Row.Tag(key, name(", ")));
    }
    List<Row.Field> fields = new ArrayList<>();
    do {
      at++;
      String key = name("=");
      at++;
      fields.add(new Row.Field(key, value()));
    } while (line.charAt(at) == ',');
    Long point = null;
    if (table) {
      Row.Field last = fields.remove(fields.size() - 1);
      if (!last.key().equals("point")) {
        throw new AssertionError("the last field is " + last);
      }
      point = ((Value.Whole) last.value()).value();
    }
    long timeNs = Long.parseLong(line.substring(at + 1)) * precision.nanos();
    return new Row(measurement, tags, fields, timeNs, point);
  }

  /** Up to one of these that is not escaped. */
  private String name(String ends) {
    StringBuilder name = new StringBuilder();
    while (ends.indexOf(line.charAt(at)) < 0) {
      if (line.charAt(at) == '\\' && (table || ",= ".indexOf(line.charAt(at + 1)) >= 0)) {
        if (table && line.charAt(at + 1) == 'r') { // a carriage return, the one thing unsayable
          name.append('\\');
        }
        at++;
      }
      name.append(line.charAt(at++));
    }
    return name.toString();
  }

  private Value value() {
    if (line.charAt(at) == '"') {
      StringBuilder text = new StringBuilder();
      for (at++; line.charAt(at) != '"'; at++) {
        if (line.charAt(at) == '\\') {
          at++;
        }
        text.append(line.charAt(at));
      }
      at++;
      return new Value.Text(text.toString());
    }
    int start = at;
    while (line.charAt(at) != ',' && line.charAt(at) != ' ') {
      at++;
    }
    String word = line.substring(start, at);
    if (word.endsWith("i")) {
      return new Value.Whole(Long.parseLong(word.substring(0, word.length() - 1)));
    }
    return word.equals("true") || word.equals("false")
        ? new Value.Flag(Boolean.parseBoolean(word))
        : new Value.Real(Double.parseDouble(word));
  }
}
