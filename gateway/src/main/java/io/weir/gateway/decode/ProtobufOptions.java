package io.weir.gateway.decode;

import com.google.protobuf.ByteString;

/**
 * What a payload is, and how to read it.
 *
 * @param descriptor the file with the message types, as it stood when the configuration was read
 * @param message the name of the message type with its package
 * @param delimited whether a payload is any number of messages, each with its length before it
 * @param names which of a field's names its metric has
 * @param defaults whether a number, truth value or enumeration without presence that is not on the
 *     wire is read as its default
 * @param unknown what becomes of fields that the message type does not have
 * @param bytes what becomes of fields that are bytes
 */
record ProtobufOptions(
    ByteString descriptor,
    String message,
    boolean delimited,
    Names names,
    boolean defaults,
    Foreign unknown,
    Foreign bytes) {

  /** Has no message type. */
  static final ProtobufOptions NONE =
      new ProtobufOptions(
          ByteString.EMPTY, "", false, Names.JSON, true, Foreign.REFUSE, Foreign.REFUSE);

  enum Names {
    /** Those of the mapping to JSON: {@code json_name}, by default in lowerCamelCase. */
    JSON,
    /** Those of the file with the message types. */
    PROTO
  }

  /** What becomes of what can be no reading. */
  enum Foreign {
    /** It is rejected; what the message type does not have, with the whole message. */
    REFUSE,
    /** It is left out. */
    FILTER
  }
}
