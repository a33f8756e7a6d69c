package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The 64-bit FNV-1a hash (draft-eastlake-fnv), one octet or text at a time. */
final class Fnv1a {

  /** The offset basis: the hash of nothing. */
  static final long START = 0xcbf29ce484222325L;

  private static final long PRIME = 0x100000001b3L;

  private Fnv1a() {}

  static long octet(long hash, int octet) {
    return (hash ^ (octet & 0xff)) * PRIME;
  }

  /** A text in UTF-8, with a 0 behind it so that neighbours stay apart. */
  static long text(long hash, String text) {
    long next = hash;
    for (byte octet : text.getBytes(UTF_8)) {
      next = octet(next, octet);
    }
    return octet(next, 0);
  }
}
