package io.weir.gateway.sink.influx;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts nobody. OkHttp wants to know whom the sockets trust, for pinned certificates, of which
 * there are none; who is trusted is decided within {@link io.weir.gateway.config.RenewedTls}.
 */
final class NoTrust implements X509TrustManager {

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("nobody is trusted here");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("nobody is trusted here");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
