package io.weir.gateway.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One field of OPC UA PubSub as JSON writes it (OPC 10000-6, 5.4): the bare value, a Variant
 * ({@code Type, Body} in 1.04, {@code UaType, Value} in 1.05), or a DataValue with status and times
 * around either. Only an object whose keys are all of one of these counts as such; any other is a
 * structure and is flattened.
 */
final class OpcUaField {

  private OpcUaField() {}

  private static final Set<String> VARIANT_1_04 = Set.of("Type", "Body", "Dimensions");

  private static final Set<String> DATA_VALUE =
      Set.of(
          "Value",
          "UaType",
          "Dimensions",
          "Status",
          "StatusCode",
          "SourceTimestamp",
          "SourcePicoseconds",
          "SourcePicoSeconds",
          "ServerTimestamp",
          "ServerPicoseconds",
          "ServerPicoSeconds");

  private static final Set<String> LOCALIZED_TEXT = Set.of("Locale", "Text");

  /** What stands around a structure in a Variant of 1.04. */
  private static final Set<String> EXTENSION_OBJECT = Set.of("TypeId", "Encoding", "Body");

  /** A status code in quotes. */
  private static final Pattern CODE = Pattern.compile("0[xX][0-9a-fA-F]{1,8}|-?[1-9]\\d{0,9}|0");

  /** What names the type of a structure in 1.05, beside its fields. */
  private static final String TYPE_OF_STRUCTURE = "UaTypeId";

  /** Built-in types that JSON may write as text, by their numbers from 2. */
  private static final List<String> NUMBERS =
      List.of(
          "SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Float",
          "Double");

  private static final int FIRST_NUMBER = 2;
  private static final int FLOAT = FIRST_NUMBER + NUMBERS.indexOf("Float");

  /** Built-in types of which an array may be, each element with a type or a status of its own. */
  private static final List<String> BOXES = List.of("DataValue", "Variant");

  private static final int FIRST_BOX = 23;

  /** Hands on the field. */
  static void add(String name, JsonNode field, Point point, Samples out) {
    if (isOnly(field, VARIANT_1_04) && field.has("Type")) {
      value(name, field.path("Body"), type(field.path("Type")), point, out);
    } else if (isOnly(field, DATA_VALUE)) {
      dataValue(name, field, point, out);
    } else {
      value(name, field, 0, point, out);
    }
  }

  private static boolean isOnly(JsonNode field, Set<String> keys) {
    if (!field.isObject() || field.isEmpty()) {
      return false;
    }
    for (String key : (Iterable<String>) field::fieldNames) {
      if (!keys.contains(key)) {
        return false;
      }
    }
    return true;
  }

  private static void dataValue(String name, JsonNode given, Point around, Samples out) {
    Value source = time(given.path("SourceTimestamp"));
    Value time = source == null ? time(given.path("ServerTimestamp")) : source;
    JsonNode status = given.has("StatusCode") ? given.path("StatusCode") : given.path("Status");
    Point point = judged(time == null ? around : around.at(time), status);
    JsonNode value = given.path("Value");
    boolean none = value.isMissingNode() || value.isNull();
    if (none && point.quality() == Quality.BAD) {
      out.reject(
          Reason.BAD_VALUE,
          Samples.quoted(name) + " has no value, its status is " + point.reason());
    } else if (given.has("UaType")) {
      value(name, value, type(given.path("UaType")), point, out);
    } else if (isOnly(value, DATA_VALUE) && !value.has("UaType")) {
      value(name, value, 0, point, out); // a structure that happens to look like this one
    } else {
      add(name, value, point, out);
    }
  }

