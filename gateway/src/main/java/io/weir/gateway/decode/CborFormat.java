package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.dataformat.cbor.CBORParser;
import java.io.IOException;
import java.math.BigDecimal;
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
    CBORFactory factory =
        CBORFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(context.limits().maxDepth())
                    .build())
            .enable(
                CBORParser.Feature.READ_UNDEFINED_AS_EMBEDDED_OBJECT,
                CBORParser.Feature.READ_SIMPLE_VALUE_AS_EMBEDDED_OBJECT)
            .build();
    return new TreeDecoder("CBOR", bytes -> new CborTokens(factory.createParser(bytes)), context);
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
    private static final int TIME_IN_TEXT = 0;
    private static final int TIME_IN_SECONDS = 1;

    /** Integers of any length, and decimal fractions; the parser has made numbers of them. */
    private static final int FIRST_OF_NUMBERS = 2;

    private static final int LAST_OF_NUMBERS = 4;
    private static final int URI = 32;

    /** Says only that CBOR follows. */
    private static final int CBOR = 55_799;

    private final CBORParser in;
    private @Nullable String instant;
    private @Nullable String foreign;

    CborTokens(CBORParser in) {
      super(in);
      this.in = in;
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      instant = null;
      foreign = null;
      JsonToken token = in.nextToken();
      int tag = in.getCurrentTag();
      if (token == null || token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT) {
        return token;
      }
      if (token == JsonToken.VALUE_EMBEDDED_OBJECT) {
        return embedded(tag);
      }
      if (token.isNumeric() && tag == TIME_IN_SECONDS) {
        return instant();
      }
      if (tag == NO_TAG || tag == CBOR || isPlain(token, tag)) {
        return token;
      }
      in.skipChildren();
      return refused("of tag " + tag + ", which is not known for it");
    }

    private static boolean isPlain(JsonToken token, int tag) {
      return token == JsonToken.VALUE_STRING
          ? tag == TIME_IN_TEXT || tag == URI
          : token.isNumeric() && tag >= FIRST_OF_NUMBERS && tag <= LAST_OF_NUMBERS;
    }

    private JsonToken embedded(int tag) throws IOException {
      Object value = in.getEmbeddedObject();
      if (value == null) {
        return JsonToken.VALUE_NULL; // undefined
      }
      String kind = value instanceof byte[] bytes ? Tokens.bytes(bytes.length) : "a simple value";
      return refused(kind + (tag == NO_TAG ? "" : " of tag " + tag) + ", not a value");
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
