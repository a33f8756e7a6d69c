package io.weir.gateway.log;

import java.nio.ByteBuffer;

/**
 * A running total over all synced records that the owner wants back after a restart without reading
 * the whole log. Its bytes stand in each segment's header and are brought up to date from the
 * records of the tail segment.
 *
 * <p>Every method is called by one thread at a time: the one that opens the log, then {@code
 * log-sync}. A record is added once it is synced, in log order, and before its {@link Synced} runs,
 * so what a failed sync lost was never counted. An owner that shows its total to other threads
 * publishes it itself.
 */
public interface RunningTotal {

  /** The total up to, and not including, the segment that is about to begin; at most 1 MiB. */
  byte[] snapshot();

  /** Takes up a total from a segment's header; empty bytes mean zero. */
  void restore(byte[] snapshot);

  /** Adds one record: once it is synced, and while a tail is recovered. The payload is a view. */
  void add(int kind, ByteBuffer payload);

  /** For a log whose owner carries nothing. */
  RunningTotal NOTHING =
      new RunningTotal() {
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
