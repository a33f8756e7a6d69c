package io.weir.gateway.source.mqtt;

import io.weir.gateway.config.TlsReasons;
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
        return Failure.withoutClasses(TlsReasons.of(cause, TlsReasons.Peer.BROKER));
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
