package io.weir.gateway.source.listener;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The name in the certificate that a client has shown. */
final class PeerName {

  private PeerName() {}

  /** Its common name; {@code null} where it has shown none, or there is no TLS. */
  static @Nullable String of(Channel channel) {
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      return null;
    }
    try {
      Certificate[] shown = tls.engine().getSession().getPeerCertificates();
      return shown[0] instanceof X509Certificate certificate ? commonName(certificate) : null;
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
