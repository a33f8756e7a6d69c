package io.weir.gateway.source.listener;

/** Reason codes of MQTT 5 (section 2.4) that the listener gives. */
final class Codes {

  static final byte SUCCESS = 0;
  static final byte NO_SUBSCRIPTION = 0x11;
  static final byte UNSPECIFIED = (byte) 0x80;
  static final byte MALFORMED = (byte) 0x81;
  static final byte PROTOCOL_ERROR = (byte) 0x82;
  static final byte REJECTED = (byte) 0x83;
  static final byte UNSUPPORTED_VERSION = (byte) 0x84;
  static final byte CLIENT_ID_NOT_VALID = (byte) 0x85;
  static final byte BAD_LOGIN = (byte) 0x86;
  static final byte NOT_AUTHORISED = (byte) 0x87;
  static final byte BUSY = (byte) 0x89;
  static final byte SHUTTING_DOWN = (byte) 0x8B;
  static final byte BAD_AUTHENTICATION_METHOD = (byte) 0x8C;
  static final byte KEEP_ALIVE = (byte) 0x8D;
  static final byte TAKEN_OVER = (byte) 0x8E;
  static final byte TOPIC_INVALID = (byte) 0x90;
  static final byte RECEIVE_MAXIMUM = (byte) 0x93;
  static final byte ALIAS_INVALID = (byte) 0x94;
  static final byte TOO_LARGE = (byte) 0x95;
  static final byte QUOTA = (byte) 0x97;
  static final byte NO_SHARED_SUBSCRIPTIONS = (byte) 0x9E;
  static final byte NO_SUBSCRIPTION_IDENTIFIERS = (byte) 0xA1;

  /** None of MQTT: the connection ends without a word. */
  static final byte UNSAID = (byte) 0xFF;

  private Codes() {}

  /** The return code of a CONNACK of MQTT 3 that says the same as nearly as it can. */
  static byte connect3(byte code) {
    return switch (code) {
      case SUCCESS -> 0;
      case UNSUPPORTED_VERSION -> 1;
      case CLIENT_ID_NOT_VALID -> 2;
      case BAD_LOGIN -> 4;
      case NOT_AUTHORISED -> 5;
      default -> 3;
    };
  }
}
