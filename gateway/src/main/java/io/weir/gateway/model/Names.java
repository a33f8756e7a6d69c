package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
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
    int length = to - from;
    if (length > LONGEST) {
      return new String(bytes, from, length, UTF_8);
    }
    int hash = KnownBytes.hash(bytes, from, length);
    @Nullable String known = KNOWN.find(bytes, from, length, hash);
    if (known != null) {
      return known;
    }
    byte[] own = Arrays.copyOfRange(bytes, from, to);
    return KNOWN.put(own, hash, new String(own, UTF_8));
  }
}
