package io.weir.gateway.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that a server shows, from PEM files. {@link #look} takes changed files over: new
 * connections get the new certificate, open ones keep theirs. Files that cannot be used change
 * nothing. Owned by the thread that looks; the rest is for any thread.
 *
 * <p>Content is compared, not times: so it does not matter whether a file is written, replaced, or
 * reached by a link that is moved, as Kubernetes does with a mounted secret.
 */
public final class ServerCertificate {

  /** Where a certificate begins in PEM, also where only a part of that line has been written. */
  private static final Pattern BEGUN =
      Pattern.compile("(?m)^-----(?!END |BEGIN (?![^-\\r\\n]*CERTIFICATE)[^-\\r\\n]+-----)");

  private final String subject;
  private final ServerFiles files;
  private final TrustedClients clients;
  private final SwappedSslContext context;

  /** What the files held when they were last tried, and at the last look. */
  private List<byte[]> tried;

  private List<byte[]> seen;

  private volatile State state;

  /**
   * The certificate in use.
   *
   * @param validFrom as the certificate of the server itself says, not of those above it
   * @param refused why the files of now are not used, or ""
   */
  public record State(Instant validFrom, Instant validUntil, String refused) {}

  /** Files that can be used. */
  private record Loaded(SslContext context, @Nullable TrustManagerFactory trust, State state) {

    @Nullable X509TrustManager clients() {
      return trust == null ? null : (X509TrustManager) trust.getTrustManagers()[0];
    }
  }

  /**
   * @param subject where the files stand in the configuration, such as {@code http.tls}
   * @throws IOException if they cannot be used; its message begins with the subject
   */
  public ServerCertificate(String subject, ServerFiles files) throws IOException {
    this.subject = subject;
    this.files = files;
    this.tried = read();
    this.seen = tried;
    Loaded loaded = load(tried);
    this.clients = new TrustedClients(subject);
    this.clients.trust(loaded.clients());
    this.context = new SwappedSslContext(loaded.context(), clients);
    this.state = loaded.state();
  }

  /** What each new connection asks for its engine. */
  public SslContext context() {
    return context;
  }

  public State state() {
    return state;
  }

  /**
   * Reads the files, and uses them if they have changed. They must be the same in two looks, since
   * certificate and key are written one after the other.
   *
   * @param time now
   * @return whether they are used from now on
   */
  public boolean look(Instant time) {
    List<byte[]> now = read();
    boolean settled = same(now, seen);
    seen = now;
    if (!settled || same(now, tried)) {
      return false;
    }
    tried = now;
    try {
      Loaded loaded = load(now);
      checkValid(loaded.state(), time);
      context.use(loaded.context());
      clients.trust(loaded.clients());
      state = loaded.state();
      return true;
    } catch (IOException e) {
      state = new State(state.validFrom(), state.validUntil(), String.valueOf(e.getMessage()));
      return false;
    }
  }

  /** One that is over is used only where there is nothing better. */
  private void checkValid(State next, Instant time) throws IOException {
    if (next.validUntil().isBefore(time) && state.validUntil().isAfter(time)) {
      throw new IOException(
          "%s: the certificate in %s was valid until %s"
              .formatted(subject, files.cert(), next.validUntil()));
    }
  }

  private static boolean same(List<byte[]> one, List<byte[]> other) {
    return Arrays.deepEquals(one.toArray(), other.toArray());
  }

  private List<byte[]> read() {
    return List.of(content(files.cert()), content(files.key()), content(files.ca()));
  }

  /** Nothing where it cannot be read: a file that is being replaced may be missing for a moment. */
  private static byte[] content(@Nullable Path file) {
    try {
      return file == null ? new byte[0] : Files.readAllBytes(file);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private Loaded load(List<byte[]> contents) throws IOException {
    byte[] cert = found(subject + ".cert", files.cert(), contents.get(0));
    byte[] key = found(subject + ".key", files.key(), contents.get(1));
    try {
      X509Certificate[] chain = certificates(subject + ".cert", files.cert(), cert);
      PrivateKey own = SwappedSslContext.privateKey(new ByteArrayInputStream(key));
      if (!isPair(chain[0], own)) {
        throw new IOException(
            subject
                + ": the key in "
                + files.key()
                + " is not that of the certificate in "
                + files.cert());
      }
      SslContextBuilder builder =
          SslContextBuilder.forServer(own, chain).sslProvider(SslProvider.JDK);
      TrustManagerFactory trust = null;
      if (files.ca() != null) {
        byte[] ca = found(subject + ".ca", files.ca(), contents.get(2));
        trust = SwappedSslContext.trust(certificates(subject + ".ca", files.ca(), ca));
        builder
            .trustManager(trust)
            .clientAuth(
                files.clients() == ServerFiles.Clients.REQUIRED
                    ? ClientAuth.REQUIRE
                    : ClientAuth.OPTIONAL);
      }
      if (!files.protocols().isEmpty()) {
        builder.applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                files.protocols()));
      }
      return new Loaded(
          builder.build(),
          trust,
          new State(chain[0].getNotBefore().toInstant(), chain[0].getNotAfter().toInstant(), ""));
    } catch (IllegalArgumentException | SSLException | GeneralSecurityException e) {
      throw new IOException(
          subject
              + ": "
              + files.cert()
              + " must be a PEM certificate chain and "
              + files.key()
              + " its private key in PEM (PKCS #8, without a password): "
              + e.getMessage(),
          e);
    }
  }

  private static byte[] found(String configKey, @Nullable Path file, byte[] content)
      throws IOException {
    if (content.length == 0) {
      throw new IOException(configKey + ": " + file + " cannot be read");
    }
    return content;
  }

  /** Netty passes over what it cannot read of a file, such as the end of one that is cut off. */
  private static X509Certificate[] certificates(
      String configKey, @Nullable Path file, byte[] content)
      throws IOException, CertificateException {
    X509Certificate[] read = SwappedSslContext.chain(new ByteArrayInputStream(content));
    long begun = BEGUN.matcher(new String(content, ISO_8859_1)).results().count();
    if (begun > read.length) {
      throw new IOException(
          "%s: %s holds %d certificates, of which %d can be read"
              .formatted(configKey, file, begun, read.length));
    }
    return read;
  }

  /** Whether what the key signs is what the certificate verifies. Java would take any two. */
  private static boolean isPair(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    PublicKey shown = certificate.getPublicKey();
    if (shown instanceof RSAKey one && key instanceof RSAKey other) {
      return one.getModulus().equals(other.getModulus());
    }
    if (!shown.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    String algorithm = key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : key.getAlgorithm();
    byte[] anything = certificate.getSignature();
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(anything);
    byte[] signed = signature.sign();
    signature.initVerify(shown);
    signature.update(anything);
    return signature.verify(signed);
  }
}
