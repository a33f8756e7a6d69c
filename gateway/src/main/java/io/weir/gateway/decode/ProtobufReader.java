package io.weir.gateway.decode;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.Type;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.weir.gateway.decode.ProtobufMessage.Bytes;
import io.weir.gateway.decode.ProtobufMessage.Leaf;
import io.weir.gateway.decode.ProtobufMessage.Odd;
import io.weir.gateway.decode.ProtobufOptions.Foreign;
import io.weir.gateway.model.Reason;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads messages by their type. Almost any bytes are a message of almost any type to the usual
 * parsers, which keep what they do not know; so a field that the type does not have, or has with
 * another kind of value, is a fault here: it is another message, or of a newer type.
 */
final class ProtobufReader {

  private static final String[] WIRE = {
    "a varint", "8 bytes", "a length and bytes", "a group", "the end of a group", "4 bytes"
  };

  private static final String VALUE_OF_STRUCT = "google.protobuf.Value";

  /**
   * A field that was left out.
   *
   * @param name its number behind the names of the fields around it
   */
  record Left(String name, String why) {}

  private final byte[] payload;
  private final Foreign unknown;
  private final DecodeLimits limits;
  private final List<Left> left = new ArrayList<>(0);
  private int parts;

  /** Of the bytes that are read in the payload. */
  private int base;

  private CodedInputStream in;

  ProtobufReader(byte[] payload, Foreign unknown, DecodeLimits limits) {
    this.payload = payload;
    this.unknown = unknown;
    this.limits = limits;
    this.in = CodedInputStream.newInstance(payload);
  }

  /** What was left out so far. */
  List<Left> left() {
    return left;
  }

  /** The whole payload as one message. */
  ProtobufMessage whole(Descriptor type) throws IOException {
    ProtobufMessage message = new ProtobufMessage(type, 0);
    try {
      fields(message, 0, 1);
    } catch (InvalidProtocolBufferException e) {
      throw broken(type);
    }
    return message;
  }

  /** The payload as messages, each with its length before it. */
  List<ProtobufMessage> delimited(Descriptor type) throws IOException {
    List<ProtobufMessage> messages = new ArrayList<>();
    try {
      while (!in.isAtEnd()) {
        int at = at();
        count(); // one that is empty has no values, and is a byte
        messages.add(nested(new ProtobufMessage(type, at), at, 1));
      }
    } catch (InvalidProtocolBufferException e) {
      throw broken(type);
    }
    return messages;
  }

  /**
   * Bytes of the payload as a message.
   *
   * @param depth of that message
   */
  ProtobufMessage part(Bytes bytes, Descriptor type, int depth) throws IOException {
    base = bytes.at();
    in = CodedInputStream.newInstance(payload, bytes.at(), bytes.length());
    ProtobufMessage message = new ProtobufMessage(type, bytes.at());
    try {
      fields(message, 0, depth);
    } catch (InvalidProtocolBufferException e) {
      throw broken(type);
    }
    return message;
  }

  private int at() {
    return base + in.getTotalBytesRead();
  }

  /** Reads a length, and so much of the message; it may go on what was read of it before. */
  private ProtobufMessage nested(ProtobufMessage message, int at, int depth) throws IOException {
    int outer = limit(message.type, at);
    fields(message, 0, depth);
    in.popLimit(outer);
    return message;
  }

  /** Reads a length, and ends there; the limit before, to go back to it. */
  private int limit(Descriptor type, int at) throws IOException {
    int length = in.readRawVarint32();
    int rest = in.getBytesUntilLimit();
    if (length < 0 || length > (rest < 0 ? payload.length - at() : rest)) {
      throw malformed(type, "a length beyond what is left", at);
    }
    return in.pushLimit(length);
  }

  /**
   * Reads fields to the end.
   *
   * @param group the number of the field that is this group, or 0
   */
  private void fields(ProtobufMessage message, int group, int depth) throws IOException {
    if (depth > limits.maxDepth()) {
      throw new JsonDocument.Refused(
          Reason.LIMIT,
          "past a limit: nested deeper than " + limits.maxDepth() + " levels" + place(message.at));
    }
    Descriptor type = message.type;
    while (true) {
      int at = at();
      if (at < payload.length && payload[at] == 0 && !in.isAtEnd()) {
        throw malformed(type, "a field of number 0", at);
      }
      int tag = in.readTag();
      if (tag == 0) {
        if (group != 0) {
          throw malformed(type, "the message breaks off", at);
        }
        return;
      }
      int number = WireFormat.getTagFieldNumber(tag);
      int wire = WireFormat.getTagWireType(tag);
      if (wire == WireFormat.WIRETYPE_END_GROUP && number == group) {
        return;
      }
      FieldDescriptor field = type.findFieldByNumber(number);
      if (wire >= WIRE.length) {
        throw malformed(type, "a value of kind " + wire + ", which there is not", at);
      }
      if (field == null) {
        skip(type, tag, at);
      } else if (wire == field.getLiteType().getWireType()) {
        value(message, field, at, depth);
      } else if (wire == WireFormat.WIRETYPE_LENGTH_DELIMITED && field.isPackable()) {
        packed(message, field, at);
      } else {
        throw malformed(
            type,
            "field %d, '%s' of %s, stands there as %s, not as %s"
                .formatted(
                    number,
                    field.getName(),
                    type.getFullName(),
                    WIRE[wire],
                    WIRE[field.getLiteType().getWireType()]),
            at);
      }
    }
  }

