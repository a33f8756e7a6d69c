package io.weir.gateway.http;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A path that the server answers, and its handler.
 *
 * @param method GET (which serves HEAD too), POST, PUT or DELETE
 * @param path the exact path; where its last segment or the one before is {@link #ID}, any one may
 *     stand there; or {@link #REST}
 * @param handler answers; runs on an event loop, so it must not wait, and bounds the body it reads.
 *     A {@link ProblemDocument} that it throws or signals becomes the answer; anything else becomes
 *     a 500 and is logged.
 * @param forStrangers answers those who are not allowed to ask; {@code null} where they are refused
 * @param probe whether it is answered also while all connections are in use
 */
public record HttpRoute(
    String method, String path, Handler handler, @Nullable Handler forStrangers, boolean probe) {

  /** Stands for any one segment of a path. */
  public static final String ID = "{id}";

  /** The path of a route that answers everything that no other does. */
  public static final String REST = "/**";

  /** Answers a request. */
  public interface Handler
      extends BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {}

  /** A route that needs the token, if one is configured. */
  public static HttpRoute of(String method, String path, Handler handler) {
    return new HttpRoute(method, path, handler, null, false);
  }

  /** A route for everyone. */
  public static HttpRoute open(String method, String path, Handler handler) {
    return new HttpRoute(method, path, handler, handler, false);
  }

  /** A route by which others see whether the process works: it always answers, and everyone. */
  public static HttpRoute probe(String path, Handler handler, Handler forStrangers) {
    return new HttpRoute("GET", path, handler, forStrangers, true);
  }
}
