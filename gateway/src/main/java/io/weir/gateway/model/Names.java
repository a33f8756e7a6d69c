package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names of a process: topics, metrics, sources, words. What stands in many messages is one
 * instance, found by its bytes, so that it is neither made nor hashed again. For any thread.
 */
public final class Names {

  /** What is longer is made each time. */
  static final int LONGEST = 256;

  /** A longer text is made each time; most words, such as those of states, are shorter. */
  private static final int LONGEST_WORD = 32;

  private static final int MOST_WORDS = 1024;

  private static final KnownBytes<String> KNOWN = new KnownBytes<>(KnownBytes.places());

  /** Apart from names, so that texts without end make no name forgotten. */
  private static final KnownBytes<String> WORDS = new KnownBytes<>(MOST_WORDS);

  /** The other way round: names, each in the place of its hash, until another takes the place. */
  private static final KnownBytes.Known<String>[] WRITTEN = places();

  /** Names that others are under, each in the place of its hash, which the newest one takes. */
  private static final @Nullable String[] SHARED = new String[1024];

  private static final Turnover TURNOVER = new Turnover();

  private Names() {}

  /** The name whose UTF-8 this is; what is not UTF-8 becomes U+FFFD. */
  public static String of(byte[] bytes, int from, int to) {
    return to - from > LONGEST
        ? new String(bytes, from, to - from, UTF_8)
        : known(bytes, from, to).value();
  }

  /** A text that is a value; a short one that came before is the same instance. */
  static String text(byte[] bytes, int from, int to) {
    return to - from > LONGEST_WORD
        ? new String(bytes, from, to - from, UTF_8)
        : known(WORDS, bytes, from, to).value();
  }

  /**
   * A name that many have in common, such as that of a line: of those made lately that are equal,
   * one instance. A thousand such names are known at once; of more, some are made again.
   */
  static String shared(String name) {
    int hash = name.hashCode();
    int place = (hash ^ hash >>> 16) & (SHARED.length - 1);
    String known = SHARED[place];
    if (known != null && known.equals(name)) {
      return known;
    }
    if (name.length() <= LONGEST) {
      SHARED[place] = name;
    }
    return name;
  }

  /** A name of at most {@link #LONGEST} bytes, together with these. */
  static KnownBytes.Known<String> known(byte[] bytes, int from, int to) {
    return known(KNOWN, bytes, from, to);
  }

  private static KnownBytes.Known<String> known(
      KnownBytes<String> among, byte[] bytes, int from, int to) {
    int hash = KnownBytes.hash(bytes, from, to - from);
    KnownBytes.@Nullable Known<String> known = among.find(bytes, from, to - from, hash);
    if (known != null) {
      return known;
    }
    byte[] own = Arrays.copyOfRange(bytes, from, to);
    return among.put(own, hash, new String(own, UTF_8));
  }

  /** Looks at names before they are asked for, by the hashes of their bytes. */
  static long look(int[] hashes, int count) {
    return KNOWN.look(hashes, count);
  }

  /** A name in UTF-8; whoever asks leaves the bytes as they are. */
  static byte[] bytes(String name) {
    int place = name.hashCode() & (WRITTEN.length - 1);
    KnownBytes.@Nullable Known<String> known = WRITTEN[place];
    if (known != null && known.value().equals(name)) {
      return known.bytes();
    }
    byte[] bytes = name.getBytes(UTF_8);
    if (bytes.length > LONGEST) {
      return bytes;
    }
    String read = new String(bytes, UTF_8);
    if (!read.equals(name)) {
      return bytes; // half a surrogate pair is written as '?', and must not be read from that
    }
    int hash = KnownBytes.hash(bytes, 0, bytes.length);
    KnownBytes.Known<String> kept = KNOWN.put(bytes, hash, name);
    if (known == null || TURNOVER.takes(1)) {
      WRITTEN[place] = kept;
    }
    return kept.bytes();
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static KnownBytes.Known<String>[] places() {
    return new KnownBytes.Known[KnownBytes.places()];
  }
}
