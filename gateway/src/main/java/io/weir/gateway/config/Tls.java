package io.weir.gateway.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a client from PEM files, which are read at each call: so a renewed certificate needs no
 * restart, and a missing file makes a connection fail instead of ending the gateway.
 */
public final class Tls {

  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ((?:[A-Z]+ )?PRIVATE KEY)-----([^-]*)-----END \\1-----");

  /** DER of version 0 and the algorithm rsaEncryption, as in PKCS #8 (RFC 5208). */
  private static final byte[] RSA_PREFIX = {
    2, 1, 0, 48, 13, 6, 9, 42, (byte) 134, 72, (byte) 134, (byte) 247, 13, 1, 1, 1, 5, 0
  };

  private Tls() {}

  /**
   * @throws IOException if a file cannot be read or used; its message names the file
   */
  public static SSLSocketFactory socketFactory(TlsFiles tls) throws IOException {
    return context(tls).getSocketFactory();
  }

  /**
   * @throws IOException if a file cannot be read or used; its message names the file
   */
  public static SSLContext context(TlsFiles tls) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(tls), trust(tls.ca()), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS: " + e.getMessage(), e);
    }
  }

  /** The certificates of {@code ca}, or the machine's own if none is given. */
  private static TrustManager[] trust(@Nullable Path ca)
      throws IOException, GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    if (ca == null) {
      factory.init((KeyStore) null);
    } else {
      KeyStore store = emptyStore();
      int number = 0;
      for (Certificate certificate : certificates(ca)) {
        store.setCertificateEntry("ca-" + number++, certificate);
      }
      factory.init(store);
    }
    return factory.getTrustManagers();
  }

  private static KeyManager @Nullable [] keys(TlsFiles tls)
      throws IOException, GeneralSecurityException {
    Path cert = tls.cert();
    Path key = tls.key();
    if (cert == null || key == null) {
      return null;
    }
    KeyStore store = emptyStore();
    char[] none = new char[0];
    Certificate[] chain = certificates(cert).toArray(Certificate[]::new);
    store.setKeyEntry("client", privateKey(key), none, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException("an empty key store is not read from anywhere", e);
    }
    return store;
  }

  private static List<Certificate> certificates(Path file) throws IOException {
    try {
      List<Certificate> found =
          List.copyOf(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(read(file))));
      if (found.isEmpty()) {
        throw new IOException("TLS: " + file + " holds no PEM certificate");
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw new IOException("TLS: " + file + " holds no PEM certificate: " + e.getMessage(), e);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new IOException("TLS: " + file + " holds no PEM private key");
    }
    byte[] der;
    try {
      der = Base64.getMimeDecoder().decode(pem.group(2));
    } catch (IllegalArgumentException e) {
      throw new IOException("TLS: the private key in " + file + " is not Base64", e);
    }
    return switch (pem.group(1)) {
      case "PRIVATE KEY" -> pkcs8(file, der);
      case "RSA PRIVATE KEY" -> pkcs8(file, sequence(RSA_PREFIX, element(4, der)));
      default ->
          throw new IOException(
              "TLS: the key in %s is a %s; convert it to unencrypted PKCS #8 with: openssl pkcs8 -topk8 -nocrypt"
                  .formatted(file, pem.group(1)));
    };
  }

  private static PrivateKey pkcs8(Path file, byte[] der)
      throws IOException, GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // PKCS #8 names its algorithm inside; trying is how the JDK reads it
      }
    }
    throw new IOException("TLS: the private key in " + file + " is neither RSA nor EC nor Ed25519");
  }

  private static byte[] sequence(byte[] first, byte[] second) {
    byte[] content =
        ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
    return element(48, content);
  }

  /** One DER element of less than 64 KiB, its length always in the two-byte form. */
  private static byte[] element(int tag, byte[] content) {
    return ByteBuffer.allocate(4 + content.length)
        .put((byte) tag)
        .put((byte) 0x82)
        .putShort((short) content.length)
        .put(content)
        .array();
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new IOException("TLS: cannot read " + file + ": " + e.getClass().getSimpleName(), e);
    }
  }
}
