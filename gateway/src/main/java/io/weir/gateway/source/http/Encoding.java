package io.weir.gateway.source.http;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdInputStream;
import io.weir.gateway.model.ZstdFrames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** A Content-Encoding (RFC 9110, RFC 8878): how a body is packed. */
record Encoding(String name) {

  private interface Opener {
    InputStream open(InputStream in) throws IOException;
  }

  private static final Map<String, Opener> OPENERS =
      Map.of(
          "gzip", GZIPInputStream::new,
          "deflate", InflaterInputStream::new,
          "zstd", ZstdInputStream::new);

  private static final String IDENTITY = "identity";

  /**
   * @param header as the request gives it
   * @throws Refusal if it is unknown
   */
  static Encoding of(@Nullable String header) {
    String name = header == null ? IDENTITY : header.trim().toLowerCase(Locale.ROOT);
    if (!OPENERS.containsKey(name) && !name.equals(IDENTITY)) {
      throw new Refusal(
          415,
          "Unknown content encoding",
          "send the body without encoding, or with gzip, deflate or zstd");
    }
    return new Encoding(name);
  }

  boolean isPacked() {
    return OPENERS.containsKey(name);
  }

  /**
   * The body without the encoding.
   *
   * @throws Refusal if it is broken, or longer than {@code max} bytes
   */
  byte[] unpack(byte[] body, int max) {
    Opener opener = OPENERS.get(name);
    if (opener == null) {
      return body;
    }
    if (name.equals("zstd") && ZstdFrames.areBeyond(body, max)) {
      throw Refusal.tooLong(max);
    }
    try (InputStream in = opener.open(new ByteArrayInputStream(body))) {
      byte[] unpacked = in.readNBytes(max + 1);
      if (unpacked.length > max) {
        throw Refusal.tooLong(max);
      }
      return unpacked;
    } catch (IOException | MalformedInputException e) {
      throw new Refusal(400, "Broken " + name, "the body cannot be unpacked: " + e.getMessage());
    }
  }
}
