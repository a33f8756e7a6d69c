package io.weir.gateway.decode;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.weir.gateway.decode.ProtobufMessage.Bytes;
import io.weir.gateway.decode.ProtobufMessage.Leaf;
import io.weir.gateway.decode.ProtobufMessage.Odd;
import io.weir.gateway.decode.ProtobufOptions.Foreign;
import io.weir.gateway.decode.ProtobufOptions.Names;
import io.weir.gateway.decode.ProtobufReader.Left;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What messages are in JSON, with these differences: integers of 64 bits are numbers, so is a
 * duration, and a number without presence that is not on the wire is there with its default, since
 * to send 0 is to leave it out.
 */
final class ProtobufMapping {

  private static final String KNOWN = "google.protobuf.";
  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final long LONGEST_SECONDS = 315_576_000_000L;
  private static final int SECOND_NS = 1_000_000_000;

  /** Stands for null. */
  static final Object NULL = new Object();

  /** An object: names, and what they have. */
  record Fields(Map<String, Object> byName) {}

  private final ProtobufReader reader;
  private final ProtobufTypes types;
  private final ProtobufOptions options;
  private final List<Left> left = new ArrayList<>(0);

  ProtobufMapping(ProtobufReader reader, ProtobufTypes types, ProtobufOptions options) {
    this.reader = reader;
    this.types = types;
    this.options = options;
  }

  /** The bytes that were left out so far. */
  List<Left> left() {
    return left;
  }

  /**
   * What a message is: {@link Fields}, a list, a {@link Leaf} or {@link #NULL}. What stands in it
   * is a leaf, a message, a list, {@link Fields} or {@link #NULL}.
   *
   * @param depth how many objects and arrays it stands in, with itself
   */
  Object of(ProtobufMessage message, int depth) throws IOException {
    String name = message.type.getFullName();
    if (!name.startsWith(KNOWN)) {
      return fields(message);
    }
    return switch (name.substring(KNOWN.length())) {
      case "Timestamp" -> new Leaf(timestamp(message), message.at);
      case "Duration" -> new Leaf(duration(message), message.at);
      case "DoubleValue",
          "FloatValue",
          "Int64Value",
          "UInt64Value",
          "Int32Value",
          "UInt32Value",
          "BoolValue",
          "StringValue",
          "BytesValue" ->
          wrapped(message);
      case "Struct" -> message.get(1) instanceof List<?> list ? map(list) : new Fields(Map.of());
      case "ListValue" -> message.get(1) instanceof List<?> list ? list : List.of();
      case "Value" -> anything(message);
      case "Any" -> any(message, depth);
      default -> fields(message);
    };
  }

