package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.ContentReference;
import io.weir.gateway.model.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.time.DateTimeException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageSizeException;
import org.msgpack.core.MessageUnpacker;

/**
 * MessagePack of any shape, with the names, times and assets of JSON. Its timestamps are times;
 * bytes and other extensions are refused by name.
 */
public final class MsgpackFormat implements PlainFormat {

  @Override
  public String name() {
    return "msgpack";
  }

  @Override
  public String summary() {
    return "MessagePack of any shape; each number, text and boolean is a metric";
  }

  @Override
  public Decoder decoder(FormatContext context) {
    int most = context.limits().maxDepth();
    return new TreeDecoder("MessagePack", bytes -> new MsgpackTokens(bytes, most), context);
  }

  @Override
  public boolean readsPointers() {
    return true;
  }

  @Override
  public boolean readsText() {
    return false;
  }

  /**
   * Reads with the library's unpacker and not with its parser for Jackson: that one allocates what
   * a length says before it looks whether so much is there, nests without bound, and does not tell
   * floats of 32 bits from those of 64.
   */
  private static final class MsgpackTokens implements Tokens {
    private static final int TIMESTAMP = -1;

    private final int length;
    private final int maxDepth;
    private final MessageUnpacker in;

    /** What is left of each array or object around. */
    private int[] left = new int[8];

    private boolean[] isObject = new boolean[8];
    private int depth;
    private boolean begun;

    /** Whether a key was read whose value was not. */
    private boolean hasKey;

    /** Whether nothing stands below the token at hand. */
    private boolean isScalar;

    private long start;

    private String text = "";
    private NumberType type = NumberType.LONG;
    private long whole;
    private double real;
    private @Nullable String foreign;

    MsgpackTokens(byte[] bytes, int maxDepth) {
      this.length = bytes.length;
      this.maxDepth = maxDepth;
      this.in = MessagePack.newDefaultUnpacker(bytes);
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
      if (depth > 0 && left[depth - 1] == 0 && !hasKey) {
        depth--;
        return isObject[depth] ? JsonToken.END_OBJECT : JsonToken.END_ARRAY;
      }
      start = in.getTotalReadBytes();
      if (depth == 0 && (start == length || begun)) {
        return start == length ? null : JsonToken.NOT_AVAILABLE;
      }
      begun = true;
      hasKey = false;
      if (depth > 0 && !isObject[depth - 1]) {
        left[depth - 1]--;
      }
      try {
        return read();
      } catch (MessagePackException e) {
        throw broken(e);
      }
    }

    @Override
    public @Nullable String nextFieldName() throws IOException {
      if (left[depth - 1] == 0) {
        depth--;
        return null;
      }
      left[depth - 1]--;
      hasKey = true;
      start = in.getTotalReadBytes();
      try {
        return key(in.getNextFormat());
      } catch (MessagePackException e) {
        throw broken(e);
      }
    }

    private String key(MessageFormat format) throws IOException {
      switch (format.getValueType()) {
        case STRING -> {
          try {
            return string();
          } catch (CharacterCodingException e) {
            throw refused("a key that is not text in UTF-8");
          }
        }
        case INTEGER -> {
          return in.unpackBigInteger().toString();
        }
        default -> throw refused("a key that is neither a text nor an integer");
      }
    }

    private JsonToken read() throws IOException {
      foreign = null;
      isScalar = true;
      MessageFormat format = in.getNextFormat();
      return switch (format.getValueType()) {
        case NIL -> {
          in.unpackNil();
          yield JsonToken.VALUE_NULL;
        }
        case BOOLEAN -> in.unpackBoolean() ? JsonToken.VALUE_TRUE : JsonToken.VALUE_FALSE;
        case INTEGER -> integer();
        case FLOAT -> {
          real =
              format == MessageFormat.FLOAT32
                  ? FloatDecimals.widened(in.unpackFloat())
                  : in.unpackDouble();
          text = String.valueOf(real);
          yield JsonToken.VALUE_NUMBER_FLOAT;
        }
        case STRING -> {
          try {
            text = string();
            yield JsonToken.VALUE_STRING;
          } catch (CharacterCodingException e) {
            yield foreign("a text that is not UTF-8");
          }
        }
        case BINARY -> {
          int bytes = in.unpackBinaryHeader();
          payload(bytes);
          yield foreign(Tokens.bytes(bytes) + ", not a value");
        }
        case ARRAY -> begin(false, in.unpackArrayHeader());
        case MAP -> begin(true, in.unpackMapHeader());
        case EXTENSION -> extension();
      };
    }

