package io.weir.gateway.log;

import java.time.Instant;

/** The two clocks, as a parameter, so that a test can stop or move them. */
public interface Time {

  /** Wall time: nanoseconds since the epoch, UTC. May jump. For timestamps, never for waits. */
  long wallNs();

  /** Elapsed time: nanoseconds from an arbitrary start. Never jumps. For waits, not timestamps. */
  long elapsedNs();

  /** The instant of a wall time. */
  static Instant instant(long wallNs) {
    return Instant.ofEpochSecond(
        Math.floorDiv(wallNs, 1_000_000_000L), Math.floorMod(wallNs, 1_000_000_000L));
  }

  /** The clocks of the machine. */
  Time SYSTEM =
      new Time() {
        @Override
        public long wallNs() {
          Instant now = Instant.now();
          return Math.addExact(
              Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
        }

        @Override
        public long elapsedNs() {
          return System.nanoTime();
        }
      };
}
