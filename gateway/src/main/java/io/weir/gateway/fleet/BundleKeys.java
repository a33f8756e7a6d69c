package io.weir.gateway.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * Ed25519 keys as texts: a public one as {@code ed25519:} with its 32 bytes in Base64, a private
 * one as PEM of PKCS #8, as OpenSSL writes it too.
 */
public final class BundleKeys {

  private static final String ALGORITHM = "Ed25519";
  private static final String PREFIX = "ed25519:";
  private static final int KEY_BYTES = 32;

  /** What X.509 puts before the bytes of a public key of Ed25519. */
  private static final byte[] HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private BundleKeys() {}

  public static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /**
   * @throws BundleException if the text is no such key
   */
  public static PublicKey publicKey(String text) throws BundleException {
    String refused = "must be a public key such as ed25519:AAAA…, as 'weir bundle key' prints it";
    if (!text.startsWith(PREFIX)) {
      throw new BundleException(refused);
    }
    try {
      byte[] raw = Base64.getDecoder().decode(text.substring(PREFIX.length()).strip());
      if (raw.length != KEY_BYTES) {
        throw new BundleException(refused);
      }
      byte[] encoded = Arrays.copyOf(HEAD, HEAD.length + KEY_BYTES);
      System.arraycopy(raw, 0, encoded, HEAD.length, KEY_BYTES);
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(encoded));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new BundleException(refused, e);
    }
  }

  /** The key as {@link #publicKey} takes it. */
  public static String text(PublicKey key) {
    byte[] encoded = key.getEncoded();
    byte[] raw = Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length);
    return PREFIX + Base64.getEncoder().encodeToString(raw);
  }

  /** The key as PEM of PKCS #8. */
  public static String pem(PrivateKey key) {
    byte[] line = {'\n'};
    String body = Base64.getMimeEncoder(64, line).encodeToString(key.getEncoded());
    return BEGIN + "\n" + body + "\n" + END + "\n";
  }

  /**
   * @throws BundleException if the text is no PEM of such a key
   */
  public static PrivateKey privateKey(String pem) throws BundleException {
    int from = pem.indexOf(BEGIN);
    int to = pem.indexOf(END);
    if (from < 0 || to < from) {
      throw new BundleException("is no private key in PEM (PKCS #8, without a password)");
    }
    try {
      byte[] encoded =
          Base64.getMimeDecoder().decode(pem.substring(from + BEGIN.length(), to).getBytes(UTF_8));
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new BundleException("is no private key of Ed25519", e);
    }
  }

  static byte[] sign(PrivateKey key, byte[] bytes) {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(bytes);
      return signer.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a key of Ed25519 signs everything", e);
    }
  }

  static boolean isSignedBy(PublicKey key, byte[] bytes, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(bytes);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // a signature of another length, or a point that is none
    }
  }
}
