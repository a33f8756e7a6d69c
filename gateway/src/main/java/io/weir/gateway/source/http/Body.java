package io.weir.gateway.source.http;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** Collects the body of a request, within its limit and the budget of all. */
final class Body {

  private final int max;
  private final Budget.Share share;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  private Body(int max, Budget.Share share) {
    this.max = max;
    this.share = share;
  }

  /** The bytes as they came; signals a {@link Refusal} if there are too many. */
  static Mono<byte[]> of(HttpServerRequest request, int max, Budget.Share share) {
    return request
        .receive()
        .collect(() -> new Body(max, share), Body::add)
        .map(body -> body.received.toByteArray());
  }

  private void add(ByteBuf part) {
    int length = part.readableBytes();
    if (received.size() + (long) length > max) {
      throw Refusal.tooLong(max);
    }
    share.grow(length);
    byte[] bytes = new byte[length];
    part.readBytes(bytes);
    received.writeBytes(bytes);
  }
}
