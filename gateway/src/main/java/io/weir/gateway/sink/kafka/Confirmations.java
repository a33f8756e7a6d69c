package io.weir.gateway.sink.kafka;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Reason;
import io.weir.gateway.sink.Sink.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The confirmations of the records of one write. The producer's thread reports them, and the
 * drain's writer waits for them. While it gives records it does not count here, so that the two
 * threads do not take the same memory from each other at each record.
 */
final class Confirmations {

  private static final long LONGEST_END_NS = TimeUnit.SECONDS.toNanos(1);

  /** How exactly it is known when something was confirmed. */
  private static final long EXACTLY_NS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Time time;
  private final List<Answer.RefusedLine> refused = new ArrayList<>();

  /** Records given that the producer is not done with; below 0 until it is said how many. */
  private final AtomicInteger open = new AtomicInteger();

  /** By place in the write. Of the producer's thread until {@link #open} says that it is done. */
  private final boolean[] confirmed;

  private volatile long lastAtNs;
  private volatile @Nullable Throwable failure;

  /**
   * @param entries of the write
   */
  Confirmations(Time time, int entries) {
    this.time = time;
    this.confirmed = new boolean[entries];
    this.lastAtNs = time.elapsedNs();
  }

  /** The brokers had others to confirm before: they may take their time from now on. */
  void waitFromNow() {
    lastAtNs = time.elapsedNs();
  }

  /** This many records were given to the producer, and no more will be. Said before any waits. */
  void given(int count) {
    open.addAndGet(count);
  }

  /** The record at a place of the write is refused for good, by us or by the brokers. */
  synchronized void refuse(int index, Reason reason, String detail) {
    refused.add(new Answer.RefusedLine(index, reason, detail));
  }

  /**
   * The producer is done with a record.
   *
   * @param problem what it failed with, or {@code null}
   * @return whether the write has failed by this, and nothing of it may be sent any more
   */
  boolean done(int index, @Nullable Throwable problem) {
    long now = time.elapsedNs();
    if (now - lastAtNs >= EXACTLY_NS) {
      lastAtNs = now;
    }
    boolean failed = false;
    if (problem == null) {
      confirmed[index] = true;
    } else {
      Reason reason = Failures.ofRecord(problem);
      if (reason != null) {
        String words = Failures.inWords(problem);
        refuse(index, reason, words);
        failed = isPerhapsForAClock(words) && fail(problem); // what is behind it waits too
      } else {
        failed = fail(problem);
      }
    }
    if (open.decrementAndGet() == 0) { // not at each: whoever waits asks the producer for more
      wake();
    }
    return failed;
  }

  private boolean isPerhapsForAClock(String words) {
    RefusedTime of = RefusedTime.of(words);
    return of != null && of.mayBeRight(time.wallNs() / 1_000_000L);
  }

  /** The write has failed; returns whether by this. What fails first says why. */
  synchronized boolean fail(Throwable problem) {
    if (failure != null) {
      return false;
    }
    failure = problem;
    notifyAll();
    return true;
  }

  /**
   * Waits, after a failure and the end of the producer, until that is done with all records: which
   * one was refused may be said behind the others of its batch.
   */
  synchronized void awaitEnd() {
    long until = time.elapsedNs() + LONGEST_END_NS;
    try {
      while (open.get() != 0 && until - time.elapsedNs() > 0) {
        wait(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the record at a place of the write is confirmed. Asked behind {@link #awaitEnd}. */
  boolean isConfirmed(int index) {
    return open.get() == 0 && confirmed[index];
  }

  private synchronized void wake() {
    notifyAll();
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** What is refused, in the order of the write. */
  synchronized List<Answer.RefusedLine> refused() {
    List<Answer.RefusedLine> sorted = new ArrayList<>(refused);
    sorted.sort(Comparator.comparingInt(Answer.RefusedLine::index));
    return sorted;
  }

  /**
   * Waits until all that was given is confirmed, or the write has failed.
   *
   * @param patienceNs how long the brokers may confirm nothing; asked each time
   * @return whether it came to that; else nothing was confirmed for so long
   */
  synchronized boolean await(LongSupplier patienceNs) throws InterruptedException {
    while (open.get() > 0 && failure == null) {
      long left = patienceNs.getAsLong() - (time.elapsedNs() - lastAtNs);
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, Math.min(TimeUnit.NANOSECONDS.toMillis(left), 1_000)));
    }
    return true;
  }
}
