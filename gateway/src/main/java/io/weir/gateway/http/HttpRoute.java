package io.weir.gateway.http;

import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A path that the server answers, and its handler.
 *
 * @param method GET (which serves HEAD too), POST, PUT or DELETE
 * @param path the exact path; where it ends in <code>/{id}</code>, any one segment may stand there;
 *     or {@link #REST}
 * @param open whether it is served without a token
 * @param handler answers; runs on an event loop, so it must not wait, and bounds the body it reads.
 *     A {@link ProblemDocument} that it throws or signals becomes the answer; anything else becomes
 *     a 500 and is logged.
 */
public record HttpRoute(String method, String path, boolean open, Handler handler) {

  /** The path of a route that answers everything that no other does. */
  public static final String REST = "/**";

  /** Answers a request. */
  public interface Handler
      extends BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {}

  /** A route that needs the token, if one is configured. */
  public static HttpRoute of(String method, String path, Handler handler) {
    return new HttpRoute(method, path, false, handler);
  }

  /** A route for everyone. */
  public static HttpRoute open(String method, String path, Handler handler) {
    return new HttpRoute(method, path, true, handler);
  }
}
