package io.weir.gateway.decode.sparkplug;

import java.util.BitSet;

/**
 * The sequence numbers of one edge node: one counter over its own and its devices' messages, 0 to
 * 255 and around. A message ahead of its turn leaves a gap until those before it have come; one
 * that goes back without a gap to fill means that the counter began again without a birth. A number
 * twice in a row is a message sent twice and nothing more, unless its time says otherwise.
 */
final class Sequence {

  static final int BITS = 8;

  static final int ROUND = 1 << BITS;
  private static final int UNKNOWN = -1;

  /** More than these in a row are not lost one by one: it is an outage, and hides what was sent. */
  private static final int MOST_LOST = 8;

  private int next = UNKNOWN;

  /** Whether the number of that birth is the only one so far: some nodes do not count. */
  private boolean stands;

  private final BitSet missing = new BitSet(ROUND);
  private boolean wentBack;

  /** Begins with a birth that has this number; {@link Envelope#NO_SEQ} where it has none. */
  void begin(int seq) {
    forget();
    stands = seq != Envelope.NO_SEQ;
    next = stands ? after(seq) : UNKNOWN;
  }

  /**
   * Whether a birth of the node, which has the number 0, may be among the messages missing before
   * this one.
   *
   * @param interrupted whether messages can have been lost in between, any number of them
   * @param newer whether it is surely another message than the one before it
   */
  boolean mayHideBirth(int seq, boolean interrupted, boolean newer) {
    if (seq == Envelope.NO_SEQ || next == UNKNOWN) {
      return false;
    }
    int ahead = ahead(seq);
    boolean hides0 = ahead(0) < ahead;
    if (after(seq) == next) {
      return newer && !stands;
    }
    return isAhead(ahead)
        ? ahead > 0 && (interrupted || ahead > MOST_LOST || hides0)
        : goesBack(seq);
  }

  /** Whether it is the turn of a message. */
  boolean isNext(int seq) {
    return seq != Envelope.NO_SEQ && seq == next;
  }

  /** A message came. */
  void came(int seq) {
    if (seq == Envelope.NO_SEQ) {
      return;
    }
    stands &= after(seq) == next;
    if (next == UNKNOWN) {
      next = after(seq);
    } else if (isAhead(ahead(seq))) {
      for (int each = next; each != seq; each = after(each)) {
        missing.set(each);
      }
      missing.clear(seq);
      next = after(seq);
    } else if (missing.get(seq)) {
      missing.clear(seq);
    } else if (goesBack(seq)) {
      wentBack = true;
      next = after(seq);
    }
  }

  /** A message came that was sent before others that came. */
  void cameLate(int seq) {
    if (seq == next) {
      came(seq);
    } else if (seq != Envelope.NO_SEQ) {
      missing.clear(seq);
    }
  }

  /** How far a number is ahead of its turn, around the circle. */
  private int ahead(int seq) {
    return Math.floorMod(seq - next, ROUND);
  }

  private static boolean isAhead(int ahead) {
    return ahead < ROUND / 2;
  }

  private boolean goesBack(int seq) {
    return !missing.get(seq) && after(seq) != next;
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
