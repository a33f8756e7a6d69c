package io.weir.gateway.uplink;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDictCompress;
import com.github.luben.zstd.ZstdDictDecompress;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What sender and receiver know before the first byte: names and shapes that are usual in batches.
 * A batch says by number which one it was compressed with. The bytes of a number never change; a
 * better dictionary has the next number, and the ones before are still read.
 */
final class Dictionary {

  /** The one that batches are compressed with. */
  static final int NEWEST = 1;

  private static final int LEVEL = 9;

  private final ZstdDictCompress compress;
  private final ZstdDictDecompress decompress;

  private Dictionary(byte[] bytes) {
    compress = new ZstdDictCompress(bytes, LEVEL);
    decompress = new ZstdDictDecompress(bytes);
  }

  private static final Dictionary[] KNOWN = new Dictionary[NEWEST + 1];

  /** The dictionary of that number, {@code null} where this version does not have it. */
  static synchronized @Nullable Dictionary of(int number) {
    if (number < 1 || number > NEWEST) {
      return null;
    }
    if (KNOWN[number] == null) {
      KNOWN[number] = new Dictionary(read("dictionary-" + number + ".bin"));
    }
    return KNOWN[number];
  }

  private static byte[] read(String name) {
    try (InputStream in = Dictionary.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] compressed(byte[] bytes) {
    return Zstd.compress(bytes, compress);
  }

  /** The bytes of a frame, which must be exactly that many. */
  byte[] decompressed(byte[] frame, int length) throws BadBatchException {
    byte[] bytes = new byte[length];
    long got;
    try {
      got = Zstd.decompressFastDict(bytes, 0, frame, 0, frame.length, decompress);
    } catch (RuntimeException e) { // of the library, for a frame that is broken
      throw BadBatchException.broken("it cannot be decompressed: " + e.getMessage());
    }
    if (Zstd.isError(got)) {
      throw BadBatchException.broken("it cannot be decompressed: " + Zstd.getErrorName(got));
    }
    if (got != length) {
      throw BadBatchException.broken("it holds " + got + " bytes, not " + length + " as it says");
    }
    return bytes;
  }
}
