package io.weir.gateway.decode;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Sample.TimeUnit;
import io.weir.gateway.model.Value;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads one payload of line protocol, line by line: {@code measurement[,tag=value...]
 * field=value[,field=value...] [timestamp]}.
 *
 * <p>In names and tags a backslash escapes the comma, the equals sign or the blank right behind it
 * and is itself otherwise; in quoted text it escapes the quote and the backslash. Quoted text may
 * run over lines. When a line is broken, reading goes on behind the first line break after its
 * start: so a quote that is never closed costs its own line, not those after it.
 */
final class LineReader {

  /** The line cannot be read; nothing of it was handed on. */
  static final class Broken extends Exception {
    private final Reason reason;

    Broken(Reason reason, String detail) {
      super(detail, null, false, false);
      this.reason = reason;
    }

    Broken(String detail) {
      this(Reason.MALFORMED, detail);
    }

    Reason reason() {
      return reason;
    }
  }

  private final byte[] bytes;
  private final TimeUnit precision;
  private final int maxFields;
  private @Nullable String looks;
  private int at;
  private int lineNumber;
  private int countedTo;

  /** Where the series key of the line before stands; lines mostly share it with the next. */
  private int keyStart;

  private int keyEnd;
  private String measurement = "";
  private @Nullable Asset asset;
  private Map<String, String> tags = Map.of();

  LineReader(byte[] bytes, TimeUnit precision, int maxFields) {
    this.bytes = bytes;
    this.precision = precision;
    this.maxFields = maxFields;
    this.at = Utf8.start(bytes);
    this.lineNumber = 1;
  }

  int position() {
    return at;
  }

  /** Number of the line at hand, from 1. */
  int lineNumber() {
    return lineNumber;
  }

  /** Goes to the start of the next line that is neither blank nor a comment. */
  boolean toNextLine() {
    while (at < bytes.length) {
      if (bytes[at] == '#') {
        at = lineEnd(at);
      } else if (isBlank(bytes[at]) || bytes[at] == '\n') {
        at++;
      } else {
        countLines();
        return true;
      }
    }
    return false;
  }

  private void countLines() {
    for (; countedTo < at; countedTo++) {
      if (bytes[countedTo] == '\n') {
        lineNumber++;
      }
    }
  }

  /** Leaves the broken line that began there, and gives its bytes. */
  byte[] giveUpLine(int start) {
    at = lineEnd(start);
    return lineBytes(start);
  }

  /** Reads the line at hand and hands on its fields. Returns how many there were. */
  int read(Decoder.Output out) throws Broken {
    int start = at;
    readSeries();
    skipBlanks();
    List<String> names = new ArrayList<>();
    List<Value> values = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>(0);
    readFields(names, values, rejected);
    Value time = readTime();
    byte[] line = lineBytes(start);
    for (int i = 0; i < names.size(); i++) {
      out.sample(
          new Sample(
              names.get(i),
              values.get(i),
              time,
              precision,
              Quality.GOOD,
              null,
              measurement,
              asset,
              tags,
              null,
              line));
    }
    for (Rejected field : rejected) {
      out.rejected(
          new Rejected(field.reason(), "line " + lineNumber + ": " + field.detail(), line));
    }
    return names.size() + rejected.size();
  }

  private void readSeries() throws Broken {
    int start = at;
    int end = find(start, ' ', ' ', ' ');
    if (end == bytes.length || bytes[end] != ' ') {
      throw new Broken("no fields; measurement, blank, field=value are expected");
    }
    if (!Arrays.equals(bytes, start, end, bytes, keyStart, keyEnd)) {
      keyEnd = keyStart; // the names below are those of no line until all are read
      measurement = name(find(start, ',', ' ', ' '), "measurement");
      readTags(end);
      keyStart = start;
      keyEnd = end;
    }
    at = end;
  }

  private void readTags(int end) throws Broken {
    Map<String, String> found = new TreeMap<>();
    while (at < end) {
      at++;
      String key = name(find(at, '=', ',', ' '), "tag");
      if (bytes[at] != '=') {
        throw new Broken("tag '" + Excerpt.of(key) + "' has no value");
      }
      at++;
      String value = name(find(at, ',', ' ', '='), "value of tag '" + Excerpt.of(key) + "'");
      if (bytes[at] == '=') {
        throw new Broken("an equals sign in the value of tag '" + Excerpt.of(key) + "'");
      }
      if (found.put(key, value) != null) {
        throw new Broken("tag '" + Excerpt.of(key) + "' stands there twice");
      }
    }
    Asset named =
        new Asset(
            found.remove("site"),
            found.remove("area"),
            found.remove("line"),
            found.remove("machine"));
    asset = named.equals(Asset.NONE) ? null : named;
    tags = found.isEmpty() ? Map.of() : Collections.unmodifiableMap(found);
  }

  private void readFields(List<String> names, List<Value> values, List<Rejected> rejected)
      throws Broken {
    Set<String> seen = new HashSet<>();
    while (true) {
      String name = name(find(at, '=', ',', ' '), "field");
      if (at == bytes.length || bytes[at] != '=') {
        throw new Broken("field '" + Excerpt.of(name) + "' has no value");
      }
      at++;
      try {
        Value value = value(name);
        if (seen.add(name)) {
          names.add(name);
          values.add(value);
        } else {
          rejected.add(
              new Rejected(Reason.BAD_NAME, "field '" + Excerpt.of(name) + "' stands there twice"));
        }
      } catch (NumberFormatException e) {
        rejected.add(new Rejected(Reason.BAD_VALUE, String.valueOf(e.getMessage())));
      }
      if (names.size() + rejected.size() > maxFields) {
        throw new Broken(Reason.LIMIT, "more than " + maxFields + " fields");
      }
      if (at == bytes.length || bytes[at] != ',') {
        return;
      }
      at++;
    }
  }

