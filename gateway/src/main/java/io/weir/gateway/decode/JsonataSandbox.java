package io.weir.gateway.decode;

import com.dashjoin.jsonata.Functions;
import com.dashjoin.jsonata.Jsonata;
import com.dashjoin.jsonata.Jsonata.Frame;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Reason;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One JSONata expression, compiled, within bounds of time, depth and memory for each message. Used
 * by several source threads at once.
 *
 * <p>The library can be stopped between two steps of an expression, but a single step, such as a
 * regular expression that finds no end, cannot be. So it runs on threads of its own, named {@code
 * jsonata}, and is waited for no longer than its time. While a step is overdue, no other message is
 * begun: one thread of a route is lost at most.
 */
final class JsonataSandbox {

  private static final Duration LONGEST = Duration.ofSeconds(2);

  /** Of steps within steps: some ten for a call of a function. */
  private static final int DEEPEST = 300;

  /** Bytes allocated for one message, whether still in use or not. */
  private static final long MOST_BYTES = 256L << 20;

  private static final com.sun.management.ThreadMXBean MEMORY =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Executor threads;
  private final Jsonata compiled;
  private final Duration longest;
  private final AtomicInteger overdue = new AtomicInteger();

  JsonataSandbox(String expression, Executor threads) {
    this(expression, LONGEST, threads);
  }

  JsonataSandbox(String expression, Duration longest) {
    this(expression, longest, Expressions.THREADS);
  }

  /**
   * @param threads runs the expression; on the calling thread a single step cannot be stopped
   */
  JsonataSandbox(String expression, Duration longest, Executor threads) {
    this.threads = threads;
    this.compiled = Jsonata.jsonata(expression);
    this.longest = longest;
  }

  /**
   * What the expression gives for a document: maps, lists and scalars as the library has them,
   * {@code null} for nothing.
   *
   * @param topic what {@code $topic} stands for
   * @param nowNs what {@code $now()} and {@code $millis()} return, so that a message read again
   *     gives the same
   * @throws JsonDocument.Refused if it fails, or takes more than it may
   */
  @Nullable Object of(Object document, String topic, long nowNs) throws JsonDocument.Refused {
    if (overdue.get() > 0) {
      throw new JsonDocument.Refused(
          Reason.LIMIT, "the expression is still busy with an earlier message, past its time");
    }
    Bounds bounds = new Bounds(longest);
    CompletableFuture<@Nullable Object> run =
        CompletableFuture.supplyAsync(
            () -> {
              bounds.begin();
              return compiled.evaluate(document, frame(bounds, topic, nowNs));
            },
            threads);
    try {
      Object result = run.get(longest.toMillis(), TimeUnit.MILLISECONDS);
      String exceeded = bounds.exceeded; // some functions of the library swallow what is thrown
      if (exceeded != null) {
        throw new JsonDocument.Refused(Reason.LIMIT, exceeded);
      }
      return result;
    } catch (TimeoutException e) {
      overdue.incrementAndGet();
      run.whenComplete((result, failure) -> overdue.decrementAndGet());
      throw new JsonDocument.Refused(Reason.LIMIT, bounds.tookTooLong());
    } catch (ExecutionException e) {
      throw refused(bounds, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // an interrupt asks the source to end
      throw new JsonDocument.Refused(Reason.LIMIT, "the expression was interrupted");
    }
  }

  private static JsonDocument.Refused refused(Bounds bounds, @Nullable Throwable cause) {
    String exceeded = bounds.exceeded;
    if (exceeded != null) {
      return new JsonDocument.Refused(Reason.LIMIT, exceeded);
    }
    if (cause instanceof StackOverflowError) {
      return new JsonDocument.Refused(Reason.LIMIT, bounds.nestsTooDeep());
    }
    if (cause instanceof OutOfMemoryError) {
      return new JsonDocument.Refused(Reason.LIMIT, bounds.tookTooMuch());
    }
    if (cause instanceof Error error) {
      throw error;
    }
    String why = cause == null ? "" : String.valueOf(cause.getMessage());
    return new JsonDocument.Refused(Reason.BAD_VALUE, "the expression fails: " + Excerpt.of(why));
  }

  private Frame frame(Bounds bounds, String topic, long nowNs) {
    Frame frame = compiled.createFrame();
    frame.setEvaluateEntryCallback((step, input, environment) -> bounds.enter());
    frame.setEvaluateExitCallback((step, input, environment, result) -> bounds.leave());
    long millis = Math.floorDiv(nowNs, 1_000_000L);
    frame.bind("topic", topic);
    // the library's own stand still on a thread that is used again
    frame.bind("millis", Jsonata.function("millis", () -> millis, "<:n>"));
    frame.bind(
        "now",
        Jsonata.function(
            "now",
            (String picture, String zone) -> Functions.dateTimeFromMillis(millis, picture, zone),
            "<s?s?:s>"));
    return frame;
  }

  /** What one evaluation has taken so far; its own thread counts. */
  private static final class Bounds {

    /** Ends an evaluation from within; what was exceeded is remembered beside it. */
    private static final class Exceeded extends RuntimeException {
      Exceeded(String message) {
        super(message, null, false, false);
      }
    }

    private final Duration longest;
    private long begunNs;
    private long allocated;
    private int depth;
    private volatile @Nullable String exceeded;

    Bounds(Duration longest) {
      this.longest = longest;
    }

    void begin() {
      begunNs = System.nanoTime();
      allocated = MEMORY.getCurrentThreadAllocatedBytes();
    }

    void enter() {
      depth++;
      if (depth > DEEPEST) {
        exceed(nestsTooDeep());
      } else if (System.nanoTime() - begunNs > longest.toNanos()) {
        exceed(tookTooLong());
      } else if (MEMORY.getCurrentThreadAllocatedBytes() - allocated > MOST_BYTES) {
        exceed(tookTooMuch());
      }
    }

    void leave() {
      depth--;
    }

    private void exceed(String what) {
      exceeded = what;
      throw new Exceeded(what);
    }

    String tookTooLong() {
      return "the expression took more than " + longest.toMillis() + " ms";
    }

    String nestsTooDeep() {
      return "the expression nests more than " + DEEPEST + " steps deep";
    }

    String tookTooMuch() {
      return "the expression took more than " + (MOST_BYTES >> 20) + " MiB of memory";
    }
  }
}
