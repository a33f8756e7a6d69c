package io.weir.gateway.decode;

import io.airlift.compress.zstd.ZstdDecompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.ZstdFrames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Expands compressed payloads before a format reads them: gzip (RFC 1952), zlib (RFC 1950) and
 * Zstandard (RFC 8878). A content type such as {@code application/gzip} or {@code
 * application/json+zstd} says so and is held to it; without one they are known by their first
 * bytes, so that no device needs it. What expands beyond the limit is rejected, and no more than
 * the limit is ever held.
 *
 * <p>Few formats may begin with the magic of gzip or Zstandard: it is neither UTF-8 nor a whole
 * item of CBOR. Text may begin like zlib ({@code x^2}), a register of 8075 and two numbers of Avro
 * like gzip, and a field of protobuf like Zstandard; so what does not expand as such, and is not
 * declared as such, is left as it is there.
 */
final class ExpandingDecoder implements Decoder {

  /** A way of compressing. */
  private enum Compression {
    GZIP,
    ZSTD,
    ZLIB;

    /** What a content type declares; {@code null} where it is none of these. */
    static @Nullable Compression declared(@Nullable String contentType) {
      if (contentType == null) {
        return null;
      }
      String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
      return switch (type.substring(Math.max(type.lastIndexOf('/'), type.lastIndexOf('+')) + 1)) {
        case "gzip", "x-gzip" -> GZIP;
        case "zstd" -> ZSTD;
        case "zlib", "deflate" -> ZLIB;
        default -> null;
      };
    }

    /** What the first bytes look like. */
    static @Nullable Compression of(byte[] bytes) {
      if (bytes.length < 2) {
        return null;
      }
      return switch (bytes[0]) {
        case 0x1f -> startsWith(bytes, 0x1f, 0x8b) ? GZIP : null;
        case 0x28 -> startsWith(bytes, 0x28, 0xb5, 0x2f, 0xfd) ? ZSTD : null;
        case 0x78 -> isZlib(bytes) ? ZLIB : null;
        default -> null;
      };
    }

    /** With a dictionary, bit 5 of the second byte, it is a text such as {@code x?}. */
    private static boolean isZlib(byte[] bytes) {
      return bytes.length > 2 && (0x7800 | (bytes[1] & 0xff)) % 31 == 0 && (bytes[1] & 0x20) == 0;
    }

    InputStream open(InputStream in) throws IOException {
      return switch (this) {
        case GZIP -> new GZIPInputStream(in);
        case ZSTD -> new ZstdInputStream(in);
        case ZLIB -> new InflaterInputStream(in);
      };
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One for each source thread: it is large, and reusable once a frame is done. */
  private static final ThreadLocal<ZstdDecompressor> FRAMES =
      ThreadLocal.withInitial(ZstdDecompressor::new);

  private final Decoder format;
  private final int most;

  ExpandingDecoder(Decoder format, DecodeLimits limits) {
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
  public boolean takesAnyBytes() {
    return format.takesAnyBytes();
  }

  @Override
  public void decode(Payload payload, Output out) {
    Compression declared = Compression.declared(payload.contentType());
    Compression compression = declared == null ? Compression.of(payload.bytes()) : declared;
    if (compression == null) {
      format.decode(payload, out);
      return;
    }
    if (compression == Compression.ZSTD && ZstdFrames.areBeyond(payload.bytes(), most)) {
      out.rejected(tooLong(compression));
      return;
    }
    byte[] expanded;
    try {
      expanded = expanded(compression, payload.bytes());
    } catch (IOException | RuntimeException e) { // the Zstandard reader throws either for bad bytes
      if (declared == null && (compression == Compression.ZLIB || format.takesAnyBytes())) {
        format.decode(payload, out);
      } else {
        String what =
            declared == null
                ? compression + " that cannot be expanded: "
                : "declared as "
                    + Excerpt.of(String.valueOf(payload.contentType()))
                    + ", but cannot be expanded: ";
        out.rejected(new Rejected(Reason.MALFORMED, what + why(e)));
      }
      return;
    }
    if (expanded.length > most) {
      out.rejected(tooLong(compression));
    } else {
      out.expanded(compression.toString(), expanded.length);
      try (LargeMessages.Turn turn = LargeMessages.turn(expanded.length)) {
        format.decode(payload.with(expanded), out);
      }
    }
  }

  private Rejected tooLong(Compression compression) {
    return new Rejected(
        Reason.LIMIT, compression + " that expands to more than " + most + " bytes");
  }

  /** What it expands to, but no more than one byte beyond the most. */
  private byte[] expanded(Compression compression, byte[] bytes) throws IOException {
    byte[] frame = compression == Compression.ZSTD ? frame(bytes) : null;
    if (frame != null) {
      return frame;
    }
    try (InputStream in = compression.open(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(most + 1);
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
      int length = FRAMES.get().decompress(bytes, 0, bytes.length, expanded, 0, expanded.length);
      return length == expanded.length ? expanded : null;
    } catch (RuntimeException e) { // as the library has it: of several kinds for bad bytes
      return null;
    }
  }

  /** Whether the bytes begin as one that is read as it is where it cannot be expanded. */
  static boolean beginsLikeZlib(byte[] bytes) {
    return Compression.of(bytes) == Compression.ZLIB;
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

  private static String why(Exception e) {
    return e.getMessage() == null ? "it breaks off" : e.getMessage();
  }
}
