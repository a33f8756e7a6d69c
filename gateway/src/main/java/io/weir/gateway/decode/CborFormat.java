package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import org.jspecify.annotations.Nullable;

/**
 * CBOR (RFC 8949) of any shape, with the names, times and assets of JSON. Tags 0 and 1 are times; a
 * tag that changes what its value means, and bytes, are refused by name.
 */
public final class CborFormat implements PlainFormat {

  @Override
  public String name() {
    return "cbor";
  }

  @Override
  public String summary() {
    return "CBOR (RFC 8949) of any shape; each number, text and boolean is a metric";
  }

  @Override
  public Decoder decoder(FormatContext context) {
    CborDocuments documents =
        new CborDocuments(
            StreamReadConstraints.builder().maxNestingDepth(context.limits().maxDepth()).build());
    return new TreeDecoder("CBOR", bytes -> new CborTokens(documents.open(bytes)), context);
  }

  @Override
  public boolean readsPointers() {
    return true;
  }

  @Override
  public boolean readsText() {
    return false;
  }

  private static final class CborTokens extends JsonTokens {
    private static final int NO_TAG = -1;

    /** Several, or one beyond 31 bits. */
    private static final int UNKNOWN_TAG = -2;

    private static final int TIME_IN_TEXT = 0;
    private static final int TIME_IN_SECONDS = 1;

    /** Integers of any length, and decimal fractions; the parser has made numbers of them. */
    private static final int LONG_INTEGER = 2;

    private static final int LONG_NEGATIVE_INTEGER = 3;
    private static final int DECIMAL_FRACTION = 4;
    private static final int URI = 32;

    /** Says only that CBOR follows. */
    private static final int CBOR = 55_799;

    private static final int INTEGER = 0;
    private static final int NEGATIVE_INTEGER = 1;
    private static final int TEXT = 3;

    private final byte[] bytes;
    private final CBORParser in;
    private @Nullable String instant;
    private @Nullable String foreign;

    CborTokens(CborDocuments.Open document) {
      super(document.parser());
      this.bytes = document.bytes();
      this.in = document.parser();
    }

    @Override
    public @Nullable String nextFieldName() throws IOException {
      String key = in.nextFieldName();
      if (key == null) {
        return null;
      }
      int head = (int) in.currentTokenLocation().getByteOffset();
      return switch ((bytes[head] & 0xff) >>> 5) {
        case TEXT -> key;
        case INTEGER -> key.startsWith("-") ? Long.toUnsignedString(Long.parseLong(key)) : key;
        case NEGATIVE_INTEGER -> key.startsWith("-") ? key : beyond63Bits(key);
        default ->
            throw CborDocuments.refused(
                "a key that is neither a text nor an integer, at byte " + head);
      };
    }

    /** What the parser made of a negative key has lost its highest bit. */
    private static String beyond63Bits(String key) {
      return new BigInteger(Long.toUnsignedString(~Long.parseLong(key))).not().toString();
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      instant = null;
      foreign = null;
      JsonToken token = in.nextToken();
      int tag = tag();
      if (token == null || token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
        return token;
      }
      if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
        return embedded(tag);
      }
      if (token.isNumeric() && tag == TIME_IN_SECONDS) {
        return instant();
      }
      if (tag == NO_TAG || isPlain(token, tag)) {
        return token;
      }
      in.skipChildren();
      return refused(
          tag == UNKNOWN_TAG
              ? "of tags that are not known for it"
              : "of tag " + tag + ", which is not known for it");
    }

    private int tag() {
      int tags = in.getCurrentTags().size();
      int first = in.getCurrentTag();
      if (tags == 0 || (tags == 1 && first == CBOR)) {
        return NO_TAG;
      }
      return tags == 1 && first >= 0 ? first : UNKNOWN_TAG;
    }

    private boolean isPlain(JsonToken token, int tag) throws IOException {
      return switch (tag) {
        case TIME_IN_TEXT, URI -> token == JsonToken.VALUE_STRING;
        case LONG_INTEGER, LONG_NEGATIVE_INTEGER ->
            token.isNumeric() && in.getNumberType() == NumberType.BIG_INTEGER;
        case DECIMAL_FRACTION -> token.isNumeric() && in.getNumberType() == NumberType.BIG_DECIMAL;
        default -> false;
      };
    }

    private JsonToken embedded(int tag) throws IOException {
      Object value = in.getEmbeddedObject();
      if (value == null) {
        return JsonToken.VALUE_NULL; // undefined
      }
      String kind = value instanceof byte[] bytes ? Tokens.bytes(bytes.length) : "a simple value";
      return refused(kind + (tag < 0 ? "" : " of tag " + tag) + ", not a value");
    }

    private JsonToken instant() throws IOException {
      try {
        BigDecimal seconds =
            in.getNumberType() == NumberType.LONG || in.getNumberType() == NumberType.INT
                ? BigDecimal.valueOf(in.getLongValue())
                : BigDecimal.valueOf(in.getDoubleValue());
        instant = Tokens.instant(seconds);
        return JsonToken.VALUE_STRING;
      } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
        return refused("a time beyond any calendar");
      }
    }

    private JsonToken refused(String what) {
      foreign = what;
      return JsonToken.VALUE_EMBEDDED_OBJECT;
    }

    @Override
    public String getText() throws IOException {
      return instant == null ? super.getText() : instant;
    }

    @Override
    public NumberType getNumberType() throws IOException {
      NumberType type = in.getNumberType();
      boolean fits =
          type == NumberType.BIG_INTEGER && in.getBigIntegerValue().bitLength() < Long.SIZE;
      return fits ? NumberType.LONG : type;
    }

    @Override
    public double getDoubleValue() throws IOException {
      return in.getNumberType() == NumberType.FLOAT
          ? FloatDecimals.widened(in.getFloatValue())
          : in.getDoubleValue();
    }

    @Override
    public @Nullable String foreign() {
      return foreign;
    }
  }
}
