package io.weir.gateway.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ImmediateExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManagerFactory;

/** Passes everything to the context in use now, so that each new connection gets that one. */
final class SwappedSslContext extends SslContext {

  private final TrustedClients clients;
  private volatile SslContext now;

  SwappedSslContext(SslContext first, TrustedClients clients) {
    this.now = first;
    this.clients = clients;
  }

  /** The certificates in PEM, the own one first. */
  static X509Certificate[] chain(InputStream pem) throws CertificateException {
    return toX509Certificates(pem);
  }

  /** The key in PEM, PKCS #8 without a password. */
  static PrivateKey privateKey(InputStream pem) throws GeneralSecurityException, IOException {
    return toPrivateKey(pem, null);
  }

  /** What trusts these authorities, to check what a client shows. */
  static TrustManagerFactory trust(X509Certificate[] authorities)
      throws GeneralSecurityException, IOException {
    return buildTrustManagerFactory(authorities, null, null);
  }

  void use(SslContext next) {
    now = next;
  }

  @Override
  public boolean isClient() {
    return now.isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return now.cipherSuites();
  }

  @Override
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return now.applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator alloc) {
    return now.newEngine(alloc);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator alloc, String peerHost, int peerPort) {
    return now.newEngine(alloc, peerHost, peerPort);
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator alloc, boolean startTls) {
    return newHandler(alloc, startTls, ImmediateExecutor.INSTANCE);
  }

  @Override
  protected SslHandler newHandler(ByteBufAllocator alloc, boolean startTls, Executor tasks) {
    return clients.watch(new OneHandshake(newEngine(alloc), startTls, tasks));
  }

  @Override
  protected SslHandler newHandler(
      ByteBufAllocator alloc, String peerHost, int peerPort, boolean startTls) {
    return newHandler(alloc, peerHost, peerPort, startTls, ImmediateExecutor.INSTANCE);
  }

  @Override
  protected SslHandler newHandler(
      ByteBufAllocator alloc, String peerHost, int peerPort, boolean startTls, Executor tasks) {
    return clients.watch(new OneHandshake(newEngine(alloc, peerHost, peerPort), startTls, tasks));
  }

  @Override
  public SSLSessionContext sessionContext() {
    return now.sessionContext();
  }
}
