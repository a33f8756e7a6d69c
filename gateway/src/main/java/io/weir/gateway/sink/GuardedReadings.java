package io.weir.gateway.sink;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Asks a store for readings only while it can well answer. A circuit breaker opens on the first
 * question that the store fails on, and when three in a row took {@link #SLOW} or longer: it is
 * needed for what is written now. While the breaker is open, a question fails at once; then one is
 * let through as a test. So one question, or three slow ones, is all that a store in trouble gets
 * in {@link #OPEN}, and all that its caller waits for.
 *
 * <p>It is apart from the breaker of the writes: a store that takes readings may be too busy to
 * give some back.
 *
 * <p>For one thread at a time.
 */
public final class GuardedReadings implements StoreReadings {

  /** A question that takes longer is a burden. */
  static final Duration SLOW = Duration.ofSeconds(5);

  /** For so long the store is left alone. */
  static final Duration OPEN = Duration.ofSeconds(50);

  private static final int SLOW_QUESTIONS = 3;

  private final StoreReadings store;
  private final Time time;

  /** Opens on a failure. */
  private final CircuitBreaker failing;

  /** Opens on slow answers. */
  private final CircuitBreaker slow;

  private String why = "";
  private long since;

  public GuardedReadings(String name, StoreReadings store, Time time) {
    this.store = store;
    this.time = time;
    failing = breaker(name + ", failing", time, 1);
    slow = breaker(name + ", slow", time, SLOW_QUESTIONS);
  }

  private static CircuitBreaker breaker(String name, Time time, int questions) {
    return CircuitBreaker.of(
        name,
        CircuitBreakerConfig.custom()
            .slidingWindow(questions, questions, CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
            .failureRateThreshold(100)
            .permittedNumberOfCallsInHalfOpenState(1)
            .waitDurationInOpenState(OPEN)
            .clock(new ElapsedClock(time))
            .build());
  }

  /** The circuit breaker: 0 closed, 1 half-open, 2 open. For any thread. */
  public int breakerState() {
    return Math.max(Pacing.stateOf(failing), Pacing.stateOf(slow));
  }

  private interface Asking<T> {
    T ask() throws IOException;
  }

  @Override
  public String field(String metric) {
    return store.field(metric);
  }

  @Override
  public List<Table> tables() throws IOException {
    return ask(store::tables);
  }

  @Override
  public Rows rows(Question question, int most) throws IOException {
    return ask(() -> store.rows(question, most));
  }

  @Override
  public List<Sample> samples(Question question, long stepNs) throws IOException {
    return ask(() -> store.samples(question, stepNs));
  }

  private <T> T ask(Asking<T> question) throws IOException {
    if (!failing.tryAcquirePermission()) {
      throw notAsked();
    }
    if (!slow.tryAcquirePermission()) {
      failing.releasePermission();
      throw notAsked();
    }
    long begin = time.elapsedNs();
    try {
      T answer = question.ask();
      answered(time.elapsedNs() - begin);
      return answer;
    } catch (TooLongException e) { // it has answered: the question was too wide
      answered(time.elapsedNs() - begin);
      throw e;
    } catch (IOException | RuntimeException e) {
      failed(time.elapsedNs() - begin, e);
      throw e;
    }
  }

  private IOException notAsked() {
    long rest = Math.max(1, OPEN.toSeconds() - (time.elapsedNs() - since) / 1_000_000_000L);
    return new IOException(why + "; it is left alone for " + rest + " s more");
  }

  private void answered(long tookNs) {
    failing.onSuccess(tookNs, TimeUnit.NANOSECONDS);
    if (tookNs < SLOW.toNanos()) {
      slow.onSuccess(tookNs, TimeUnit.NANOSECONDS);
      return;
    }
    why = "it answers slowly: " + TimeUnit.NANOSECONDS.toSeconds(tookNs) + " s for one page";
    since = time.elapsedNs();
    slow.onError(tookNs, TimeUnit.NANOSECONDS, new IOException(why));
  }

  private void failed(long tookNs, Exception failure) {
    why = Failure.inWords(failure);
    since = time.elapsedNs();
    slow.releasePermission();
    failing.onError(tookNs, TimeUnit.NANOSECONDS, failure);
  }
}
