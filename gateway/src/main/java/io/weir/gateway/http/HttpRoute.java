package io.weir.gateway.http;

import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A path that the server answers, and its handler.
 *
 * @param right what a caller must have to be answered
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
    Right right,
    String method,
    String path,
    Handler handler,
    @Nullable Handler forStrangers,
    boolean probe) {

  /** Stands for any one segment of a path. */
  public static final String ID = "{id}";

  /** The path of a route that answers everything that no other does. */
  public static final String REST = "/**";

  /** Answers a request. */
  public interface Handler
      extends BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> {}

  /** A route for those who have a right; where nobody has to log in, everyone has. */
  public static HttpRoute of(Right right, String method, String path, Handler handler) {
    return new HttpRoute(right, method, path, handler, null, false);
  }

  /** A file that holds no data: for everyone, also for pages of other sites. */
  public static HttpRoute open(String method, String path, Handler handler) {
    return new HttpRoute(Right.EVERYONE, method, path, handler, handler, false);
  }

  /**
   * A route by which others see whether the process works: it always answers, and everyone; with
   * more for those who may view.
   */
  public static HttpRoute probe(String path, Handler handler, Handler forStrangers) {
    return new HttpRoute(Right.VIEW, "GET", path, handler, forStrangers, true);
  }

  /** Whether it changes something. */
  boolean isChange() {
    return !method.equals("GET");
  }
}
