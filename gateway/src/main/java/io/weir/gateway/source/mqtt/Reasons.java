package io.weir.gateway.source.mqtt;

import io.weir.gateway.model.Failure;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Why a connection failed, in words that say what to check. */
final class Reasons {

  /** Reason codes from here on are failures (MQTT 5, section 2.4). */
  static final int FIRST_FAILURE = 0x80;

  /** The last reason code that MQTT 5 assigns. */
  static final int LAST_FAILURE = 0xA2;

  /** The last return code of a CONNACK in MQTT 3.1.1 (section 3.2.2.3). */
  static final int LAST_V3 = 5;

  static final String TAKEN_OVER = "session taken over: another client uses the same client id";

  private Reasons() {}

  /**
   * Whether this failure says only that the connection was closed. In MQTT 3.1.1 a broker cannot
   * say more; some, such as Mosquitto 2.0.11, do not in MQTT 5 either.
   */
  static boolean isClosed(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof EOFException) {
        return true;
      }
      String message = cause.getMessage();
      if (cause instanceof SocketException
          && message != null
          && (message.startsWith("Connection reset") || message.startsWith("Broken pipe"))) {
        return true;
      }
    }
    return false;
  }

  /** Whether this failure says that no connection to the broker could be opened. */
  static boolean isUnreached(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException
          || cause instanceof ConnectException
          || cause instanceof NoRouteToHostException
          || cause instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** The broker did not answer in time. */
  static String noAnswer(MqttConfig config) {
    long ms = config.connectTimeout().toMillis();
    String limit = ms % 1000 == 0 ? ms / 1000 + " s" : ms + " ms";
    return "no answer from " + config.url() + " within " + limit;
  }

  /** A reason code of MQTT 5. */
  static String v5(int code) {
    String text =
        switch (code) {
          case 0x00 -> "normal disconnection";
          case 0x80 -> "unspecified error";
          case 0x81 -> "malformed packet";
          case 0x82 -> "protocol error";
          case 0x83 -> "implementation specific error";
          case 0x84 -> "the broker does not support MQTT 5; set version: 3.1.1";
          case 0x85 -> "client id not accepted";
          case 0x86 -> "bad user name or password";
          case 0x87 -> "not authorised; check username, password and the broker's access rules";
          case 0x88 -> "broker unavailable";
          case 0x89 -> "broker busy";
          case 0x8A -> "banned";
          case 0x8B -> "the broker is shutting down";
          case 0x8C -> "bad authentication method";
          case 0x8D -> "keep-alive timed out";
          case 0x8E -> TAKEN_OVER;
          case 0x8F -> "topic filter not valid";
          case 0x90 -> "topic name not valid";
          case 0x91 -> "packet id in use";
          case 0x93 -> "receive maximum exceeded";
          case 0x95 -> "packet too large";
          case 0x96 -> "message rate too high";
          case 0x97 -> "quota exceeded";
          case 0x98 -> "administrative action";
          case 0x9B -> "QoS not supported";
          case 0x9C, 0x9D -> "use another broker";
          case 0x9E -> "shared subscriptions not supported";
          case 0x9F -> "connection rate exceeded";
          case 0xA0 -> "maximum connect time reached";
          case 0xA1 -> "subscription ids not supported";
          case 0xA2 -> "wildcard subscriptions not supported";
          default -> "unknown reason";
        };
    return "%s (0x%02X)".formatted(text, code);
  }

  /** A return code of a CONNACK in MQTT 3.1.1. */
  static String v3(int code) {
    String text =
        switch (code) {
          case 1 -> "the broker does not support MQTT 3.1.1";
          case 2 -> "client id not accepted";
          case 3 -> "broker unavailable";
          case 4 -> "bad user name or password";
          case 5 -> "not authorised; check username, password and the broker's access rules";
          default -> "unknown reason";
        };
    return text + " (" + code + ")";
  }

  /** The root cause of a failure that has no MQTT reason code. */
  static String of(Throwable failure, MqttConfig config) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnknownHostException) {
        return "unknown host " + config.url().getHost();
      }
      if (cause instanceof ConnectException) {
        return "no broker answers at " + config.url() + ": " + cause.getMessage();
      }
      if (cause instanceof SocketTimeoutException) {
        return noAnswer(config);
      }
      if (cause instanceof SSLException) {
        return "TLS: " + Failure.withoutClasses(String.valueOf(cause.getMessage()));
      }
      if (cause instanceof EOFException) {
        return "the broker closed the connection";
      }
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null
        ? "the connection failed"
        : Failure.withoutClasses(root.getMessage());
  }
}
