package io.weir.gateway.source.http;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdInputStream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** A request's body, whole, within its limit both packed and unpacked. */
final class Body {

  /** Opens what is packed in one way. */
  private interface Opener {
    InputStream open(InputStream in) throws IOException;
  }

  /** By the names of Content-Encoding (RFC 9110, RFC 8878). */
  private static final Map<String, Opener> OPENERS =
      Map.of(
          "gzip", GZIPInputStream::new,
          "deflate", InflaterInputStream::new,
          "zstd", ZstdInputStream::new);

  private static final String IDENTITY = "identity";

  private final int max;
  private final String encoding;
  private final Budget.Share share;
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  private Body(int max, String encoding, Budget.Share share) {
    this.max = max;
    this.encoding = encoding;
    this.share = share;
  }

  /** Reads it; signals a {@link Refusal} where it is too long or in an unknown encoding. */
  static Mono<Body> of(HttpServerRequest request, int max, Budget.Share share) {
    HttpHeaders headers = request.requestHeaders();
    String encoding =
        headers.get(HttpHeaderNames.CONTENT_ENCODING, IDENTITY).trim().toLowerCase(Locale.ROOT);
    if (!OPENERS.containsKey(encoding) && !encoding.equals(IDENTITY)) {
      return Mono.error(
          new Refusal(
              415,
              "Unknown content encoding",
              "send the body as it is, or with gzip, deflate or zstd"));
    }
    // a length that says the body is too long spares both sides the sending of it
    if (announced(headers) > max) {
      return Mono.error(tooLong(max));
    }
    return request.receive().collect(() -> new Body(max, encoding, share), Body::add);
  }

  private static long announced(HttpHeaders headers) {
    try {
      return Long.parseLong(headers.get(HttpHeaderNames.CONTENT_LENGTH, "-1").trim());
    } catch (NumberFormatException e) {
      return -1; // the bytes themselves are counted below
    }
  }

  private void add(ByteBuf part) {
    int length = part.readableBytes();
    if (received.size() + (long) length > max) {
      throw tooLong(max);
    }
    share.grow(length);
    byte[] bytes = new byte[length];
    part.readBytes(bytes);
    received.writeBytes(bytes);
  }

  /** The bytes as the sender meant them. */
  byte[] bytes() {
    byte[] packed = received.toByteArray();
    Opener opener = OPENERS.get(encoding);
    if (opener == null) {
      return packed;
    }
    share.grow(max);
    try (InputStream in = opener.open(new ByteArrayInputStream(packed))) {
      byte[] unpacked = in.readNBytes(max + 1);
      if (unpacked.length > max) {
        throw tooLong(max);
      }
      return unpacked;
    } catch (IOException | MalformedInputException e) {
      throw new Refusal(
          400, "Broken " + encoding, "the body cannot be unpacked: " + e.getMessage());
    }
  }

  private static Refusal tooLong(int max) {
    return new Refusal(
        413, "Body too long", "a body holds at most " + max + " bytes; send it in parts");
  }
}