  /**
   * Reads a field's value.
   *
   * @throws NumberFormatException if it is a number, but none that a reading can hold
   */
  private Value value(String field) throws Broken {
    if (at < bytes.length && bytes[at] == '"') {
      return quoted(field);
    }
    int start = at;
    at = find(start, ',', ' ', ' ');
    String text = text(start, at);
    switch (text) {
      case "t", "T", "true", "True", "TRUE" -> {
        return new Value.Flag(true);
      }
      case "f", "F", "false", "False", "FALSE" -> {
        return new Value.Flag(false);
      }
      default -> {}
    }
    if (Numbers.isDecimal(text)) {
      double number = Double.parseDouble(text);
      if (!Double.isFinite(number)) {
        throw new NumberFormatException(
            "field '" + Excerpt.of(field) + "' is beyond a 64-bit float");
      }
      return new Value.Real(number);
    }
    if (Numbers.isNotFinite(text)) {
      throw new NumberFormatException(
          "field '" + Excerpt.of(field) + "' is " + text + ", not a finite number");
    }
    String digits = text.isEmpty() ? "" : text.substring(0, text.length() - 1);
    boolean signed = text.endsWith("i");
    if ((signed || (text.endsWith("u") && !digits.startsWith("-"))) && Numbers.isInteger(digits)) {
      try {
        return new Value.Whole(Long.parseLong(digits));
      } catch (NumberFormatException e) {
        throw new NumberFormatException(
            "field '" + Excerpt.of(field) + "' is an integer beyond a signed 64-bit one");
      }
    }
    throw new Broken(
        "'"
            + Excerpt.of(text)
            + "' of field '"
            + Excerpt.of(field)
            + "' is no number, boolean or quoted text");
  }

  private Value quoted(String field) throws Broken {
    int start = ++at;
    while (at < bytes.length && bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    if (at >= bytes.length) {
      throw new Broken("the text of field '" + Excerpt.of(field) + "' has no closing quote");
    }
    String text = text(start, at);
    at++;
    if (at < bytes.length && bytes[at] != ',' && !isBlank(bytes[at]) && bytes[at] != '\n') {
      throw new Broken("something follows the text of field '" + Excerpt.of(field) + "'");
    }
    return new Value.Text(unescape(text, "\"\\"));
  }

  private @Nullable Value readTime() throws Broken {
    skipBlanks();
    int start = at;
    at = lineEnd(start);
    String text = text(start, at).strip();
    if (text.isEmpty()) {
      return null;
    }
    if (!Numbers.isInteger(text)) {
      throw new Broken(Reason.BAD_TIME, "'" + Excerpt.of(text) + "' is no timestamp");
    }
    try {
      return new Value.Whole(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new Broken(Reason.BAD_TIME, "timestamp " + Excerpt.of(text) + " is beyond 64 bits");
    }
  }

  /** Reads a name up to {@code end} and goes there. */
  private String name(int end, String what) throws Broken {
    if (end == at) {
      throw new Broken("an empty " + what);
    }
    String name = unescape(text(at, end), ",= ");
    at = end;
    return name;
  }

  /** What the whole message looks like, which a line alone may not show. */
  private String looks() {
    if (looks == null) {
      looks = Encodings.looks(bytes);
    }
    return looks;
  }

  private String text(int from, int to) throws Broken {
    try {
      return Utf8.decode(bytes, from, to);
    } catch (CharacterCodingException e) {
      throw new Broken("not text in UTF-8" + looks());
    }
  }

  private static String unescape(String text, String escapable) {
    int backslash = text.indexOf('\\');
    if (backslash < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      boolean escapes =
          text.charAt(i) == '\\'
              && i + 1 < text.length()
              && escapable.indexOf(text.charAt(i + 1)) >= 0;
      plain.append(text.charAt(escapes ? ++i : i));
    }
    return plain.toString();
  }

  /** The first of the three that no backslash stands before, or else the end of the line. */
  private int find(int from, char a, char b, char c) {
    for (int i = from; i < bytes.length; i++) {
      byte here = bytes[i];
      if (here == '\n' || (here == '\r' && isLineEnd(i + 1))) {
        return i;
      }
      if ((here == a || here == b || here == c) && (i == from || bytes[i - 1] != '\\')) {
        return i;
      }
    }
    return bytes.length;
  }

  private boolean isLineEnd(int i) {
    return i == bytes.length || bytes[i] == '\n';
  }

  private int lineEnd(int from) {
    int end = from;
    while (!isLineEnd(end)) {
      end++;
    }
    return end;
  }

  private byte[] lineBytes(int start) {
    int end = at > start && bytes[at - 1] == '\r' ? at - 1 : at;
    return Arrays.copyOfRange(bytes, start, end);
  }

  private void skipBlanks() {
    while (at < bytes.length && isBlank(bytes[at])) {
      at++;
    }
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
