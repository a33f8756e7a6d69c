package io.weir.gateway.http;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** The body of a request, whole, within a bound that holds before and after decompression. */
public final class Body {

  private Body() {}

  /**
   * Reads it. Signals a {@link Problem}: 413 past {@code maxBytes}, 415 for a content encoding
   * other than gzip, 400 for a broken one.
   */
  public static Mono<byte[]> read(HttpServerRequest request, int maxBytes) {
    String encoding = request.requestHeaders().get("content-encoding");
    boolean gzip = "gzip".equalsIgnoreCase(encoding);
    if (encoding != null && !gzip && !"identity".equalsIgnoreCase(encoding)) {
      return Mono.error(
          new Problem(
                  415,
                  "Unsupported content encoding",
                  "send the body plain or with gzip, not "
                      + encoding.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9, ;=.*-]", "?"))
              .header("accept-encoding", "gzip, identity"));
    }
    return request
        .receive()
        .collect(() -> new Gathered(maxBytes), Gathered::add)
        .map(gathered -> gzip ? unzip(gathered.bytes(), maxBytes) : gathered.bytes());
  }

  /** Answers 413 at once where the length is announced. */
  static void checkAnnounced(@Nullable String contentLength, int maxBytes) {
    if (contentLength != null) {
      try {
        if (Long.parseLong(contentLength) > maxBytes) {
          throw tooLarge(maxBytes);
        }
      } catch (NumberFormatException e) {
        throw new Problem(400, "Bad request", "content-length is not a number");
      }
    }
  }

  private static final class Gathered {
    private final int maxBytes;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(1024);

    Gathered(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    void add(ByteBuf part) {
      if (part.readableBytes() > maxBytes - out.size()) {
        throw tooLarge(maxBytes);
      }
      try {
        part.readBytes(out, part.readableBytes());
      } catch (IOException e) {
        throw new AssertionError("memory does not fail to write", e);
      }
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  private static byte[] unzip(byte[] zipped, int maxBytes) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      byte[] plain = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw tooLarge(maxBytes);
      }
      return plain;
    } catch (IOException e) {
      throw new Problem(400, "Bad request", "the body is not whole gzip: " + e.getMessage());
    }
  }

  private static Problem tooLarge(int maxBytes) {
    return new Problem(
        413,
        "Content too large",
        "a body may have " + maxBytes + " bytes (http.max-body-size); send it in smaller parts");
  }
}
