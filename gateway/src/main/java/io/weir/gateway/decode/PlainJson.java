package io.weir.gateway.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One JSON document of the kind that most devices send again and again: an object of numbers, texts
 * and booleans, of such objects, and of arrays of them, plainly written. It is read in one pass
 * over its bytes, its names by a {@link FieldTree}. All else is left to {@link JsonDocument}, which
 * reads these documents too, and comes to the same: objects in arrays, what is empty, a text with
 * escapes, what JSON does not allow, what is rejected.
 */
final class PlainJson {

  /** Stands for {@code null} in the document. */
  private static final Value NULL = new Value.Text("null");

  private static final Value TRUE = new Value.Flag(true);
  private static final Value FALSE = new Value.Flag(false);

  private static final int LONGEST_NUMBER = 64;

  /** Digits that fit into a long whatever they are. */
  private static final int MOST_DIGITS = 18;

  /** Up to here a double holds each integer. */
  private static final long EXACT = 1L << 53;

  /** As a double holds them: exactly. */
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18
  };

  private final byte[] json;
  private final FieldTree tree;
  private final DecodeLimits limits;
  private int at;

  /** One for each field; {@code null} where it is no sample. */
  private @Nullable Value[] values = new Value[16];

  private @Nullable Value time;
  private @Nullable Asset asset;
  private @Nullable Map<String, String> labels;

  private PlainJson(byte[] json, FieldTree tree, DecodeLimits limits) {
    this.json = json;
    this.tree = tree;
    this.limits = limits;
  }

  /**
   * Hands on every sample of a document, if it is plain.
   *
   * @return false if it is not: then nothing was handed on
   */
  static boolean decode(byte[] json, FieldTree tree, DecodeLimits limits, Decoder.Output out) {
    PlainJson document = new PlainJson(json, tree, limits);
    FieldTree.Field last = document.read();
    if (last == null) {
      return false;
    }
    document.emit(last.path(), out);
    return true;
  }

  /** Its last field; {@code null} where it is not plain. */
  private FieldTree.@Nullable Field read() {
    if (token() != '{') {
      return null;
    }
    FieldTree.Field last = object(tree.root(), 1);
    return token() < 0 ? last : null;
  }

  /** From its first bracket to behind its last; its last field, {@code null} if it is not plain. */
  private FieldTree.@Nullable Field object(FieldTree.@Nullable Field before, int depth) {
    FieldTree.Field field = depth > limits.maxDepth() ? null : before;
    do {
      at++;
      if (field == null || token() != '"') {
        return null;
      }
      field = tree.after(field, json, at + 1);
      if (field == null) {
        return null;
      }
      at += 1 + field.length();
      if (token() != ':') {
        return null;
      }
      at++;
      field =
          switch (token()) {
            case '{' ->
                field.meaning == FieldTree.Meaning.TIME // of seconds and nanos, perhaps
                    ? null
                    : behind(object(tree.step(field, '{'), depth + 1), '}');
            case '[' ->
                field.meaning == FieldTree.Meaning.TIME // which an array is not
                    ? null
                    : behind(array(tree.step(field, '['), depth + 1), ']');
            default -> take(field) ? field : null;
          };
    } while (token() == ',');
    return ends('}') ? field : null;
  }

  /** The same of an array; its last element. */
  private FieldTree.@Nullable Field array(FieldTree.@Nullable Field before, int depth) {
    FieldTree.Field field = depth > limits.maxDepth() ? null : before;
    do {
      at++;
      if (field == null) {
        return null;
      }
      field = tree.step(field, FieldTree.ELEMENT);
      if (field == null || !take(field)) {
        return null;
      }
    } while (token() == ',');
    return ends(']') ? field : null;
  }

  private FieldTree.@Nullable Field behind(FieldTree.@Nullable Field last, char bracket) {
    return last == null ? null : tree.step(last, bracket);
  }

  private boolean ends(char bracket) {
    boolean stands = token() == bracket;
    at++;
    return stands;
  }

  /** The byte at the next place that is no blank; -1 at the end. */
  private int token() {
    while (at < json.length) {
      byte each = json[at];
      if (each != ' ' && each != '\n' && each != '\r' && each != '\t') {
        return each & 0xff;
      }
      at++;
    }
    return -1;
  }

  /** Takes the value of a field; false if it is not plain. */
  private boolean take(FieldTree.Field field) {
    if (field.place() >= limits.maxParts()) {
      return false;
    }
    Value value = value();
    if (value == null) {
      return false;
    }
    switch (field.meaning) {
      case TIME -> {
        if (value != NULL && time != null) {
          return false;
        }
        time = value == NULL ? time : value;
        return keep(field, null);
      }
      case LABEL -> {
        if (value != NULL && !(value instanceof Value.Text)) {
          return false; // it is a tag as it is written
        }
        if (value != NULL) {
          label(field.name, ((Value.Text) value).value());
        }
        return keep(field, null);
      }
      case VALUE -> {
        return keep(field, value);
      }
      default -> {
        if (value == NULL || !(value instanceof Value.Text level)) {
          return !(value instanceof Value.Whole) && keep(field, value);
        }
        place(field.meaning, level.value());
        return keep(field, null);
      }
    }
  }

  private boolean keep(FieldTree.Field field, @Nullable Value value) {
    if (value instanceof Value.Text text && Numbers.isNoNumberOfJson(text.value())) {
      return false;
    }
    if (field.place() >= values.length) {
      values = Arrays.copyOf(values, 2 * field.place());
    }
    values[field.place()] = value;
    return true;
  }

  private void label(String name, String value) {
    if (labels == null) {
      labels = new TreeMap<>();
    }
    labels.put(name, value);
  }

  private void place(FieldTree.Meaning level, String name) {
    Asset known = asset == null ? Asset.NONE : asset;
    asset =
        switch (level) {
          case SITE -> new Asset(name, known.area(), known.line(), known.machine());
          case AREA -> new Asset(known.site(), name, known.line(), known.machine());
          case LINE -> new Asset(known.site(), known.area(), name, known.machine());
          default -> new Asset(known.site(), known.area(), known.line(), name);
        };
  }

  /** The value that stands here; {@code null} if it is not plain. */
  private @Nullable Value value() {
    return switch (token()) {
      case '"' -> text();
      case 't' -> word("true", TRUE);
      case 'f' -> word("false", FALSE);
      case 'n' -> word("null", NULL);
      default -> number();
    };
  }

  private @Nullable Value word(String word, Value value) {
    for (int i = 0; i < word.length(); i++) {
      if (at + i == json.length || json[at + i] != word.charAt(i)) {
        return null;
      }
    }
    at += word.length();
    return value;
  }

  private @Nullable Value text() {
    int start = at + 1;
    int end = endOfText(json, start);
    if (end < 0) {
      return null;
    }
    at = end + 1;
    try {
      return new Value.Text(Utf8.decode(json, start, end));
    } catch (CharacterCodingException e) {
      return null; // the parser says what is wrong
    }
  }

  /** Where the quote at the end of a plain text stands; -1 where it is none. */
  static int endOfText(byte[] json, int start) {
    for (int i = start; i < json.length; i++) {
      byte each = json[i];
      if (each == '"') {
        return i;
      }
      if (each == '\\' || (each >= 0 && each < ' ')) {
        return -1;
      }
    }
    return -1;
  }

  private @Nullable Value number() {
    int start = at;
    boolean negative = at < json.length && json[at] == '-';
    at += negative ? 1 : 0;
    int first = at;
    long digits = digits(0);
    int whole = at - first;
    if (whole == 0 || whole > MOST_DIGITS || (whole > 1 && json[first] == '0')) {
      return null;
    }
    int fraction = 0;
    if (stands('.')) {
      at++;
      digits = digits(digits);
      fraction = at - first - whole - 1;
      if (fraction == 0) {
        return null;
      }
    } else if (!stands('e') && !stands('E')) {
      return new Value.Whole(negative ? -digits : digits);
    }
    boolean simple = whole + fraction <= MOST_DIGITS && digits <= EXACT;
    if (stands('e') || stands('E')) {
      simple = false;
      at++;
      at += stands('+') || stands('-') ? 1 : 0;
      int exponent = at;
      digits(0);
      if (at == exponent) {
        return null;
      }
    }
    if (simple) { // one division of two numbers that are exact is rounded as it should be
      double number = digits / POWERS_OF_TEN[fraction];
      return new Value.Real(negative ? -number : number);
    }
    return at - start > LONGEST_NUMBER ? null : real(start);
  }

  private @Nullable Value real(int start) {
    double number = Double.parseDouble(new String(json, start, at - start, ISO_8859_1));
    return Double.isFinite(number) ? new Value.Real(number) : null;
  }

  private boolean stands(char wanted) {
    return at < json.length && json[at] == wanted;
  }

  /** Passes over digits; the number that they add to. Garbage where they are too many. */
  private long digits(long before) {
    long number = before;
    int i = at;
    for (; i < json.length && json[i] >= '0' && json[i] <= '9'; i++) {
      number = 10 * number + (json[i] - '0');
    }
    at = i;
    return number;
  }

  private void emit(FieldTree.Field[] fields, Decoder.Output out) {
    Map<String, String> tags = labels == null ? Map.of() : Collections.unmodifiableMap(labels);
    Sample first = null;
    for (int i = 0; i < fields.length && i < values.length; i++) {
      Value value = values[i];
      String name = fields[i].name;
      if (value == NULL) {
        out.filtered(name, Samples.NULL);
      } else if (value != null && first != null) {
        out.sample(name, value, first);
      } else if (value != null) {
        first =
            new Sample(name, value, time, null, Quality.GOOD, null, null, asset, tags, null, null);
        out.sample(first);
      }
    }
  }
}
