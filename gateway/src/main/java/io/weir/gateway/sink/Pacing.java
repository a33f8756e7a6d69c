package io.weir.gateway.sink;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When the next write may go. A circuit breaker opens on the first write that the store does not
 * answer or fails on; its open times are the back-off, growing and random, and its half-open state
 * lets one write through as a test. Answers about the data or the configuration do not open it: a
 * store that gives them is up. A busy store gets the time it asked for and a little more; a
 * configuration that it refuses is tried slowly. Writes that were under way together are one try: a
 * wait does not grow with how many of them failed.
 *
 * <p>Belongs to the drain's thread; {@link #breakerState()} may be read by others.
 */
final class Pacing {

  private static final Duration LONGEST_RETRY_AFTER = Duration.ofMinutes(10);
  private static final double JITTER = 0.1;
  private static final long BREAKER_POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A store that is away is tried at least every five seconds. */
  private static final BackOff USUAL = new BackOff(500, 0.5, 4_800);

  private static final BackOff SLOW = new BackOff(5_000, 0.2, 60_000);

  /**
   * A wait that doubles with each failure, up to a bound.
   *
   * @param spread which part of it is random, so that gateways spread out
   */
  private record BackOff(long firstMs, double spread, long longestMs) {

    long ms(int failures, RandomGenerator random) {
      double ms = firstMs * Math.pow(2, failures - 1);
      return (long) Math.min(ms * (1 + spread * (2 * random.nextDouble() - 1)), longestMs);
    }
  }

  private final Time time;
  private final RandomGenerator random;
  private final CircuitBreaker breaker;
  private volatile long notBefore;
  private int waits;

  /** When the newest wait for a store that answered was decided. */
  private long waitsSince;

  Pacing(String name, Time time) {
    this.time = time;
    this.random = new SplittableRandom(name.hashCode() ^ time.wallNs());
    this.notBefore = time.elapsedNs();
    this.breaker =
        CircuitBreaker.of(
            name,
            CircuitBreakerConfig.custom()
                .slidingWindow(1, 1, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .failureRateThreshold(100)
                .permittedNumberOfCallsInHalfOpenState(1)
                .waitIntervalFunctionInOpenState(this::opened)
                .recordResult(Answer.Down.class::isInstance)
                .clock(new ElapsedClock(time))
                .build());
  }

  /** Milliseconds for which the breaker opens; noted for {@link #waitSeconds()}. */
  private long opened(int attempt) {
    long ms = USUAL.ms(attempt, random);
    notBefore = time.elapsedNs() + TimeUnit.MILLISECONDS.toNanos(ms);
    return ms;
  }

  /**
   * Nanoseconds to wait; 0 gives the permission for one write, and its {@link #answered} must
   * follow.
   */
  long acquire() {
    long rest = notBefore - time.elapsedNs();
    if (rest > 0) {
      return rest;
    }
    return breaker.tryAcquirePermission() ? 0 : BREAKER_POLL_NS;
  }

  /** A write with permission has ended without an answer that counts. */
  void withdrawn() {
    breaker.releasePermission();
  }

  void answered(Answer answer, long tookNs) {
    breaker.onResult(tookNs, TimeUnit.NANOSECONDS, answer);
    if (answer instanceof Answer.Busy busy) {
      waitFor(busy.retryAfter(), USUAL, tookNs);
    } else if (answer instanceof Answer.Misconfigured) {
      waitFor(null, SLOW, tookNs);
    } else {
      waits = 0;
    }
  }

  /**
   * @param asked by the store, or {@code null}
   * @param tookNs of the write that it answered
   */
  private void waitFor(@Nullable Duration asked, BackOff backOff, long tookNs) {
    long now = time.elapsedNs();
    boolean isSameTry = waits > 0 && now - tookNs - waitsSince <= 0;
    if (!isSameTry) {
      waits++;
      waitsSince = now;
      notBefore = now + (asked == null ? backOff(backOff) : jittered(asked));
    } else if (asked != null) {
      long until = now + jittered(asked);
      notBefore = until - notBefore > 0 ? until : notBefore;
    }
  }

  private long backOff(BackOff backOff) {
    return TimeUnit.MILLISECONDS.toNanos(backOff.ms(waits, random));
  }

  private long jittered(Duration asked) {
    Duration bounded = asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked;
    double more = 1 + JITTER * random.nextDouble();
    return (long) (bounded.toNanos() * more);
  }

  /** Seconds left to wait, 0 where none. Any thread. */
  double waitSeconds() {
    return Math.max(0, (notBefore - time.elapsedNs()) / 1e9);
  }

  /** 0 closed, 1 half-open, 2 open. */
  int breakerState() {
    return stateOf(breaker);
  }

  /** A breaker's state as meters give it. */
  static int stateOf(CircuitBreaker breaker) {
    return switch (breaker.getState()) {
      case HALF_OPEN -> 1;
      case OPEN, FORCED_OPEN -> 2;
      default -> 0;
    };
  }
}
