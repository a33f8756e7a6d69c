package io.weir.gateway.source;

import java.util.List;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A source that receives through the gateway's own HTTP server. */
public interface Served extends Source {

  /** What the server hands to it. */
  List<Handler> handlers();

  /**
   * One path of the server.
   *
   * @param method such as POST
   * @param path the exact path
   * @param loginByItself whether the protocol behind it has a login of its own, so that the server
   *     asks for none
   * @param answer answers a request; runs on an event loop, so it must not wait. What it fails with
   *     (a body that does not come in time, for example) is answered by the server
   */
  record Handler(
      String method,
      String path,
      boolean loginByItself,
      BiFunction<HttpServerRequest, HttpServerResponse, Publisher<Void>> answer) {}
}
