package io.weir.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.cookie.Cookie;
import io.netty.handler.codec.http.cookie.ServerCookieDecoder;
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
 * <p>Where somebody has to log in: those of a caller who has the right. A request that comes with a
 * cookie and changes something must also send what only a page of this server can know. Where
 * nobody has to, the gateway is reachable on loopback only. There the danger is a browser on the
 * same machine: a foreign page may resolve its own name to 127.0.0.1 (so the Host must be a
 * loopback name), or post blindly (so an Origin must be this server).
 */
final class Access {

  /** What a request that comes with a cookie sends, in order to change something. */
  static final String CSRF = "x-weir-csrf";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  /** The second is what clients of InfluxDB 2.x send, and they may write to this server. */
  private static final Set<String> SCHEMES = Set.of("bearer", "token");

  private static final Caller OF_TOKEN = Caller.token("http.token", Role.ADMIN, () -> true);

  private final byte @Nullable [] tokenDigest;
  private final @Nullable Callers callers;
  private final String bind;
  private final ServerOptions.Login login;

  Access(ServerOptions options) {
    String token = options.token();
    if (token != null && token.isBlank()) {
      throw new IllegalArgumentException("http.token is empty");
    }
    this.tokenDigest = token == null ? null : digest(token);
    this.callers = options.callers();
    this.login = options.login();
    this.bind = options.bind().toLowerCase(Locale.ROOT);
  }

  /** Throws a {@link ProblemDocument} if the request is not allowed. */
  Caller check(HttpHeaders headers, Right right, boolean isChange) {
    String host = headers.get("host", "").toLowerCase(Locale.ROOT);
    Caller caller = caller(headers, host);
    if (caller == Caller.STRANGER && right != Right.EVERYONE) {
      throw unknown();
    }
    boolean isOwn = headers.getAll("origin").stream().allMatch(each -> sameServer(each, host));
    if (!isOwn || isPartOfAnotherPage(headers)) {
      throw new ProblemDocument(
          403, "Forbidden", "requests from pages of other sites are not accepted");
    }
    if (!caller.role().may(right)) {
      throw notAllowed(caller, right);
    }
    if (isChange && right != Right.EVERYONE && !caller.csrf().isEmpty()) {
      checkOwnPage(headers, caller);
    }
    return caller;
  }

  /**
   * Throws a {@link ProblemDocument} to a stranger: what there is here is not everyone's to know.
   */
  void checkKnown(HttpHeaders headers) {
    if (check(headers, Right.EVERYONE, false) == Caller.STRANGER) {
      throw unknown();
    }
  }

  private Caller caller(HttpHeaders headers, String host) {
    if (tokenDigest == null && callers == null) {
      if (!LOOPBACK.contains(withoutPort(host)) && !withoutPort(host).equals(bind)) {
        throw new ProblemDocument(
            421,
            "Misdirected request",
            "without http.token this gateway answers only to localhost; open it by that name, or"
                + " set a token");
      }
      return Caller.ANYONE;
    }
    String authorization = headers.get("authorization", "");
    Caller found = authorization.isEmpty() ? ofSession(headers) : ofToken(authorization);
    return found == null ? Caller.STRANGER : found;
  }

  private @Nullable Caller ofSession(HttpHeaders headers) {
    if (callers == null) {
      return null;
    }
    for (String header : headers.getAll("cookie")) {
      for (Cookie cookie : ServerCookieDecoder.STRICT.decodeAll(header)) {
        Caller found =
            cookie.name().equals(callers.cookie()) ? callers.ofSession(cookie.value()) : null;
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static void checkOwnPage(HttpHeaders headers, Caller caller) {
    byte[] sent = headers.get(CSRF, "").getBytes(UTF_8);
    if (!MessageDigest.isEqual(caller.csrf().getBytes(UTF_8), sent)) {
      throw new ProblemDocument(
          403,
          "Forbidden",
          "to change something with a session, send the header X-Weir-Csrf with the csrf of"
              + " /api/v1/session");
    }
  }

  private static ProblemDocument notAllowed(Caller caller, Right right) {
    String needed = Role.least(right).word();
    return new ProblemDocument(
            403,
            "Not allowed",
            "the role " + caller.role().word() + " may not do this; it needs the role " + needed)
        .member("role", caller.role().word())
        .member("needs", needed);
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

  /** Who asks, where the request is allowed. */
  @Nullable Caller allows(HttpHeaders headers, Right right) {
    try {
      return check(headers, right, false);
    } catch (ProblemDocument refused) {
      return null;
    }
  }

  private @Nullable Caller ofToken(String authorization) {
    int space = authorization.indexOf(' ');
    String scheme = authorization.substring(0, Math.max(0, space)).toLowerCase(Locale.ROOT);
    boolean basic = login == ServerOptions.Login.BASIC && scheme.equals("basic");
    String sent = basic || SCHEMES.contains(scheme) ? authorization.substring(space).trim() : "";
    String token = basic ? password(sent) : sent;
    // Digests have one length, so that the comparison takes the same time for every wrong token.
    if (tokenDigest != null && MessageDigest.isEqual(tokenDigest, digest(token))) {
      return OF_TOKEN;
    }
    return callers == null ? null : callers.ofToken(token);
  }

  private ProblemDocument unknown() {
    if (login == ServerOptions.Login.BASIC) {
      return new ProblemDocument(
              401,
              "Unauthorized",
              callers == null
                  ? "log in with any name and the token of http.token as the password"
                  : "log in with any name and a token as the password")
          .header("www-authenticate", "Basic realm=\"weir\", charset=\"UTF-8\"");
    }
    return new ProblemDocument(
            401,
            "Unauthorized",
            callers == null
                ? "send the header 'Authorization: Bearer TOKEN' with the token of http.token"
                : "log in, or send the header 'Authorization: Bearer TOKEN'")
        .header("www-authenticate", "Bearer realm=\"weir\"");
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