  /**
   * @param type the number of the built-in type, 0 where it is not said
   */
  private static void value(String name, JsonNode value, int type, Point point, Samples out) {
    boolean isNumber = type >= FIRST_NUMBER && type < FIRST_NUMBER + NUMBERS.size();
    boolean isBox = type >= FIRST_BOX && type < FIRST_BOX + BOXES.size();
    if (name.length() > Samples.LONGEST_NAMES) {
      out.rejectNames(name);
    } else if (value.isTextual() && isNumber) {
      number(name, value.textValue().strip(), point, out);
    } else if (value.isTextual() && type != 0) {
      out.add(name, new Value.Text(value.textValue()), point);
    } else if (value.isArray() && !value.isEmpty() && type != 0) {
      for (int i = 0; i < value.size(); i++) {
        value(name + "." + i, value.get(i), type, point, out);
      }
    } else if (isBox) {
      add(name, value, point, out);
    } else if (type == FLOAT && value.isFloatingPointNumber()) {
      out.add(name, new Value.Real(FloatDecimals.meant(value.doubleValue())), point);
    } else {
      out.add(name, plain(value), point);
    }
  }

  /** With nothing but fields in a structure, and its text for a LocalizedText. */
  private static JsonNode plain(JsonNode node) {
    if (isOnly(node, EXTENSION_OBJECT) && node.has("TypeId")) {
      return plain(node.path("Body"));
    }
    if (isOnly(node, LOCALIZED_TEXT)) {
      return node.path("Text");
    }
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, plain(array.get(i)));
      }
    } else if (node instanceof ObjectNode structure) {
      structure.remove(TYPE_OF_STRUCTURE);
      structure.properties().forEach(field -> field.setValue(plain(field.getValue())));
    }
    return node;
  }

  /** The number of a built-in type, which the OPC Publisher writes as its name. */
  private static int type(JsonNode type) {
    int number = NUMBERS.indexOf(type.asText());
    int box = BOXES.indexOf(type.asText());
    if (number < 0 && box < 0) {
      return type.asInt();
    }
    return number < 0 ? FIRST_BOX + box : FIRST_NUMBER + number;
  }

  /** JSON cannot write a 64-bit integer or NaN as a number, so the encoding puts them in quotes. */
  private static void number(String name, String text, Point point, Samples out) {
    if (Numbers.isDecimal(text)) {
      try {
        out.add(name, Numbers.value(text), point);
      } catch (NumberFormatException e) {
        out.reject(Reason.BAD_VALUE, Samples.quoted(name) + ": " + e.getMessage());
      }
    } else {
      out.reject(
          Reason.BAD_VALUE,
          Samples.quoted(name) + " is '" + Excerpt.of(text) + "', not a finite number");
    }
  }

  /**
   * The point with the quality of a status code: a number whose two highest bits are the severity,
   * or an object with that number, a symbol, or both. Without one nothing changes: null is Good
   * (5.4.2, StatusCode).
   */
  static Point judged(Point point, JsonNode status) {
    JsonNode number = status.isObject() ? status.path("Code") : status;
    String symbol = (status.isTextual() ? status : status.path("Symbol")).asText("");
    boolean isNumber = number.isNumber() || CODE.matcher(number.asText()).matches();
    if (!isNumber && symbol.isEmpty()) {
      return point;
    }
    long code = number.isNumber() ? number.asLong() : isNumber ? Long.decode(number.asText()) : 0;
    Quality quality = isNumber ? severity(code) : severity(symbol.toLowerCase(Locale.ROOT));
    return quality == Quality.GOOD
        ? point.of(quality, null)
        : point.of(
            quality, symbol.isEmpty() ? String.format("0x%08X", (int) code) : Excerpt.of(symbol));
  }

  private static Quality severity(long code) {
    return switch ((int) (code >>> 30) & 3) {
      case 0 -> Quality.GOOD;
      case 1 -> Quality.UNCERTAIN;
      default -> Quality.BAD;
    };
  }

  private static Quality severity(String symbol) {
    if (symbol.startsWith("bad")) {
      return Quality.BAD;
    }
    return symbol.startsWith("good") ? Quality.GOOD : Quality.UNCERTAIN;
  }

  /** A time; {@code null} also for the year 1, with which OPC UA says that there is none. */
  static @Nullable Value time(JsonNode node) {
    return node.asText().startsWith("0001-01-01") ? null : JsonTree.time(node);
  }
}
