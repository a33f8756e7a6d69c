package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which requests are allowed.
 *
 * <p>With a token: those that send it. Without one the gateway is reachable on loopback only. There
 * the danger is a browser on the same machine: a foreign page may resolve its own name to 127.0.0.1
 * (so the Host must be a loopback name), or post blindly (so an Origin must be this server).
 */
final class Access {

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** The second is what clients of InfluxDB 2.x send, and they may write to this server. */
  private static final Set<String> SCHEMES = Set.of("bearer", "token");

  private final byte @Nullable [] tokenDigest;
  private final String bind;
  private final ServerOptions.Login login;

  Access(ServerOptions options) {
    String token = options.token();
    if (token != null && token.isBlank()) {
      throw new IllegalArgumentException("http.token is empty");
    }
    this.tokenDigest = token == null ? null : digest(token);
    this.login = options.login();
    this.bind = options.bind().toLowerCase(Locale.ROOT);
  }

  /** Throws a {@link ProblemDocument} if the request is not allowed. */
  void check(HttpHeaders headers) {
    String host = headers.get("host", "").toLowerCase(Locale.ROOT);
    if (tokenDigest != null) {
      checkToken(tokenDigest, headers.get("authorization", ""));
    } else if (!LOOPBACK.contains(withoutPort(host)) && !withoutPort(host).equals(bind)) {
      throw new ProblemDocument(
          421,
          "Misdirected request",
          "without http.token this gateway answers only to localhost; open it by that name, or set"
              + " a token");
    }
    String origin = headers.get("origin");
    if ((origin != null && !sameServer(origin, host)) || isPartOfAnotherPage(headers)) {
      throw new ProblemDocument(
          403, "Forbidden", "requests from pages of other sites are not accepted");
    }
  }

  /**
   * Whether a browser says that a page of another site or port asks, for itself. Such a page could
   * not read the answer, but would cost what it takes to make it. A link may stand anywhere.
   */
  private static boolean isPartOfAnotherPage(HttpHeaders headers) {
    String site = headers.get("sec-fetch-site", "none");
    boolean link =
        headers.get("sec-fetch-mode", "").equals("navigate")
            && headers.get("sec-fetch-dest", "").equals("document");
    return !site.equals("none") && !site.equals("same-origin") && !link;
  }

  /** Whether the request is allowed. */
  boolean allows(HttpHeaders headers) {
    try {
      check(headers);
      return true;
    } catch (ProblemDocument refused) {
      return false;
    }
  }

  private void checkToken(byte[] expected, String authorization) {
    int space = authorization.indexOf(' ');
    String scheme = authorization.substring(0, Math.max(0, space)).toLowerCase(Locale.ROOT);
    boolean basic = login == ServerOptions.Login.BASIC && scheme.equals("basic");
    String sent = basic || SCHEMES.contains(scheme) ? authorization.substring(space).trim() : "";
    String token = basic ? password(sent) : sent;
    // Digests have one length, so that the comparison takes the same time for every wrong token.
    if (!MessageDigest.isEqual(expected, digest(token))) {
      throw login == ServerOptions.Login.BASIC
          ? new ProblemDocument(
                  401,
                  "Unauthorized",
                  "log in with any name and the token of http.token as the password")
              .header("www-authenticate", "Basic realm=\"weir\", charset=\"UTF-8\"")
          : new ProblemDocument(
                  401,
                  "Unauthorized",
                  "send the header 'Authorization: Bearer TOKEN' with the token of http.token")
              .header("www-authenticate", "Bearer realm=\"weir\"");
    }
  }

  /** What stands after the name in a Basic login (RFC 7617); "" where it is none. */
  private static String password(String sent) {
    try {
      String login = new String(Base64.getDecoder().decode(sent), UTF_8);
      return login.substring(login.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static boolean sameServer(String origin, String host) {
    try {
      return host.equals(URI.create(origin.toLowerCase(Locale.ROOT)).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
