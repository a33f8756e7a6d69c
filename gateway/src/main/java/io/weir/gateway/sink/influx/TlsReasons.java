package io.weir.gateway.sink.influx;

import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Why TLS with a store failed, in words that say what to do. */
final class TlsReasons {

  static final String IF_ASKED = "; if the store asks for a certificate, set tls.cert and tls.key";

  private TlsReasons() {}

  /** Whether this says only that the connection was closed. */
  static boolean isClosed(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof SocketException
        || message.startsWith("unexpected end of stream")
        || message.contains("terminated the handshake");
  }

  static String of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    String advice = advice(failure, message);
    String bounded = AnswerReader.bounded(message);
    return "TLS: " + (advice == null ? bounded : advice + " (" + bounded + ")");
  }

  private static @Nullable String advice(Throwable failure, String message) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "the store's certificate has expired; renew it there";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "the store's certificate is not valid yet; compare the clocks of both machines";
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        return "nobody who is trusted has signed the store's certificate; give tls.ca the file of"
            + " the authority that did";
      }
    }
    if (failure instanceof SSLPeerUnverifiedException) {
      return "the store's certificate is for another name; use in url a name that it has";
    }
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return "the store does not speak TLS at this port; use its other port, or http:// in url";
    }
    if (message.contains("certificate_expired")) {
      return "the store says that the certificate of tls.cert has expired; renew it";
    }
    if (message.contains("unknown_ca") || message.contains("certificate_unknown")) {
      return "the store does not trust who signed the certificate of tls.cert";
    }
    if (message.contains("certificate_required")
        || message.contains("bad_certificate")
        || message.contains("handshake_failure")) {
      return "the store may want a certificate of the gateway; set tls.cert and tls.key to one that"
          + " it trusts";
    }
    if (message.contains("protocol_version")) {
      return "the store speaks only old versions of TLS; allow TLS 1.2 or 1.3 there";
    }
    return null;
  }
}
