package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A whole JSON or CBOR document in memory, for the formats whose envelope must be known before its
 * parts are. Bounded: nesting and number of tokens are limited, so a tree takes at most some tens
 * of bytes for each token and no more tokens than {@link #TOKENS_A_PART} times the parts allowed.
 *
 * <p>Of a key that stands twice in an object the first counts and the second is rejected.
 */
final class JsonTree {

  private static final int TOKENS_A_PART = 10;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Reads a whole document of one language. */
  private interface Syntax {
    Document read(byte[] bytes) throws IOException;
  }

  /**
   * A document as it was read.
   *
   * @param twice its keys that stand there a second time
   */
  private record Document(JsonNode root, List<Rejected> twice) {}

  private final String language;
  private final Syntax syntax;

  private JsonTree(String language, Syntax syntax) {
    this.language = language;
    this.syntax = syntax;
  }

  /** Of JSON. */
  JsonTree(DecodeLimits limits) {
    this(new JsonText(constraints(limits)));
  }

  private JsonTree(JsonText json) {
    this("JSON", bytes -> json.read(bytes, JsonTree::document));
  }

  static JsonTree cbor(DecodeLimits limits) {
    CborDocuments documents = new CborDocuments(constraints(limits));
    return new JsonTree(
        "CBOR",
        bytes -> {
          try (JsonParser in = documents.open(bytes).parser()) {
            return document(in);
          }
        });
  }

  private static StreamReadConstraints constraints(DecodeLimits limits) {
    return StreamReadConstraints.builder()
        .maxNestingDepth(limits.maxDepth())
        .maxTokenCount((long) limits.maxParts() * TOKENS_A_PART)
        .build();
  }

  /** The document; {@code null} where it cannot be read, and was rejected instead. */
  @Nullable JsonNode read(byte[] bytes, Decoder.Output out) {
    return read("", bytes, out);
  }

  /**
   * The same for a document that stands inside another.
   *
   * @param where begins the sentence in which it is rejected
   */
  @Nullable JsonNode read(String where, byte[] bytes, Decoder.Output out) {
    try {
      Document document = syntax.read(bytes);
      document.twice().forEach(out::rejected);
      return document.root();
    } catch (JsonDocument.Refused e) {
      reject(where, e.rejected(), out);
    } catch (IOException e) {
      reject(
          where,
          language.equals("JSON") ? JsonFaults.ofJson(e, bytes) : JsonFaults.rejected(e, language),
          out);
    }
    return null;
  }

  private static void reject(String where, Rejected fault, Decoder.Output out) {
    out.rejected(new Rejected(fault.reason(), where + fault.detail()));
  }

  private static Document document(JsonParser in) throws IOException {
    List<Rejected> twice = new ArrayList<>(0);
    JsonToken first = in.nextToken();
    if (first == null) {
      throw new JsonDocument.Refused(Reason.MALFORMED, "the payload is empty");
    }
    JsonNode root = node(in, first, twice);
    if (in.nextToken() != null) {
      throw JsonDocument.Refused.tooLong(in.currentTokenLocation());
    }
    return new Document(root, twice);
  }

  /** As deep as the parser allows, which is less than a stack holds. */
  private static JsonNode node(JsonParser in, JsonToken token, List<Rejected> twice)
      throws IOException {
    return switch (token) {
      case START_OBJECT -> object(in, twice);
      case START_ARRAY -> array(in, twice);
      case VALUE_NUMBER_INT ->
          in.getNumberType() == NumberType.BIG_INTEGER
              ? NODES.numberNode(in.getBigIntegerValue())
              : NODES.numberNode(in.getLongValue());
      case VALUE_NUMBER_FLOAT ->
          NODES.numberNode(
              in.getNumberType() == NumberType.FLOAT // of CBOR
                  ? FloatDecimals.widened(in.getFloatValue())
                  : in.getDoubleValue());
      case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(token == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> NODES.nullNode();
      case VALUE_EMBEDDED_OBJECT -> embedded(in.getEmbeddedObject());
      default -> NODES.textNode(in.getText());
    };
  }

  /** What CBOR has beside JSON: bytes, undefined, simple values. */
  private static JsonNode embedded(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return NODES.binaryNode(bytes);
    }
    return value == null ? NODES.nullNode() : NODES.pojoNode(value);
  }

  private static ObjectNode object(JsonParser in, List<Rejected> twice) throws IOException {
    ObjectNode object = NODES.objectNode();
    for (String key = in.nextFieldName(); key != null; key = in.nextFieldName()) {
      JsonNode value = node(in, in.nextToken(), twice);
      if (object.has(key)) {
        twice.add(
            new Rejected(
                Reason.BAD_NAME,
                "'"
                    + Excerpt.of(key)
                    + "' stands there a second time, "
                    + JsonFaults.place(in.currentTokenLocation())));
      } else {
        object.set(key, value);
      }
    }
    return object;
  }

  private static ArrayNode array(JsonParser in, List<Rejected> twice) throws IOException {
    ArrayNode array = NODES.arrayNode();
    for (JsonToken token = in.nextToken(); token != JsonToken.END_ARRAY; token = in.nextToken()) {
      array.add(node(in, token, twice));
    }
    return array;
  }

  /** The first of these keys that the object has; the missing node where it has none. */
  static JsonNode field(JsonNode object, String... keys) {
    for (String key : keys) {
      JsonNode value = object.get(key);
      if (value != null) {
        return value;
      }
    }
    return MissingNode.getInstance();
  }

  /** One message, or those of an array. */
  static Iterable<JsonNode> each(JsonNode node) {
    return node.isArray() ? node : List.of(node);
  }

  /** The text of a name: a text or a number; {@code null} where there is none or it is empty. */
  static @Nullable String name(JsonNode node) {
    boolean names = node.isTextual() || node.isIntegralNumber();
    return names && !node.asText().isEmpty() ? node.asText() : null;
  }

  /**
   * Tags: the scalars of an object by key, or of a list of objects by {@code name}. Ends with the
   * first that is one too many for a sample, which is rejected then.
   */
  static Map<String, String> tags(JsonNode node) {
    Map<String, String> tags = new TreeMap<>();
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> tag : node.properties()) {
        addTag(tag.getKey(), tag.getValue(), tags);
      }
    } else {
      for (JsonNode tag : node) {
        addTag(tag.path("name").asText(""), tag.path("value"), tags);
      }
    }
    return tags;
  }

  private static void addTag(String key, JsonNode value, Map<String, String> tags) {
    boolean isTag = value.isValueNode() && !value.isNull() && !value.asText().isEmpty();
    if (isTag && !key.isEmpty() && tags.size() <= Samples.MOST_TAGS) {
      tags.put(key, value.asText());
    }
  }

  /** What a node is, in words for messages. */
  static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> "an object";
      case POJO -> "a simple value";
      case ARRAY -> "an array";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      case BINARY -> "bytes";
      case NULL -> "null";
      case MISSING -> "missing";
    };
  }

  /** A time as it stands in the payload; {@code null} where there is none. */
  static @Nullable Value time(JsonNode node) {
    return switch (node.getNodeType()) {
      case NULL, MISSING -> null;
      case NUMBER ->
          node.isIntegralNumber()
              ? node.canConvertToLong()
                  ? new Value.Whole(node.longValue())
                  : new Value.Text("an integer beyond 64 bits")
              : new Value.Real(node.doubleValue());
      case STRING -> new Value.Text(node.textValue());
      default -> new Value.Text(kind(node));
    };
  }
}