  private Fields fields(ProtobufMessage message) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (FieldDescriptor field : message.type.getFields()) {
      Object value = message.get(field);
      if (value == null && field.isRequired()) {
        throw ProtobufReader.malformed(
            message.type, "without '" + field.getName() + "', which is required", message.at);
      }
      if (value == null && options.defaults() && !field.hasPresence() && !field.isRepeated()) {
        value = ofAbsent(field, message.at);
      }
      if (value == null) {
        continue;
      }
      String name = options.names() == Names.JSON ? field.getJsonName() : field.getName();
      FieldDescriptor last =
          field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
      if (options.bytes() == Foreign.FILTER && last.getType() == FieldDescriptor.Type.BYTES) {
        left.add(new Left(name, "bytes, in what begins at byte " + message.at));
      } else {
        fields.put(name, field.isMapField() ? map((List<?>) value) : value);
      }
    }
    return new Fields(fields);
  }

  /** The default of a number, truth value or enumeration; an empty text says nothing. */
  private static @Nullable Leaf ofAbsent(FieldDescriptor field, int at) {
    return switch (field.getJavaType()) {
      case INT, LONG -> new Leaf(0L, at);
      case FLOAT, DOUBLE -> new Leaf(0.0, at);
      case BOOLEAN -> new Leaf(false, at);
      case ENUM -> new Leaf(((EnumValueDescriptor) field.getDefaultValue()).getName(), at);
      case STRING, BYTE_STRING, MESSAGE -> null;
    };
  }

  private static Object ofAbsent(ProtobufMessage message, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case STRING -> new Leaf("", message.at);
      case BYTE_STRING -> new Leaf(new Bytes(message.at, 0), message.at);
      case MESSAGE -> new ProtobufMessage(field.getMessageType(), message.at);
      default -> Objects.requireNonNull(ofAbsent(field, message.at));
    };
  }

  /** Of one key the last entry counts. */
  private static Fields map(List<?> entries) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (Object each : entries) {
      ProtobufMessage entry = (ProtobufMessage) each;
      Leaf key = (Leaf) present(entry, 1);
      if (key.value() instanceof Odd odd) {
        throw ProtobufReader.malformed(entry.type, "a key that is " + odd.words(), key.at());
      }
      fields.put(String.valueOf(key.value()), present(entry, 2));
    }
    return new Fields(fields);
  }

  /** The value of a field, or its default. */
  private static Object present(ProtobufMessage message, int number) {
    FieldDescriptor field = message.type.findFieldByNumber(number);
    Object value = message.get(field);
    return value == null ? ofAbsent(message, field) : value;
  }

  private Object wrapped(ProtobufMessage message) {
    Object value = present(message, 1);
    if (options.bytes() == Foreign.FILTER
        && value instanceof Leaf leaf
        && leaf.value() instanceof Bytes) {
      return NULL;
    }
    return value;
  }

  private static Object timestamp(ProtobufMessage message) {
    Object seconds = message.get(1, 0L);
    Object nanos = message.get(2, 0L);
    if (seconds instanceof Long whole
        && nanos instanceof Long rest
        && whole >= FIRST_SECOND
        && whole <= LAST_SECOND
        && rest >= 0
        && rest < SECOND_NS) {
      return Instant.ofEpochSecond(whole, rest).toString();
    }
    return new Odd("a time beyond any calendar");
  }

  private static Object duration(ProtobufMessage message) {
    Object seconds = message.get(1, 0L);
    Object nanos = message.get(2, 0L);
    if (seconds instanceof Long whole
        && nanos instanceof Long rest
        && Math.abs(whole) <= LONGEST_SECONDS
        && Math.abs(rest) < SECOND_NS
        && Long.signum(whole) * Long.signum(rest) >= 0) {
      return BigDecimal.valueOf(whole).add(BigDecimal.valueOf(rest, 9)).doubleValue();
    }
    return new Odd("no duration");
  }

  private static Object anything(ProtobufMessage message) {
    for (FieldDescriptor field : message.type.getFields()) {
      Object value = message.get(field);
      if (value != null) {
        return field.getType() == FieldDescriptor.Type.ENUM ? NULL : value;
      }
    }
    return NULL;
  }

  private Object any(ProtobufMessage message, int depth) throws IOException {
    String url = message.get(1) instanceof Leaf leaf ? String.valueOf(leaf.value()) : "";
    Object bytes = message.get(2, new Bytes(message.at, 0));
    if (url.isEmpty() || !(bytes instanceof Bytes part)) {
      return NULL;
    }
    Descriptor type = types.type(url.substring(url.lastIndexOf('/') + 1));
    if (type == null) {
      return new Leaf(
          new Odd(
              "a google.protobuf.Any of '%s', which the descriptor file has not".formatted(url)),
          message.at);
    }
    int inner = type.equals(message.type) ? depth + 1 : depth; // an Any is a level of its own
    Object inside = of(reader.part(part, type, inner), inner);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("@type", new Leaf(url, message.at));
    if (inside instanceof Fields own) {
      fields.putAll(own.byName());
    } else {
      fields.put("value", inside);
    }
    return new Fields(fields);
  }
}
