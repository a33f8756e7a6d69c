package io.weir.gateway.retention;

import io.weir.gateway.log.Rewrite;
import io.weir.gateway.log.RewriteRule;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Packs the segments of one log that a store has still to read, so that an outage takes less of the
 * disk. A segment is left for a minute, since most are read and gone by then, and until the
 * consumers inside the gateway have passed it. Packing takes a tenth of a core at most, unless a
 * log is nearly full; for what is only kept beside the log, a fiftieth. It rests after each few
 * milliseconds: a file takes a second of a core, which the intake may want. After a rest it gives
 * up a file that nobody needs any more. Belongs to the thread {@code retention}.
 */
final class Packer {

  /** A segment that stays for so long is worth the work. */
  static final long AFTER_NS = TimeUnit.MINUTES.toNanos(1);

  /** Work before a rest. */
  static final long WORK_NS = TimeUnit.MILLISECONDS.toNanos(5);

  /** A rest, this many times as long as the work before it. */
  private static final long REST = 9;

  private static final long REST_AFTER_KEPT = 49;

  /** One that became no shorter, or that the disk did not return, is left for so long. */
  private static final long AGAIN_AFTER_NS = TimeUnit.HOURS.toNanos(1);

  private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(1);

  private final SegmentLog log;
  private final Set<String> inside;
  private final Time time;

  /** When segments were first seen, by first offset. */
  private final Map<Long, Long> seenNs = new HashMap<>();

  /** When a segment that was tried in vain may be tried again, by first offset. */
  private final Map<Long, Long> notBeforeNs = new HashMap<>();

  private final Rest rest;
  private long restUntilNs;

  // Of what is being packed.
  private long restTimes;
  private long worksSinceNs;
  private long asksAtNs;

  private volatile boolean stopped;
  private @Nullable Rewrite pending;

  /** How it rests in the middle of a file. */
  interface Rest {

    /**
     * Waits on the caller's thread, unless there is no time for that.
     *
     * @return whether it waited
     */
    boolean tryFor(long ns);
  }

  /**
   * @param inside names of the consumers that every record waits for
   */
  Packer(SegmentLog log, Set<String> inside, Time time, Rest rest) {
    this.log = log;
    this.inside = Set.copyOf(inside);
    this.time = time;
    this.rest = rest;
    restUntilNs = time.elapsedNs();
  }

  /** Gives up the segment that is being packed; for any thread. */
  void stop() {
    stopped = true;
  }

  /** Whether no new file waits for the log. */
  boolean isSettled() {
    return pending == null || pending.state() != Rewrite.State.WAITING;
  }

  /**
   * Packs a segment, if there is one. To be called while no new file waits for the log.
   *
   * @param pressing whether the log is nearly full: then at once, and without a rest
   * @return nanoseconds after which another call can do more; 0 if this one did something
   */
  long step(boolean pressing) throws IOException {
    long now = time.elapsedNs();
    if (!pressing && now - restUntilNs < 0) {
      return restUntilNs - now;
    }
    List<SealedSegment> sealed = log.sealed();
    Set<Long> there = new HashSet<>();
    sealed.forEach(segment -> there.add(segment.first()));
    seenNs.keySet().retainAll(there);
    notBeforeNs.keySet().retainAll(there);
    there.forEach(first -> seenNs.putIfAbsent(first, now));
    Predicate<SealedSegment> isRipe =
        segment -> pressing || now - seenNs.getOrDefault(segment.first(), now) >= AFTER_NS;
    SealedSegment next =
        sealed.stream()
            .filter(segment -> mayPack(segment, now))
            .filter(isRipe)
            .findFirst()
            .orElse(null);
    restTimes = next == null ? REST_AFTER_KEPT : REST;
    worksFrom(now);
    try {
      if (next != null) {
        pack(next);
      } else if (pressing || !log.packKept(() -> eachRecord(() -> true))) {
        return IDLE_NS;
      }
    } catch (CancellationException e) {
      return IDLE_NS; // nothing has changed
    }
    long end = time.elapsedNs();
    restUntilNs = end + restTimes * (end - worksSinceNs);
    return 0;
  }

  private void pack(SealedSegment segment) throws IOException {
    notBeforeNs.put(segment.first(), time.elapsedNs() + AGAIN_AFTER_NS);
    BooleanSupplier isWaitedFor = () -> isWaitedFor(segment);
    pending =
        log.rewrite(
            segment.first(),
            record -> {
              eachRecord(isWaitedFor);
              return RewriteRule.KEEP;
            });
  }

  /** Whether the log still has it, for a consumer that has still to read it. */
  private boolean isWaitedFor(SealedSegment segment) {
    return log.sealed().stream()
        .anyMatch(now -> now.first() == segment.first() && !now.waiting().isEmpty());
  }

  /**
   * @param isNeeded whether the file is still worth the work; asked after each rest
   */
  private void eachRecord(BooleanSupplier isNeeded) {
    if (stopped) {
      throw new CancellationException();
    }
    long now = time.elapsedNs();
    if (now - asksAtNs < 0) {
      return;
    }
    asksAtNs = now + WORK_NS;
    if (rest.tryFor(restTimes * (now - worksSinceNs))) {
      worksFrom(time.elapsedNs());
      if (!isNeeded.getAsBoolean()) {
        throw new CancellationException();
      }
    }
  }

  private void worksFrom(long ns) {
    worksSinceNs = ns;
    asksAtNs = ns + WORK_NS;
  }

  private boolean mayPack(SealedSegment segment, long now) {
    return !segment.packed()
        && now - notBeforeNs.getOrDefault(segment.first(), now) >= 0
        && !segment.waiting().isEmpty()
        && segment.waiting().stream().noneMatch(inside::contains);
  }
}
