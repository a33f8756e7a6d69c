package io.weir.gateway.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The names in the certificate that a client has shown, which the handshake has checked. */
public final class PeerName {

  private static final int DNS_NAME = 2;

  private PeerName() {}

  /** Its common name; {@code null} where it has shown none, or there is no TLS. */
  public static @Nullable String of(Channel channel) {
    X509Certificate certificate = certificate(channel);
    return certificate == null ? null : commonName(certificate);
  }

  /**
   * Its common name, and the names of hosts among its alternative names; {@code null} where it has
   * shown none, or there is no TLS.
   */
  public static @Nullable Set<String> all(Channel channel) {
    X509Certificate certificate = certificate(channel);
    if (certificate == null) {
      return null;
    }
    Set<String> names = new LinkedHashSet<>();
    String common = commonName(certificate);
    if (common != null) {
      names.add(common);
    }
    try {
      Collection<List<?>> others = certificate.getSubjectAlternativeNames();
      for (List<?> each : others == null ? List.<List<?>>of() : others) {
        if (each.get(0).equals(DNS_NAME)) {
          names.add(String.valueOf(each.get(1)));
        }
      }
    } catch (CertificateParsingException e) {
      return names; // then no rule can name the others
    }
    return names;
  }

  private static @Nullable X509Certificate certificate(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null && channel.parent() != null) {
      tls = channel.parent().pipeline().get(SslHandler.class);
    }
    if (tls == null) {
      return null;
    }
    try {
      Certificate[] shown = tls.engine().getSession().getPeerCertificates();
      return shown[0] instanceof X509Certificate certificate ? certificate : null;
    } catch (SSLPeerUnverifiedException e) {
      return null; // this is how Java says that it has shown none
    }
  }

  private static @Nullable String commonName(X509Certificate certificate) {
    try {
      LdapName name = new LdapName(certificate.getSubjectX500Principal().getName());
      for (int i = name.size() - 1; i >= 0; i--) {
        Rdn part = name.getRdn(i);
        if (part.getType().equalsIgnoreCase("CN")) {
          return String.valueOf(part.getValue());
        }
      }
      return null;
    } catch (InvalidNameException e) {
      return null; // then no rule can name it
    }
  }
}
