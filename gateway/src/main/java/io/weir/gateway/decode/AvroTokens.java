package io.weir.gateway.decode;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.ContentReference;
import io.weir.gateway.model.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a schema says of bytes, token by token. Numbers are read by the library, but not whole data:
 * its reader makes what a length or a count says before it looks whether so much is there.
 */
final class AvroTokens implements Tokens {

  /** Values that take no byte, such as {@code null} in a list, beyond one for each byte. */
  private static final int MOST_EMPTY = 1_000;

  /** An array, map or record around; reused for the next one that is as deep. */
  private static final class Around {
    /** {@code null} for a file, whose elements are its data. */
    @Nullable Schema schema;

    /** What is left of the block. */
    long left;

    /** How many bytes must be left when the block ends; -1 where it does not say. */
    long leftAtEnd;

    /** The next field of a record. */
    int field;
  }

  private final int maxDepth;
  private final long maxEmpty;
  private final @Nullable AvroFile file;
  private final Schema schema;

  private BinaryDecoder in;

  /** Where the bytes at hand end in the payload; -1 where they are expanded ones. */
  private long end;

  private long start;
  private Around[] around = new Around[4];
  private int depth;
  private boolean begun;

  /** What stands at the key just read; {@code null} where there is none. */
  private @Nullable Schema keyed;

  /** Whether nothing stands below the token at hand. */
  private boolean isScalar;

  private long empty;
  private final AvroValue value = new AvroValue();

  private AvroTokens(
      byte[] bytes, int from, Schema schema, @Nullable AvroFile file, DecodeLimits limits) {
    this.in = DecoderFactory.get().binaryDecoder(bytes, from, bytes.length - from, null);
    this.end = bytes.length;
    this.start = from;
    this.schema = schema;
    this.file = file;
    this.maxDepth = limits.maxDepth();
    this.maxEmpty = MOST_EMPTY + (long) bytes.length;
  }

  /** One datum, which ends with the payload. */
  static AvroTokens of(byte[] bytes, int from, Schema schema, DecodeLimits limits) {
    return new AvroTokens(bytes, from, schema, null, limits);
  }

  /** All data of a file, as a list. */
  static AvroTokens of(byte[] bytes, AvroFile file, DecodeLimits limits) {
    return new AvroTokens(bytes, bytes.length, file.schema(), file, limits);
  }

