package io.weir.gateway.decode;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it stood on the wire, with the place of each value: what the library's own dynamic
 * message does not keep, and what a rejected part has to say.
 */
final class ProtobufMessage {

  /**
   * A value and where it stands.
   *
   * @param value a Long, a BigInteger beyond it, a Double, a Boolean, a String, or an {@link Odd},
   *     or {@link Bytes}
   * @param at its first byte
   */
  record Leaf(Object value, int at) {}

  /** What no reading can be, in words. */
  record Odd(String words) {}

  /**
   * Bytes, which stand there in the payload.
   *
   * @param at the first
   */
  record Bytes(int at, int length) {}

  final Descriptor type;

  /** Of its tag, or of the payload. */
  final int at;

  /**
   * A {@link Leaf}, a message, or a list of either. Not an array with a place for each field: many
   * empty messages of a large type are few bytes.
   */
  private final Map<FieldDescriptor, Object> values = new HashMap<>();

  ProtobufMessage(Descriptor type, int at) {
    this.type = type;
    this.at = at;
  }

  @Nullable Object get(FieldDescriptor field) {
    return values.get(field);
  }

  /** The value of the field of that number, if the type has it. */
  @Nullable Object get(int number) {
    return values.get(type.findFieldByNumber(number));
  }

  /** The value of a scalar field of that number, or what it is where it is absent. */
  Object get(int number, Object otherwise) {
    return get(number) instanceof Leaf leaf ? leaf.value() : otherwise;
  }

  /** Of one field the last value counts; of the fields of a oneof, the last one. */
  void set(FieldDescriptor field, Object value) {
    OneofDescriptor oneof = field.getContainingOneof();
    if (oneof != null) {
      oneof.getFields().forEach(values::remove);
    }
    values.put(field, value);
  }

  /** Puts the value behind those that a repeated field has. */
  void add(FieldDescriptor field, Object value) {
    @SuppressWarnings("unchecked") // a repeated field has nothing else
    List<Object> list = (List<Object>) values.computeIfAbsent(field, any -> new ArrayList<>());
    list.add(value);
  }
}