  private void skip(Descriptor type, int tag, int at) throws IOException {
    int number = WireFormat.getTagFieldNumber(tag);
    if (unknown == Foreign.REFUSE || !in.skipField(tag)) {
      throw malformed(type, "field " + number + ", which " + type.getFullName() + " has not", at);
    }
    count();
    left.add(
        new Left(
            String.valueOf(number),
            "a field that " + type.getFullName() + " has not, at byte " + at));
  }

  private void value(ProtobufMessage message, FieldDescriptor field, int at, int depth)
      throws IOException {
    Type type = field.getType();
    if (type != Type.MESSAGE && type != Type.GROUP) {
      put(message, field, leaf(field, at));
      return;
    }
    Object before = field.isRepeated() ? null : message.get(field);
    ProtobufMessage nested =
        before instanceof ProtobufMessage known
            ? known
            : new ProtobufMessage(field.getMessageType(), at);
    int below = isEntry(nested.type) ? depth : depth + 1;
    if (type == Type.GROUP) {
      fields(nested, field.getNumber(), below);
    } else {
      nested(nested, at, below);
    }
    put(message, field, nested);
  }

  /** Messages that are no level of their own where they are read as an object or array. */
  private static boolean isEntry(Descriptor type) {
    return type.toProto().getOptions().getMapEntry() || type.getFullName().equals(VALUE_OF_STRUCT);
  }

  private void put(ProtobufMessage message, FieldDescriptor field, Object value)
      throws IOException {
    count();
    if (field.isRepeated()) {
      message.add(field, value);
    } else {
      message.set(field, value);
    }
  }

  private void packed(ProtobufMessage message, FieldDescriptor field, int at) throws IOException {
    int outer = limit(message.type, at);
    while (in.getBytesUntilLimit() > 0) {
      put(message, field, leaf(field, at()));
    }
    in.popLimit(outer);
  }

  private void count() throws IOException {
    if (++parts > limits.maxParts()) {
      throw new JsonDocument.Refused(
          Reason.LIMIT, "more than " + limits.maxParts() + " values in one message");
    }
  }

  private Leaf leaf(FieldDescriptor field, int at) throws IOException {
    return new Leaf(
        switch (field.getType()) {
          case DOUBLE -> in.readDouble();
          case FLOAT -> FloatDecimals.widened(in.readFloat());
          case INT32 -> signed(varint(field, at));
          case UINT32 -> unsigned(varint(field, at), "uint32");
          case SINT32 -> {
            long raw = varint(field, at);
            yield raw >>> Integer.SIZE == 0
                ? (Object) (long) CodedInputStream.decodeZigZag32((int) raw)
                : new Odd(CodedInputStream.decodeZigZag64(raw) + ", beyond an sint32");
          }
          case INT64 -> varint(field, at);
          case SINT64 -> CodedInputStream.decodeZigZag64(varint(field, at));
          case UINT64 -> large(varint(field, at));
          case FIXED64 -> large(in.readFixed64());
          case SFIXED64 -> in.readSFixed64();
          case FIXED32 -> Integer.toUnsignedLong(in.readFixed32());
          case SFIXED32 -> (long) in.readSFixed32();
          case BOOL -> {
            long raw = varint(field, at);
            yield raw == 0 || raw == 1
                ? (Object) (raw == 1)
                : new Odd(Long.toUnsignedString(raw) + ", neither true nor false");
          }
          case ENUM -> enumeration(field, varint(field, at));
          case STRING -> text();
          case BYTES -> bytes();
          case MESSAGE, GROUP -> throw new IllegalArgumentException(field.getFullName());
        },
        at);
  }

  /** At most ten bytes; of a longer one the library takes ten, for some types. */
  private long varint(FieldDescriptor field, int at) throws IOException {
    long raw = in.readInt64();
    if (payload[at() - 1] < 0) {
      throw malformed(field.getContainingType(), "a varint of more than ten bytes", at);
    }
    return raw;
  }

  /** Of 32 bits on the wire, with a sign before them or without. */
  private static Object signed(long raw) {
    return raw == (int) raw || raw >>> Integer.SIZE == 0
        ? (Object) (long) (int) raw
        : new Odd(raw + ", beyond an int32");
  }

  private static Object unsigned(long raw, String type) {
    return raw >>> Integer.SIZE == 0
        ? (Object) raw
        : new Odd(Long.toUnsignedString(raw) + ", beyond a " + type);
  }

  private static Object large(long raw) {
    return raw >= 0 ? (Object) raw : new BigInteger(Long.toUnsignedString(raw));
  }

  private static Object enumeration(FieldDescriptor field, long raw) {
    EnumValueDescriptor value =
        raw == (int) raw ? field.getEnumType().findValueByNumber((int) raw) : null;
    return value == null
        ? new Odd(raw + ", which " + field.getEnumType().getFullName() + " has not")
        : value.getName();
  }

  private Object text() throws IOException {
    Bytes bytes = bytes();
    try {
      return Utf8.decode(payload, bytes.at(), bytes.at() + bytes.length());
    } catch (CharacterCodingException e) {
      return new Odd("a text that is not UTF-8");
    }
  }

  private Bytes bytes() throws IOException {
    int length = in.readRawVarint32();
    int at = at();
    in.skipRawBytes(length);
    return new Bytes(at, length);
  }

  private JsonDocument.Refused broken(Descriptor type) {
    return malformed(type, "the message breaks off", at());
  }

  /** Bytes that are no message of the type that the route expects. */
  static JsonDocument.Refused malformed(Descriptor type, String what, int at) {
    return new JsonDocument.Refused(
        Reason.MALFORMED, "no " + type.getFullName() + ": " + what + place(at));
  }

  private static String place(int at) {
    return ", at byte " + at;
  }
}
