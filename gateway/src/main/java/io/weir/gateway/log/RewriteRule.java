package io.weir.gateway.log;

import java.nio.ByteBuffer;

/**
 * What is left of each record when a segment is written again; see {@link SegmentLog#rewrite}. It
 * is asked for each record of the segment, in order, on the thread that called.
 */
@FunctionalInterface
public interface RewriteRule {

  /**
   * One record as it is held now.
   *
   * @param receiveTimeNs wall time of arrival, nanoseconds
   * @param kind the owner's kind of payload
   * @param units how many readings it holds; fewer than at first if it was replaced before
   * @param payload its bytes, read-only; valid until the rule has answered
   */
  record Held(long offset, long receiveTimeNs, int kind, int units, ByteBuffer payload) {}

  /** What is left of a record. */
  sealed interface Verdict {}

  /** The record stays as it is. */
  record Keep() implements Verdict {}

  /** Nothing is left: each consumer that has not read it counts its units as dropped. */
  record Drop() implements Verdict {}

  /**
   * Other bytes stand for the record; the kind stays.
   *
   * @param payload no longer than the one before; read before the rule is asked again
   * @param unitsLeft units of the new payload, not more than before; the others are dropped
   */
  record Replace(ByteBuffer payload, int unitsLeft) implements Verdict {}

  /** The one {@link Keep}. */
  Keep KEEP = new Keep();

  /** The one {@link Drop}. */
  Drop DROP = new Drop();

  /** What is left of a record. */
  Verdict judge(Held record);
}
