package io.weir.gateway.mqtt;

import java.util.Map;

/**
 * The properties of a packet of MQTT 5.
 *
 * @param values numbers as {@code Long}, texts as {@code String}
 */
record Properties(Map<Property, Object> values) {

  long number(Property property, long otherwise) {
    return values.get(property) instanceof Long value ? value : otherwise;
  }

  /** A reason code for a person, with what the broker says to it. */
  String words(int code) {
    return Codes.words(code, (String) values.get(Property.REASON_STRING));
  }
}
