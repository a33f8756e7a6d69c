package io.weir.gateway.config;

import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Why TLS with a peer failed, in words that say what to do. */
public final class TlsReasons {

  private static final int MOST_CHARS = 500;

  /** With whom. */
  public enum Peer {
    STORE("the store", ", or http:// in url"),
    BROKER("the broker", ", or tcp:// in url"),
    GATEWAY("the other gateway", "");

    private final String name;
    private final String orWithout;

    /**
     * @param orWithout what can be done instead where the peer speaks no TLS
     */
    Peer(String name, String orWithout) {
      this.name = name;
      this.orWithout = orWithout;
    }
  }

  private TlsReasons() {}

  /** Whether this says only that the connection was closed. */
  public static boolean isClosed(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof SocketException
        || message.startsWith("unexpected end of stream")
        || message.contains("terminated the handshake");
  }

  /** What follows such words: a peer that misses our certificate may just close. */
  public static String ifAsked(Peer peer) {
    return "; if " + peer.name + " asks for a certificate, set tls.cert and tls.key";
  }

  public static String of(Throwable failure, Peer peer) {
    String message = String.valueOf(failure.getMessage()).strip().replaceAll("\\s+", " ");
    String bounded =
        message.length() > MOST_CHARS ? message.substring(0, MOST_CHARS) + "..." : message;
    String advice = advice(failure, message, peer);
    return "TLS: " + (advice == null ? bounded : peer.name + advice + " (" + bounded + ")");
  }

  private static @Nullable String advice(Throwable failure, String message, Peer peer) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "'s certificate has expired; renew it there";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "'s certificate is not valid yet; compare the clocks of both machines";
      }
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        return "'s certificate is signed by nobody who is trusted; give tls.ca the file of the"
            + " authority that did";
      }
    }
    if (hasNoNames(message)) {
      return "'s certificate has no subject alternative name, and its common name does not count;"
          + " issue it again with the name or address of url as subjectAltName";
    }
    if (failure instanceof SSLPeerUnverifiedException || isOfOtherName(message)) {
      return "'s certificate is for another name; use in url a name that it has, or issue it again"
          + " with this one as subjectAltName";
    }
    if (message.contains("Unsupported or unrecognized SSL message")) {
      return " does not speak TLS at this port; use its other port" + peer.orWithout;
    }
    if (message.contains("certificate_expired")) {
      return " says that the certificate of tls.cert has expired; renew it";
    }
    if (message.contains("unknown_ca") || message.contains("certificate_unknown")) {
      return " does not trust who signed the certificate of tls.cert";
    }
    if (message.contains("certificate_required")
        || message.contains("bad_certificate")
        || message.contains("handshake_failure")) {
      return " may want a certificate of the gateway; set tls.cert and tls.key to one that it"
          + " trusts";
    }
    if (message.contains("protocol_version")) {
      return " speaks only old versions of TLS; allow TLS 1.2 or 1.3 there";
    }
    return null;
  }

  /** In the words of OkHttp, and of Java, which asks the common name for a host but no address. */
  private static boolean hasNoNames(String message) {
    return message.endsWith("subjectAltNames: []")
        || message.contains("No subject alternative names present");
  }

  private static boolean isOfOtherName(String message) {
    return message.contains("No name matching ")
        || message.contains("No subject alternative DNS name matching ")
        || message.contains("No subject alternative names matching ");
  }
}
