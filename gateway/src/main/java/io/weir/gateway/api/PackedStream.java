package io.weir.gateway.api;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/**
 * A stream in gzip (RFC 1952) whose parts all clients share. No part refers to another one, and
 * each ends at a byte, so a client can miss some. A stream has no end, and therefore no checksum.
 */
public final class PackedStream {

  /** What each client is sent first: gzip, by deflate, of no named file and no named system. */
  static final byte[] BEGIN = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private static final int BUFFER = 16_384;

  private PackedStream() {}

  /** Packs some bytes; who unpacks the part has all of them. */
  public static byte[] part(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(bytes);
      ByteArrayOutputStream part = new ByteArrayOutputStream(bytes.length / 4);
      byte[] buffer = new byte[BUFFER];
      int length;
      do {
        length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        part.write(buffer, 0, length);
      } while (length == buffer.length);
      return part.toByteArray();
    } finally {
      deflater.end();
    }
  }
}
