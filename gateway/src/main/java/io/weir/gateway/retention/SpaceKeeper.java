package io.weir.gateway.retention;

import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.OffsetRange;
import io.weir.gateway.log.RangeFeed;
import io.weir.gateway.log.Rewrite;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Time;
import io.weir.gateway.retention.Policy.Cause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps space free in one log. Segments that stay are packed, which costs nothing but work ({@link
 * Packer}). Where the log is nearly full, and all is packed, it writes segments again, one at a
 * time, by the {@link Policy}: of the lowest stage that frees anything, the oldest segment first,
 * until the log is below its lower mark. A segment is left alone
 *
 * <ul>
 *   <li>until the consumers inside the gateway, which are fast, have passed it;
 *   <li>while it holds records that a sink has sent before their turn: they count as stored there.
 * </ul>
 *
 * Belongs to the thread {@code retention}.
 */
final class SpaceKeeper {

  /** Above this share of its bound, space is freed. */
  static final double HIGH = 0.75;

  /** Down to this share. */
  static final double LOW = 0.70;

  /** Below this share nobody need think of it any more. */
  private static final double OVER = 0.50;

  private static final Logger LOG = LoggerFactory.getLogger(SpaceKeeper.class);
  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  private final SegmentLog log;
  private final String name;
  private final Policy policy;
  private final Set<String> inside;
  private final List<RangeFeed> sinks;
  private final Losses losses;
  private final ClockSteps clock;
  private final @Nullable Packer packer;

  /** What is known of segments, by first offset; found under {@link #foundUnder}. */
  private final Map<Long, Policy.Content> contents = new HashMap<>();

  private @Nullable Object foundUnder;
  private boolean freeing;
  private boolean saidNothingLeft;
  private boolean failing;
  private long lostBefore;
  private @Nullable Pending pending;

  /** A segment that was written again, until the log has it. */
  private record Pending(Rewrite rewrite, int stage, Policy.Rule rule) {}

  /**
   * @param packer of the log, if its segments are packed
   * @param inside names of the consumers that every record waits for
   * @param sinks the feeds of the stores
   */
  SpaceKeeper(
      SegmentLog log,
      Policy policy,
      @Nullable Packer packer,
      Set<String> inside,
      List<RangeFeed> sinks,
      Losses losses,
      Time time) {
    this.log = log;
    this.name = log.status().name();
    this.policy = policy;
    this.inside = Set.copyOf(inside);
    this.sinks = List.copyOf(sinks);
    this.losses = losses;
    this.clock = new ClockSteps(time);
    this.packer = packer;
  }

  /** Gives up what is being packed; for any thread. */
  void stop() {
    if (packer != null) {
      packer.stop();
    }
  }

  /**
   * Looks at one segment, or writes one again.
   *
   * @return nanoseconds after which another step can do more
   */
  long step() {
    try {
      long wait = work();
      failing = false;
      return wait;
    } catch (IOException | UncheckedIOException e) {
      if (!failing) {
        LOG.warn("Log {}: no space is freed now; trying again each second", name, e);
      }
      failing = true;
      return RETRY_NS;
    }
  }

  private long work() throws IOException {
    clock.look();
    if (!settled() || (packer != null && !packer.isSettled())) {
      return SOON_NS;
    }
    LogStatus now = log.status();
    Object rules = policy.rules();
    sayOver(now);
    boolean isNeeded = isNeeded(now);
    long untilPacking = packer == null ? IDLE_NS : packer.step(isNeeded);
    if (untilPacking == 0) {
      return 0; // what was packed need perhaps not be dropped
    }
    if (rules == null || !isNeeded) {
      freeing = false;
      contents.clear();
      return Math.min(IDLE_NS, untilPacking);
    }
    if (rules != foundUnder) {
      contents.clear();
      foundUnder = rules;
    }
    freeing = true;
    List<SealedSegment> open = log.sealed().stream().filter(this::mayChange).toList();
    for (SealedSegment segment : open) {
      if (!contents.containsKey(segment.first())) {
        contents.put(segment.first(), policy.look(segment));
        return 0;
      }
    }
    return free(open, now);
  }

