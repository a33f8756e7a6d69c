package io.weir.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Locale;
import java.util.regex.Pattern;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The headers of an answer: its length, its type, and restrictions for browsers. */
public final class Answers {

  public static final String JSON = "application/json";
  static final String PROBLEM = "application/problem+json";
  static final String POLICY = "content-security-policy";

  private static final Pattern GZIP = Pattern.compile("(^|[,\\s])gzip(?=[,;\\s]|$)");
  private static final Pattern NO_GZIP = Pattern.compile("gzip\\s*;\\s*q=0(\\.0*)?\\s*(,|$)");

  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private Answers() {}

  public static Publisher<Void> send(
      HttpServerRequest request, HttpServerResponse response, String type, byte[] bytes) {
    response.header("content-type", type).header("content-length", Integer.toString(bytes.length));
    // One full message: with the length given, a HEAD gets the same headers and no body.
    ByteBuf body = HttpMethod.HEAD.equals(request.method()) ? Unpooled.EMPTY_BUFFER : wrap(bytes);
    return response.sendObject(body).then();
  }

  public static Publisher<Void> send(
      HttpServerRequest request, HttpServerResponse response, ProblemDocument problem) {
    response.status(problem.status());
    problem.headers().forEach(response::header);
    return Mono.from(send(request, response, PROBLEM, problem.document()));
  }

  /** Set on every answer before its handler runs, which may set others. */
  static void protect(HttpHeaders headers) {
    headers
        .set("x-content-type-options", "nosniff")
        .set(POLICY, CONTENT_SECURITY_POLICY)
        .set("referrer-policy", "no-referrer")
        .set("cross-origin-resource-policy", "same-origin")
        .set("cache-control", "no-store");
  }

  /** Whether a client takes answers in gzip, by its header {@code Accept-Encoding}. */
  public static boolean takesGzip(HttpServerRequest request) {
    String taken = request.requestHeaders().get("accept-encoding", "").toLowerCase(Locale.ROOT);
    return GZIP.matcher(taken).find() && !NO_GZIP.matcher(taken).find();
  }

  /** Shares the bytes: many clients may be sent the same array. */
  public static ByteBuf wrap(byte[] bytes) {
    return Unpooled.wrappedBuffer(bytes).asReadOnly();
  }
}
