package io.weir.gateway.sink.embedded;

import io.weir.gateway.log.Time;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether the store may be written to: it runs, there is room on its disk beyond the reserve, and
 * no table is suspended. A full disk is worse for QuestDB than for the log, since it writes through
 * mapped memory; so it is not written to in time, and the readings stay in the log. Suspended
 * tables are resumed when there is room.
 *
 * <p>Safe for several threads.
 */
final class StoreWatch {

  private static final long RESUME_EVERY_NS = TimeUnit.SECONDS.toNanos(5);

  private final EmbeddedStore store;
  private final LongSupplier usableSpace;
  private final long reserve;
  private final Time time;
  private long resumeAtNs; // guarded by this

  /**
   * @param usableSpace of the store's disk, in bytes
   */
  StoreWatch(EmbeddedStore store, LongSupplier usableSpace, long reserve, Time time) {
    this.store = store;
    this.usableSpace = usableSpace;
    this.reserve = reserve;
    this.time = time;
    this.resumeAtNs = time.elapsedNs();
  }

  /** Why the store may not be written to now; "" where it may. */
  synchronized String fault() {
    String fault = store.fault();
    if (!fault.isEmpty()) {
      return fault;
    }
    long usable = usableSpace.getAsLong();
    if (usable < reserve) {
      return "the disk of the store has %d MiB left, and %d MiB are kept free (reserve)"
          .formatted(usable >> 20, reserve >> 20);
    }
    try {
      Set<String> suspended = store.suspended();
      return suspended.isEmpty()
          ? ""
          : "QuestDB has suspended the tables %s; %s"
              .formatted(String.join(", ", suspended), resumed());
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private String resumed() {
    if (time.elapsedNs() - resumeAtNs < 0) {
      return "they are resumed in a moment";
    }
    resumeAtNs = time.elapsedNs() + RESUME_EVERY_NS;
    try {
      store.resume();
      return "they are being resumed";
    } catch (IOException e) {
      return "resuming failed: " + e.getMessage();
    }
  }
}
