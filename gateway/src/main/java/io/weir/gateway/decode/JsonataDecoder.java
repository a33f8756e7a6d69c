package io.weir.gateway.decode;

import com.dashjoin.jsonata.Jsonata;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON that a JSONata expression of the route brings into the shape that the format {@code json}
 * reads. {@link JsonataSandbox} bounds what the expression may take. {@code jsonata.md} says it to
 * users.
 */
final class JsonataDecoder implements Decoder {

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonataSandbox expression;
  private final JsonTree tree;
  private final Decoder shaped;
  private final DecodeLimits limits;

  static Decoder of(JsonataExpression expression, FormatContext context) {
    DecodeLimits limits = context.limits();
    return new JsonataDecoder(
        new JsonataSandbox(expression.text(), context.expressions()),
        new JsonTree(limits),
        JsonDecoder.of(expression.json(), context),
        limits);
  }

  private JsonataDecoder(
      JsonataSandbox expression, JsonTree tree, Decoder shaped, DecodeLimits limits) {
    this.expression = expression;
    this.tree = tree;
    this.shaped = shaped;
    this.limits = limits;
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return new JsonataDecoder(expression, tree, shaped.labelled(fields), limits);
  }

  /** Of the payload as it comes, not of what the expression makes of it. */
  @Override
  public Decoder expecting(Expectations expectations) {
    return ExpectingDecoder.ofJson(this, expectations, limits);
  }

  @Override
  public void decode(Payload payload, Output out) {
    JsonNode document = tree.read(payload.bytes(), out);
    if (document == null) {
      return;
    }
    try {
      Object result = expression.of(plain(document), payload.topic(), payload.receiveTimeNs());
      byte[] json = json(result);
      shaped.decode(payload.with(json), new OfResult(out));
    } catch (JsonDocument.Refused e) {
      out.rejected(e.rejected());
    } catch (IOException e) {
      out.rejected(new Rejected(Reason.BAD_VALUE, "the result is no JSON: " + e.getMessage()));
    }
  }

  /** As the library wants it: maps, lists, texts, numbers, truth values, and its own null. */
  private static Object plain(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(each -> map.put(each.getKey(), plain(each.getValue())));
        yield map;
      }
      case ARRAY -> {
        List<Object> list = new ArrayList<>(node.size());
        node.forEach(each -> list.add(plain(each)));
        yield list;
      }
      case STRING -> node.textValue();
      case NUMBER -> node.numberValue();
      case BOOLEAN -> node.booleanValue();
      default -> Jsonata.NULL_VALUE;
    };
  }

  private byte[] json(@Nullable Object result) throws IOException {
    Bounded bytes = new Bounded(limits.maxExpanded());
    try (JsonGenerator generator = JSON.createGenerator(bytes)) {
      write(result, generator);
    }
    return bytes.toByteArray();
  }

  /** As deep as the generator allows, which is less than a stack holds. */
  private static void write(@Nullable Object value, JsonGenerator to) throws IOException {
    if (value instanceof Map<?, ?> map) {
      to.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        to.writeFieldName(String.valueOf(entry.getKey()));
        write(entry.getValue(), to);
      }
      to.writeEndObject();
    } else if (value instanceof List<?> list) {
      to.writeStartArray();
      for (Object each : list) {
        write(each, to);
      }
      to.writeEndArray();
    } else if (value instanceof String text) {
      to.writeString(text);
    } else if (value instanceof Boolean flag) {
      to.writeBoolean(flag);
    } else if (value instanceof BigInteger whole) {
      to.writeNumber(whole);
    } else if (value instanceof Integer || value instanceof Long) {
      to.writeNumber(((Number) value).longValue());
    } else if (value instanceof Number number) {
      to.writeNumber(number.doubleValue());
    } else if (value == null || Objects.equals(value, Jsonata.NULL_VALUE)) {
      to.writeNull();
    } else {
      throw new JsonDocument.Refused(Reason.BAD_VALUE, "the expression gives a function");
    }
  }

  /** What is rejected stands in the result, which the sender does not know. */
  private record OfResult(Output out) implements Output {
    @Override
    public void sample(Sample sample) {
      out.sample(sample);
    }

    @Override
    public void rejected(Rejected rejected) {
      out.rejected(new Rejected(rejected.reason(), "in the result, " + rejected.detail()));
    }

    @Override
    public void filtered(String part, String why) {
      out.filtered(part, why);
    }
  }

  /** Bytes up to a limit. */
  private static final class Bounded extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int most;

    Bounded(int most) {
      this.most = most;
    }

    @Override
    public void write(int each) throws IOException {
      write(new byte[] {(byte) each}, 0, 1);
    }

    @Override
    public void write(byte[] given, int from, int length) throws IOException {
      if (bytes.size() + (long) length > most) {
        throw new JsonDocument.Refused(
            Reason.LIMIT, "the expression gives more than " + most + " bytes");
      }
      bytes.write(given, from, length);
    }

    byte[] toByteArray() {
      return bytes.toByteArray();
    }
  }
}
