package io.weir.gateway.mqtt;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a packet of MQTT 5 (section 2.2.2).
 *
 * @param values by their numbers: numbers as {@code Long}, texts as {@code String}
 */
record Properties(Map<Integer, Object> values) {

  static final int SERVER_KEEP_ALIVE = 0x13;
  static final int REASON_STRING = 0x1F;
  static final int RECEIVE_MAXIMUM = 0x21;
  static final int MAXIMUM_QOS = 0x24;
  static final int RETAIN_AVAILABLE = 0x25;
  static final int MAXIMUM_PACKET_SIZE = 0x27;

  long number(int id, long otherwise) {
    return values.get(id) instanceof Long value ? value : otherwise;
  }

  /** A reason code for a person, with what the broker says to it. */
  String words(int code) {
    @Nullable Object why = values.get(REASON_STRING);
    return Codes.words(code) + (why == null ? "" : ": " + why);
  }
}
