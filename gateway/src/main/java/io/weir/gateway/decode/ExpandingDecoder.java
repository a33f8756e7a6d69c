package io.weir.gateway.decode;

import io.airlift.compress.zstd.ZstdDecompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Expands compressed payloads before a format reads them: gzip (RFC 1952), zlib (RFC 1950) and
 * Zstandard (RFC 8878), known by their first bytes, so that no device needs a content type. What
 * expands beyond the limit is rejected, and no more than the limit is ever held.
 *
 * <p>No format begins with the magic of gzip or Zstandard: it is neither UTF-8, nor a field of
 * protobuf or CBOR that any format here has. Text may begin like zlib ({@code x^2}), so what does
 * not expand as such is left as it is.
 */
final class ExpandingDecoder implements Decoder {

  /** Opens what is compressed in one way. */
  private interface Opener {
    InputStream open(InputStream in) throws IOException;
  }

  private static final String ZSTD_NAME = "zstd";

  /** One for each source thread: it is large, and reusable once a frame is done. */
  private static final ThreadLocal<ZstdDecompressor> ZSTD =
      ThreadLocal.withInitial(ZstdDecompressor::new);

  private final Decoder format;
  private final int most;

  ExpandingDecoder(Decoder format, Limits limits) {
    this(format, limits.maxExpanded());
  }

  private ExpandingDecoder(Decoder format, int most) {
    this.format = format;
    this.most = most;
  }

  @Override
  public Decoder labelled(Set<String> fields) {
    return new ExpandingDecoder(format.labelled(fields), most);
  }

  @Override
  public boolean typesNumbers() {
    return format.typesNumbers();
  }

  @Override
  public void decode(Payload payload, Output out) {
    byte[] bytes = payload.bytes();
    if (startsWith(bytes, 0x1f, 0x8b)) {
      decode("gzip", GZIPInputStream::new, payload, false, out);
    } else if (startsWith(bytes, 0x28, 0xb5, 0x2f, 0xfd)) {
      zstd(payload, out);
    } else if (bytes.length > 2 && bytes[0] == 0x78 && (0x7800 | (bytes[1] & 0xff)) % 31 == 0) {
      decode("zlib", InflaterInputStream::new, payload, true, out);
    } else {
      format.decode(payload, out);
    }
  }

  private void zstd(Payload payload, Output out) {
    byte[] expanded = frame(payload.bytes());
    if (expanded == null) {
      decode(ZSTD_NAME, ZstdInputStream::new, payload, false, out);
    } else {
      decodeExpanded(ZSTD_NAME, payload, expanded, out);
    }
  }

  /**
   * What a frame that says how long it is expands to. A stream has buffers many times the size of
   * what a sensor sends; it reads the others, {@code null} here, and says what is wrong with them.
   */
  private byte @Nullable [] frame(byte[] bytes) {
    try {
      long size = ZstdDecompressor.getDecompressedSize(bytes, 0, bytes.length);
      if (size < 0 || size > most) {
        return null;
      }
      byte[] expanded = new byte[(int) size];
      int length = ZSTD.get().decompress(bytes, 0, bytes.length, expanded, 0, expanded.length);
      return length == expanded.length ? expanded : null;
    } catch (RuntimeException e) { // as the library has it: of several kinds for bad bytes
      return null;
    }
  }

  private static boolean startsWith(byte[] bytes, int... magic) {
    if (bytes.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((bytes[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * @param doubtful whether what does not expand may be no compressed payload at all
   */
  private void decode(String name, Opener opener, Payload payload, boolean doubtful, Output out) {
    byte[] expanded;
    try (InputStream in = opener.open(new ByteArrayInputStream(payload.bytes()))) {
      expanded = in.readNBytes(most + 1);
    } catch (IOException | RuntimeException e) { // the Zstandard reader throws either for bad bytes
      if (doubtful) {
        format.decode(payload, out);
      } else {
        out.rejected(new Rejected(Reason.MALFORMED, name + " that cannot be expanded: " + why(e)));
      }
      return;
    }
    if (expanded.length > most) {
      String detail = name + " that expands to more than " + most + " bytes";
      out.rejected(new Rejected(Reason.LIMIT, detail));
    } else {
      decodeExpanded(name, payload, expanded, out);
    }
  }

  private void decodeExpanded(String name, Payload payload, byte[] bytes, Output out) {
    out.expanded(name, bytes.length);
    format.decode(
        new Payload(payload.source(), payload.topic(), bytes, payload.receiveTimeNs()), out);
  }

  private static String why(Exception e) {
    return e.getMessage() == null ? "it breaks off" : e.getMessage();
  }
}
