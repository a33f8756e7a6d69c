package io.weir.gateway.log;

import java.nio.ByteBuffer;

/**
 * A running total over all records that the owner wants back after a restart without reading the
 * whole log. Its bytes stand in each segment's header and are brought up to date from the records
 * of the tail segment.
 */
public interface Carried {

  /**
   * The total up to, and not including, the segment that is about to begin. Called under the append
   * lock.
   */
  byte[] snapshot();

  /** Takes up a total from a segment's header; empty bytes mean zero. */
  void restore(byte[] snapshot);

  /** Adds one record: at append, and while a tail is recovered. Called under the append lock. */
  void add(int kind, ByteBuffer payload);

  /** For a log whose owner carries nothing. */
  Carried NOTHING =
      new Carried() {
        @Override
        public byte[] snapshot() {
          return new byte[0];
        }

        @Override
        public void restore(byte[] snapshot) {
          // nothing is kept
        }

        @Override
        public void add(int kind, ByteBuffer payload) {
          // nothing is kept
        }
      };
}
