package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.ContentReference;
import com.google.protobuf.Descriptors.Descriptor;
import io.weir.gateway.decode.ProtobufMapping.Fields;
import io.weir.gateway.decode.ProtobufMessage.Bytes;
import io.weir.gateway.decode.ProtobufMessage.Leaf;
import io.weir.gateway.decode.ProtobufMessage.Odd;
import io.weir.gateway.model.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens of a message, or of several, as {@link ProtobufMapping} has them. */
final class ProtobufTokens implements Tokens {

  /** An object or array whose end is not reached. */
  private record Around(Iterator<? extends Map.Entry<String, Object>> fields, Iterator<?> list) {}

  private static final Iterator<Map.Entry<String, Object>> NO_FIELDS =
      List.<Map.Entry<String, Object>>of().iterator();

  private final ProtobufReader reader;
  private final ProtobufMapping mapping;
  private final int maxDepth;

  /** The innermost first. */
  private final Deque<Around> around = new ArrayDeque<>();

  /** What comes next, where that is known. */
  private @Nullable Object next;

  /** Of the token at hand, where it is a scalar. */
  private Object value = ProtobufMapping.NULL;

  private int at;
  private boolean hasBegun;

  ProtobufTokens(
      Descriptor type,
      ProtobufTypes types,
      byte[] payload,
      ProtobufOptions options,
      DecodeLimits limits)
      throws IOException {
    if (payload.length == 0) { // it would be a message in which everything is 0
      throw new JsonDocument.Refused(Reason.MALFORMED, "the payload is empty");
    }
    this.reader = new ProtobufReader(payload, options.unknown(), limits);
    this.mapping = new ProtobufMapping(reader, types, options);
    this.maxDepth = limits.maxDepth();
    this.next = options.delimited() ? reader.delimited(type) : reader.whole(type);
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    Object node = next;
    next = null;
    if (node == null) {
      Around inner = around.peek();
      if (inner == null) {
        return null;
      }
      if (!inner.list().hasNext()) {
        around.pop();
        return JsonToken.END_ARRAY;
      }
      node = inner.list().next();
    }
    while (node instanceof ProtobufMessage message) { // a Value may be a Struct
      at = message.at;
      node = mapping.of(message, around.size() + 1);
    }
    if (node instanceof Fields fields) {
      return begin(new Around(fields.byName().entrySet().iterator(), NO_FIELDS), true);
    }
    if (node instanceof List<?> list) {
      return begin(new Around(NO_FIELDS, list.iterator()), false);
    }
    hasBegun = false;
    if (!(node instanceof Leaf leaf)) {
      return JsonToken.VALUE_NULL;
    }
    value = leaf.value();
    at = leaf.at();
    return token(value);
  }

  private JsonToken begin(Around inner, boolean isObject) throws IOException {
    if (around.size() == maxDepth) {
      throw new JsonDocument.Refused(
          Reason.LIMIT,
          "past a limit: nested deeper than "
              + maxDepth
              + " levels"
              + JsonFaults.behind(currentTokenLocation()));
    }
    around.push(inner);
    hasBegun = true;
    return isObject ? JsonToken.START_OBJECT : JsonToken.START_ARRAY;
  }

  private static JsonToken token(Object value) {
    if (value instanceof Long || value instanceof BigInteger) {
      return JsonToken.VALUE_NUMBER_INT;
    }
    if (value instanceof Double) {
      return JsonToken.VALUE_NUMBER_FLOAT;
    }
    if (value instanceof Boolean flag) {
      return flag ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE;
    }
    return value instanceof String ? JsonToken.VALUE_STRING : JsonToken.VALUE_EMBEDDED_OBJECT;
  }

  @Override
  public @Nullable String nextFieldName() {
    Iterator<? extends Map.Entry<String, Object>> fields = around.element().fields();
    if (!fields.hasNext()) {
      around.pop();
      return null;
    }
    Map.Entry<String, Object> field = fields.next();
    next = field.getValue();
    return field.getKey();
  }

  @Override
  public void skipChildren() {
    if (hasBegun) {
      around.pop();
    }
  }

  @Override
  public String getText() {
    String foreign = foreign();
    return foreign == null ? String.valueOf(value) : foreign;
  }

  @Override
  public NumberType getNumberType() {
    return value instanceof BigInteger ? NumberType.BIG_INTEGER : NumberType.LONG;
  }

  @Override
  public long getLongValue() {
    return ((Number) value).longValue();
  }

  @Override
  public double getDoubleValue() {
    return ((Number) value).doubleValue();
  }

  @Override
  public JsonLocation currentTokenLocation() {
    return new JsonLocation(ContentReference.unknown(), at, -1, -1, -1);
  }

  @Override
  public @Nullable String foreign() {
    if (value instanceof Bytes bytes) {
      return Tokens.bytes(bytes.length()) + ", not a value";
    }
    return value instanceof Odd odd ? odd.words() : null;
  }

  @Override
  public void emitLeft(Decoder.Output out) {
    reader.left().forEach(each -> out.filtered(each.name(), each.why()));
    mapping.left().forEach(each -> out.filtered(each.name(), each.why()));
  }
}
