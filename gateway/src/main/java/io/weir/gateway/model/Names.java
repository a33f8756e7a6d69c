package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The names of a process: topics, metrics, sources. What stands in many messages is one instance,
 * found by its bytes, so that it is neither made nor hashed again. For any thread.
 */
public final class Names {

  /** What is longer is made each time. */
  private static final int LONGEST = 256;

  private static final KnownBytes<String> KNOWN = new KnownBytes<>(KnownBytes.places());

  private Names() {}

  /** The name whose UTF-8 this is; what is not UTF-8 becomes U+FFFD. */
  public static String of(byte[] bytes, int from, int to) {
    return of(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), from, to - from);
  }

  /**
   * The same of some bytes of a buffer, whose position stays.
   *
   * @param in little-endian
   */
  static String of(ByteBuffer in, int from, int length) {
    if (length > LONGEST) {
      return new String(copy(in, from, length), UTF_8);
    }
    int hash = KnownBytes.hash(in, from, length);
    @Nullable String known = KNOWN.find(in, from, length, hash);
    if (known != null) {
      return known;
    }
    byte[] bytes = copy(in, from, length);
    return KNOWN.put(bytes, hash, new String(bytes, UTF_8));
  }

  private static byte[] copy(ByteBuffer in, int from, int length) {
    byte[] bytes = new byte[length];
    in.get(from, bytes);
    return bytes;
  }
}
