package io.weir.gateway.source.listener;

import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;

/**
 * Takes clients that come by a WebSocket of the gateway's HTTP server. That server has checked the
 * Origin. From beyond this machine only those are let in who come by TLS and have to log in.
 */
final class WebSocketDoor {

  /** The server holds a frame until it is whole; a longer packet takes several. */
  private static final int MOST_FRAME_BYTES = 256 << 10;

  /** Of RFC 6455: earlier ones are drafts. */
  private static final String VERSION = "13";

  /** Of MQTT 3.1.1 and 5, and of clients that know MQTT 3.1 alone: the first is preferred. */
  private static final List<String> PROTOCOLS = List.of("mqtt", "mqttv3.1");

  private final ListenerConfig config;
  private final Connections connections;
  private final Supplier<@Nullable Running> running;

  /** What there is between start and stop. */
  record Running(Shared shared, EventLoopGroup loops) {}

  WebSocketDoor(
      ListenerConfig config, Connections connections, Supplier<@Nullable Running> running) {
    this.config = config;
    this.connections = connections;
    this.running = running;
  }

  Publisher<Void> open(HttpServerRequest request, HttpServerResponse response) {
    HttpHeaders asked = request.requestHeaders();
    boolean isWebSocket =
        HttpMethod.GET.equals(request.method())
            && asked.containsValue("upgrade", "websocket", true);
    if (!isWebSocket || !VERSION.equals(asked.get("sec-websocket-version"))) {
      return response
          .status(426)
          .header("upgrade", "websocket")
          .header("sec-websocket-version", VERSION)
          .send();
    }
    boolean isComplete = asked.contains("sec-websocket-key");
    String agreed = agreed(asked);
    if (!isComplete || agreed == null) { // nobody would serve it, and it would stay open
      return response.status(400).send();
    }
    Running now = running.get();
    if (now == null) {
      return response.status(503).send();
    }
    InetSocketAddress from = request.remoteAddress();
    if (from == null) { // gone already
      return response.status(503).send();
    }
    boolean isNear = from.getAddress() != null && from.getAddress().isLoopbackAddress();
    boolean isSafe = request.scheme().equals("https") || request.scheme().equals("wss");
    if (!isNear && (config.isOpen() || !isSafe)) {
      return response.status(403).send();
    }
    WebsocketServerSpec spec =
        WebsocketServerSpec.builder()
            .protocols(agreed)
            .maxFramePayloadLength(MOST_FRAME_BYTES)
            .handlePing(true) // and answered by the link: the server would answer without end
            .build();
    return response.sendWebsocket(
        (in, out) -> {
          WsLink link = new WsLink(now.shared(), now.loops().next(), from);
          ClientConnection connection = link.connection();
          now.shared().meters().connects().increment();
          if (!connections.admit(connection, from)) {
            now.shared().meters().refused().increment();
            link.closed();
            return out.sendClose();
          }
          in.withConnection(each -> each.onDispose(() -> connections.forget(connection)));
          return link.carry(in, out);
        },
        spec);
  }

  /** MQTT 5, 6: a client must name the protocol, and where it names mqtt that is answered. */
  private static @Nullable String agreed(HttpHeaders asked) {
    return PROTOCOLS.stream()
        .filter(each -> asked.containsValue("sec-websocket-protocol", each, false))
        .findFirst()
        .orElse(null);
  }
}
