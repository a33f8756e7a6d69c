package io.weir.gateway.decode.sparkplug;

import java.util.BitSet;

/**
 * The sequence numbers of one edge node: one counter over its own and its devices' messages, 0 to
 * 255 and around. A message ahead of its turn leaves a gap until those before it have come; one
 * that goes back without a gap to fill means that the counter began again without a birth. A number
 * sent twice in a row is a message sent twice and nothing more.
 */
final class Sequence {

  static final int BITS = 8;

  private static final int ROUND = 1 << BITS;
  private static final int UNKNOWN = -1;

  private int next = UNKNOWN;
  private final BitSet missing = new BitSet(ROUND);
  private boolean wentBack;

  /** Begins with a birth that has this number; {@link Envelope#NO_SEQ} where it has none. */
  void begin(int seq) {
    forget();
    next = seq == Envelope.NO_SEQ ? UNKNOWN : after(seq);
  }

  /** A message came. */
  void came(int seq) {
    if (seq == Envelope.NO_SEQ) {
      return;
    }
    if (next == UNKNOWN) {
      next = after(seq);
      return;
    }
    int ahead = Math.floorMod(seq - next, ROUND);
    if (ahead < ROUND / 2) {
      for (int each = next; each != seq; each = after(each)) {
        missing.set(each);
      }
      missing.clear(seq);
      next = after(seq);
    } else if (missing.get(seq)) {
      missing.clear(seq);
    } else if (after(seq) != next) {
      wentBack = true;
      next = after(seq);
    }
  }

  private static int after(int seq) {
    return (seq + 1) % ROUND;
  }

  /** Whether a message is missing now. */
  boolean isBroken() {
    return wentBack || !missing.isEmpty();
  }

  /** Takes what is missing as lost, and goes on from here. */
  void forget() {
    missing.clear();
    wentBack = false;
  }
}
