package io.weir.gateway.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of clients that have shown a certificate. A handshake asks only once, so
 * without this whose authority is no longer trusted would stay for as long as it likes. Any thread.
 */
final class TrustedClients {

  private static final Logger LOG = LoggerFactory.getLogger(TrustedClients.class);

  private final String subject;
  private final Map<Channel, X509Certificate[]> open = new ConcurrentHashMap<>();
  private volatile @Nullable X509TrustManager trusted;

  TrustedClients(String subject) {
    this.subject = subject;
  }

  /** Closes the connections of those who are not trusted any more. */
  void trust(@Nullable X509TrustManager now) {
    trusted = now;
    open.forEach(this::closeUnlessTrusted);
  }

  /** Knows the client of a connection once its handshake is through. */
  SslHandler watch(SslHandler handler) {
    handler
        .handshakeFuture()
        .addListener(
            done -> {
              if (done.isSuccess()) {
                shaken((Channel) done.getNow(), handler);
              }
            });
    return handler;
  }

  private void shaken(Channel channel, SslHandler handler) {
    Certificate[] shown;
    try {
      shown = handler.engine().getSession().getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return; // this is how Java says that it has shown none
    }
    X509Certificate[] chain = Arrays.copyOf(shown, shown.length, X509Certificate[].class);
    open.put(channel, chain);
    channel.closeFuture().addListener(closed -> open.remove(channel));
    if (!closeUnlessTrusted(channel, chain)) { // the files have changed within the handshake
      channel.pipeline().addAfter(channel.pipeline().context(handler).name(), null, new Deaf());
    }
  }

  /**
   * What came in one piece with the end of a handshake is decoded although the channel is closed.
   */
  private static final class Deaf extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }
  }

  /** Whether the client is trusted. */
  private boolean closeUnlessTrusted(Channel channel, X509Certificate[] chain) {
    X509TrustManager now = trusted;
    if (now == null) {
      return true;
    }
    try {
      now.checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException e) {
      LOG.warn(
          "{}: the certificate of {} is not trusted any more; its connection is closed: {}",
          subject,
          channel.remoteAddress(),
          e.getMessage());
      ChannelHandlerContext socket = channel.pipeline().firstContext();
      if (socket != null) { // beneath HTTP/2, which would wait for what is under way
        socket.close();
      }
      return false;
    }
  }
}
