package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Value;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON document whole, for formats whose parts point at each other. What is not JSON, is
 * past a limit, or names a key twice in one object is refused whole, with a sentence. Immutable,
 * shared by threads.
 */
final class JsonTree {

  /** Tokens that one part may take: an object of four keys with scalars has ten. */
  private static final long TOKENS_A_PART = 10;

  private final ObjectReader reader;

  JsonTree(Limits limits) {
    JsonFactory json =
        JsonFactory.builder()
            .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(limits.maxDepth())
                    .maxTokenCount(limits.maxParts() * TOKENS_A_PART)
                    .build())
            .build();
    this.reader =
        JsonMapper.builder(json)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build()
            .reader();
  }

  /** The document; {@code null} where it was rejected instead. */
  @Nullable JsonNode read(byte[] payload, Decoder.Output out) {
    try (JsonParser in = reader.createParser(payload)) {
      JsonNode document = in.readValueAsTree();
      if (document == null || document instanceof MissingNode) {
        out.rejected(new Rejected(Reason.MALFORMED, "the payload is empty"));
        return null;
      }
      if (in.nextToken() != null) {
        String place = JsonDecoder.place(in.currentTokenLocation());
        out.rejected(new Rejected(Reason.MALFORMED, "something follows the document, " + place));
        return null;
      }
      return document;
    } catch (StreamConstraintsException e) {
      out.rejected(new Rejected(Reason.LIMIT, "past a limit: " + JsonDecoder.saying(e)));
    } catch (JsonProcessingException e) {
      out.rejected(new Rejected(Reason.MALFORMED, "not JSON: " + JsonDecoder.saying(e)));
    } catch (IOException e) { // bytes in memory: only what is not text ends here
      out.rejected(new Rejected(Reason.MALFORMED, "not text in UTF-8: " + e.getMessage()));
    }
    return null;
  }

  /** A time as the document has it: a number or a text; {@code null} where there is none. */
  static @Nullable Value time(JsonNode node) {
    if (node.isTextual()) {
      return new Value.Text(node.textValue());
    }
    if (node.isIntegralNumber()) {
      return node.canConvertToLong()
          ? new Value.Whole(node.longValue())
          : new Value.Text(node.asText());
    }
    return node.isNumber() ? new Value.Real(node.doubleValue()) : null;
  }

  /** A name or id as the document has it, a text or an integer; {@code null} for anything else. */
  static @Nullable String name(JsonNode node) {
    return (node.isTextual() || node.isIntegralNumber()) && !node.asText().isEmpty()
        ? node.asText()
        : null;
  }
}
