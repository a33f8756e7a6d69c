package io.weir.gateway.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A login that is under way in a browser. All of it follows from what the cookie has and from a key
 * of this process, so nothing is kept for it here, and nobody else can make one.
 */
public final class BegunLogin {

  private static final String HMAC = "HmacSHA256";

  private final String cookie;
  private final SecretKeySpec key;

  BegunLogin(String cookie, byte[] key) {
    this.cookie = cookie;
    this.key = new SecretKeySpec(key, HMAC);
  }

  /** What the browser keeps. */
  public String cookie() {
    return cookie;
  }

  /** What the browser comes back with. */
  String state() {
    return derived("state");
  }

  /** What the ID token must name. */
  String nonce() {
    return derived("nonce");
  }

  /** What only this gateway can show for the code (RFC 7636). */
  String verifier() {
    return derived("verifier");
  }

  /** The digest of that, which the provider is told first. */
  String challenge() {
    try {
      return encoded(MessageDigest.getInstance("SHA-256").digest(verifier().getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private String derived(String what) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return encoded(mac.doFinal((what + " " + cookie).getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java has " + HMAC, e);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