    private JsonToken integer() throws IOException {
      BigInteger number = in.unpackBigInteger();
      text = number.toString();
      type = number.bitLength() > 63 ? NumberType.BIG_INTEGER : NumberType.LONG;
      whole = number.longValue();
      return JsonToken.VALUE_NUMBER_INT;
    }

    private JsonToken extension() throws IOException {
      ExtensionTypeHeader header = in.unpackExtensionTypeHeader();
      byte[] bytes = payload(header.getLength());
      if (header.getType() != TIMESTAMP) {
        return foreign("extension " + header.getType() + ", which is not known");
      }
      BigInteger number = new BigInteger(1, bytes);
      BigDecimal nanos;
      switch (bytes.length) {
        case 4 -> {
          text = Tokens.instant(new BigDecimal(number));
          return JsonToken.VALUE_STRING;
        }
        case 8 -> {
          nanos = new BigDecimal(number.shiftRight(34));
          number = number.and(BigInteger.ONE.shiftLeft(34).subtract(BigInteger.ONE));
        }
        case 12 -> {
          nanos = new BigDecimal(new BigInteger(1, Arrays.copyOf(bytes, 4)));
          number = new BigInteger(Arrays.copyOfRange(bytes, 4, 12));
        }
        default -> {
          return foreign("a timestamp of " + Tokens.bytes(bytes.length));
        }
      }
      if (nanos.precision() > 9) {
        return foreign("a timestamp with a second or more of nanoseconds");
      }
      try {
        text = Tokens.instant(new BigDecimal(number).add(nanos.movePointLeft(9)));
        return JsonToken.VALUE_STRING;
      } catch (ArithmeticException | DateTimeException e) {
        return foreign("a time beyond any calendar");
      }
    }

    private JsonToken foreign(String what) {
      foreign = what;
      text = what;
      return JsonToken.VALUE_EMBEDDED_OBJECT;
    }

    private JsonToken begin(boolean object, int size) throws IOException {
      if (depth == maxDepth) {
        throw new JsonDocument.Refused(
            Reason.LIMIT, "past a limit: nested deeper than " + maxDepth + " levels" + place());
      }
      if (depth == left.length) {
        left = Arrays.copyOf(left, 2 * depth);
        isObject = Arrays.copyOf(isObject, 2 * depth);
      }
      isScalar = false;
      left[depth] = size;
      isObject[depth] = object;
      depth++;
      return object ? JsonToken.START_OBJECT : JsonToken.START_ARRAY;
    }

    private String string() throws IOException {
      byte[] bytes = payload(in.unpackRawStringHeader());
      return Utf8.decode(bytes, 0, bytes.length);
    }

    /** Bytes that the message says it has, if it has them. */
    private byte[] payload(int bytes) throws IOException {
      if (bytes > length - in.getTotalReadBytes()) {
        throw refused("the document breaks off");
      }
      return in.readPayload(bytes);
    }

    @Override
    public void skipChildren() throws IOException {
      for (int outer = isScalar ? depth : depth - 1; depth > outer; ) {
        if (!isObject[depth - 1] || nextFieldName() != null) {
          nextToken();
        }
      }
    }

    private JsonDocument.Refused broken(MessagePackException e) {
      if (e instanceof MessageSizeException) {
        return refused("a length beyond any payload");
      }
      return refused(
          e instanceof MessageInsufficientBufferException
              ? "the document breaks off"
              : String.valueOf(e.getMessage()));
    }

    private JsonDocument.Refused refused(String what) {
      return new JsonDocument.Refused(Reason.MALFORMED, "not MessagePack: " + what + place());
    }

    private String place() {
      return JsonFaults.behind(currentTokenLocation());
    }

    @Override
    public String getText() {
      return text;
    }

    @Override
    public NumberType getNumberType() {
      return type;
    }

    @Override
    public long getLongValue() {
      return whole;
    }

    @Override
    public double getDoubleValue() {
      return real;
    }

    @Override
    public JsonLocation currentTokenLocation() {
      return new JsonLocation(ContentReference.unknown(), start, -1, -1, -1);
    }

    @Override
    public @Nullable String foreign() {
      return foreign;
    }
  }
}
