package io.weir.gateway.http;

import reactor.netty.http.server.HttpServerRequest;

/**
 * The key under which a client sends a request again if it gets no answer, in the header {@code
 * Idempotency-Key}: the entry is then kept once. It is kept with the entry, so it holds after a
 * restart too.
 */
public final class RequestKey {

  private static final String HEADER = "idempotency-key";

  private RequestKey() {}

  /** The key of a request; "" where it has none. */
  public static String of(HttpServerRequest request) {
    String given = request.requestHeaders().get(HEADER, "").strip();
    boolean isQuoted = given.length() > 1 && given.startsWith("\"") && given.endsWith("\"");
    String key = isQuoted ? given.substring(1, given.length() - 1) : given;
    if (!key.matches("[A-Za-z0-9._:-]{0,64}")) {
      throw new ProblemDocument(
          400,
          "Bad key",
          "Idempotency-Key takes 1 to 64 letters, digits, dots, colons, dashes and underscores");
    }
    return key;
  }

  /** The problem of a key that was used for something else. */
  public static ProblemDocument used(String key, long id) {
    return new ProblemDocument(
        409,
        "Key used",
        "the key '" + key + "' was used for entry " + id + ", which says another thing");
  }
}