  /** Whether the log is nearly full now. */
  boolean isPressed() {
    return isNeeded(log.status());
  }

  private boolean isNeeded(LogStatus now) {
    return now.bytes() > (freeing ? LOW : HIGH) * now.maxBytes();
  }

  /** Whether nothing is lost by changing it but what sinks have still to do. */
  private boolean mayChange(SealedSegment segment) {
    return !segment.waiting().isEmpty()
        && segment.waiting().stream().noneMatch(inside::contains)
        && sinks.stream()
            .flatMap(sink -> sink.doneAbove().stream())
            .noneMatch(done -> overlaps(done, segment));
  }

  private static boolean overlaps(OffsetRange done, SealedSegment segment) {
    return done.from() < segment.end() && segment.first() < done.to();
  }

  /** Writes a segment again; the log puts the new file in its place in its next round. */
  private long free(List<SealedSegment> open, LogStatus now) throws IOException {
    SealedSegment next = null;
    int stage = Policy.NONE;
    for (SealedSegment segment : open) {
      Policy.Content content = contents.get(segment.first());
      int first = content == null ? Policy.NONE : content.firstStage(clock);
      if (first < stage) {
        next = segment;
        stage = first;
      }
    }
    if (next == null) {
      sayNothingLeft(now);
      return IDLE_NS;
    }
    long inEveryStore = sinks.stream().mapToLong(RangeFeed::committed).min().orElse(0);
    Policy.Rule rule = policy.rule(stage, next, inEveryStore, clock);
    pending = new Pending(log.rewrite(next.first(), rule), stage, rule);
    return settled() ? 0 : SOON_NS;
  }

  /** Whether no new file waits for the log; notes what became of the last one. */
  private boolean settled() throws IOException {
    Pending last = pending;
    if (last == null) {
      return true;
    }
    Rewrite rewrite = last.rewrite();
    Rewrite.State state = rewrite.state();
    if (state == Rewrite.State.WAITING) {
      return false;
    }
    pending = null;
    switch (state) {
      case DONE -> {
        contents.remove(rewrite.first());
        count(last);
      }
      case TOO_LITTLE, DAMAGED -> {
        Policy.Content content = contents.get(rewrite.first());
        if (content != null) {
          content.exhaust(last.stage());
        }
      }
      case FAILED -> {
        contents.remove(rewrite.first());
        if (log.sealed().stream().noneMatch(one -> one.first() == rewrite.first())) {
          return true; // every consumer has passed it meanwhile
        }
        throw new IOException("the new file of segment " + rewrite.first() + " was not taken");
      }
      default -> throw new IllegalStateException("a rewrite is " + state);
    }
    return true;
  }

  private void count(Pending done) {
    Map<Cause, Long> lost = done.rule().lost();
    if (!losses.isOngoing() && lost.keySet().stream().anyMatch(Cause::isLoss)) {
      losses.ongoing(true);
      lostBefore = losses.lost();
      LOG.warn(
          "Log {} is nearly full: readings that a store has not received are thinned out or"
              + " dropped, as configured",
          name);
    }
    lost.forEach(losses::add);
  }

  private void sayNothingLeft(LogStatus now) {
    if (!saidNothingLeft) {
      saidNothingLeft = true;
      LOG.warn(
          "Log {}: nothing more may be dropped at {} % of its bound",
          name, Math.round(100.0 * now.bytes() / now.maxBytes()));
    }
  }

  private void sayOver(LogStatus now) {
    if (now.bytes() > OVER * now.maxBytes()) {
      return;
    }
    saidNothingLeft = false;
    if (losses.isOngoing()) {
      losses.ongoing(false);
      LOG.info(
          "Log {} has room again: {} readings were thinned out or dropped",
          name,
          losses.lost() - lostBefore);
    }
  }
}