  @Override
  public @Nullable JsonToken nextToken() throws IOException {
    try {
      return next();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private JsonDocument.Refused broken(IOException e) {
    if (e instanceof JsonDocument.Refused refused) {
      return refused;
    }
    return refused(
        e instanceof EOFException
            ? "the document breaks off"
            : String.valueOf(e.getMessage())); // a number of more bytes than it can have
  }

  private @Nullable JsonToken next() throws IOException {
    Schema here = keyed;
    keyed = null;
    if (here != null) {
      return read(here);
    }
    if (depth == 0) {
      return top();
    }
    Around list = around[depth - 1];
    Schema of = list.schema;
    if (of == null ? !hasDatum(list) : !hasItem(list)) {
      depth--;
      return JsonToken.END_ARRAY;
    }
    return read(of == null ? schema : of.getElementType());
  }

  private @Nullable JsonToken top() throws IOException {
    if (begun) {
      start = position();
      return file != null || in.isEnd() ? null : JsonToken.NOT_AVAILABLE;
    }
    begun = true;
    if (file == null) {
      return read(schema);
    }
    isScalar = false;
    enter(null);
    return JsonToken.START_ARRAY;
  }

  /** Goes to the next datum of the file. */
  private boolean hasDatum(Around list) throws IOException {
    while (list.left == 0) {
      start = position();
      if (!in.isEnd()) {
        throw refused("a block is longer than what it holds");
      }
      AvroFile.Block block = file == null ? null : file.next();
      if (block == null) {
        return false;
      }
      in = DecoderFactory.get().binaryDecoder(block.bytes(), block.from(), block.length(), in);
      end = block.isExpanded() ? -1 : block.from() + (long) block.length();
      start = block.at();
      list.left = block.count();
    }
    list.left--;
    return true;
  }

  /** Goes to the next element of an array or map. */
  private boolean hasItem(Around list) throws IOException {
    while (list.left == 0) {
      start = position();
      if (list.leftAtEnd >= 0 && in.remainingBytes() != list.leftAtEnd) {
        throw refused("a block ends where it does not say");
      }
      long count = in.readLong();
      if (count == 0) {
        return false;
      }
      list.leftAtEnd = -1;
      if (count < 0) {
        long bytes = in.readLong();
        if (bytes < 0 || bytes > in.remainingBytes() || count == Long.MIN_VALUE) {
          throw refused("a block of " + -count + " values in " + bytes + " bytes");
        }
        list.leftAtEnd = in.remainingBytes() - bytes;
        count = -count;
      }
      list.left = count;
    }
    list.left--;
    return true;
  }

  @Override
  public @Nullable String nextFieldName() throws IOException {
    Around object = around[depth - 1];
    Schema of = object.schema;
    if (of == null) {
      throw new IllegalStateException("a file has no keys");
    }
    if (of.getType() == Schema.Type.RECORD) {
      if (object.field == of.getFields().size()) {
        depth--;
        return null;
      }
      Schema.Field field = of.getFields().get(object.field++);
      keyed = field.schema();
      return field.name();
    }
    try {
      if (!hasItem(object)) {
        depth--;
        return null;
      }
      keyed = of.getValueType();
      start = position();
      return string();
    } catch (CharacterCodingException e) {
      throw refused("a key that is not text in UTF-8");
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private JsonToken read(Schema given) throws IOException {
    start = position();
    isScalar = true;
    Schema of = given;
    if (of.getType() == Schema.Type.UNION) {
      int branch = in.readInt();
      if (branch < 0 || branch >= of.getTypes().size()) {
        throw refused("branch " + branch + " of a union of " + of.getTypes().size());
      }
      of = of.getTypes().get(branch);
    } else if (takesNoByte(of)) {
      countEmpty();
    }
    return switch (of.getType()) {
      case NULL -> value.nothing();
      case BOOLEAN -> value.flag(flag());
      case INT -> value.integer(of, in.readInt());
      case LONG -> value.integer(of, in.readLong());
      case FLOAT -> value.real(FloatDecimals.widened(in.readFloat()));
      case DOUBLE -> value.real(in.readDouble());
      case STRING -> text();
      case ENUM -> symbol(of);
      case BYTES -> value.bytes(of, bytes());
      case FIXED -> value.bytes(of, bytes(of.getFixedSize()));
      case RECORD, MAP -> begin(of, JsonToken.START_OBJECT);
      case ARRAY -> begin(of, JsonToken.START_ARRAY);
      case UNION -> throw refused("a union in a union");
    };
  }

  /** Whether no bytes are the whole value, of which a count of few bytes may say any number. */
  private static boolean takesNoByte(Schema of) {
    return switch (of.getType()) {
      case NULL -> true;
      case FIXED -> of.getFixedSize() == 0;
      case RECORD -> of.getFields().isEmpty();
      default -> false;
    };
  }

  private void countEmpty() throws IOException {
    if (++empty > maxEmpty) {
      throw new JsonDocument.Refused(
          Reason.LIMIT, "past a limit: more than " + maxEmpty + " values without a byte" + place());
    }
  }

  private JsonToken begin(Schema of, JsonToken token) throws IOException {
    if (depth == maxDepth) {
      throw new JsonDocument.Refused(
          Reason.LIMIT, "past a limit: nested deeper than " + maxDepth + " levels" + place());
    }
    isScalar = false;
    enter(of);
    return token;
  }

  private void enter(@Nullable Schema of) {
    if (depth == around.length) {
      around = Arrays.copyOf(around, 2 * depth);
    }
    Around next = around[depth] == null ? new Around() : around[depth];
    around[depth++] = next;
    next.schema = of;
    next.left = 0;
    next.leftAtEnd = -1;
    next.field = 0;
  }

  private boolean flag() throws IOException {
    int flag = bytes(1)[0];
    if (flag != 0 && flag != 1) {
      throw refused("a boolean of " + flag);
    }
    return flag == 1;
  }

  private JsonToken symbol(Schema of) throws IOException {
    int symbol = in.readInt();
    if (symbol < 0 || symbol >= of.getEnumSymbols().size()) {
      throw refused(
          "symbol " + symbol + " of an enumeration of " + of.getEnumSymbols().size() + " symbols");
    }
    return value.text(of.getEnumSymbols().get(symbol));
  }

  private JsonToken text() throws IOException {
    try {
      return value.text(string());
    } catch (CharacterCodingException e) {
      return value.foreign("a text that is not UTF-8");
    }
  }

  private String string() throws IOException {
    byte[] text = bytes();
    return Utf8.decode(text, 0, text.length);
  }

  private byte[] bytes() throws IOException {
    return bytes(in.readLong());
  }

  /** Bytes that the schema or a length says there are, if there are. */
  private byte[] bytes(long length) throws IOException {
    if (length < 0) {
      throw refused("a length of " + length);
    }
    if (length > in.remainingBytes()) {
      throw refused("the document breaks off");
    }
    byte[] bytes = new byte[(int) length];
    in.readFixed(bytes, 0, bytes.length);
    return bytes;
  }

  @Override
  public void skipChildren() throws IOException {
    for (int outer = isScalar ? depth : depth - 1; depth > outer; ) {
      Schema of = around[depth - 1].schema;
      boolean isList = of == null || of.getType() == Schema.Type.ARRAY;
      if (isList || nextFieldName() != null) {
        nextToken();
      }
    }
  }

  /** In expanded bytes, that of their block. */
  private long position() {
    return end < 0 ? start : end - in.remainingBytes();
  }

  private JsonDocument.Refused refused(String what) {
    return AvroSchemas.refused(what + place());
  }

  private String place() {
    return JsonFaults.behind(currentTokenLocation());
  }

  @Override
  public String getText() {
    return value.text();
  }

  @Override
  public NumberType getNumberType() {
    return value.type();
  }

  @Override
  public long getLongValue() {
    return value.whole();
  }

  @Override
  public double getDoubleValue() {
    return value.real();
  }

  @Override
  public JsonLocation currentTokenLocation() {
    return new JsonLocation(ContentReference.unknown(), start, -1, -1, -1);
  }

  @Override
  public @Nullable String foreign() {
    return value.foreign();
  }
}
