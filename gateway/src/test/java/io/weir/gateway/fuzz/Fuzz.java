package io.weir.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Gives a target inputs up to a number, on several threads, and goes on where an earlier run
 * stopped. Prints how many, how fast, the kinds of what became of them, and the memory. An input
 * that fails is kept as a file; the exit code is then 1.
 *
 * <pre>Fuzz TARGET[/PART] COUNT [THREADS [FOLDER]]</pre>
 */
public final class Fuzz {

  private static final int IN_A_ROUND = 500;
  private static final int MOST_FAILURES = 20;
  private static final int MOST_KINDS = 30;
  private static final long REPORT_NS = TimeUnit.SECONDS.toNanos(30);

  /** Only a hang takes this long for a round. */
  private static final long HANG_S = 300;

  private final Targets which;

  /** The part of it that is asked for; "" for all. */
  private final String part;

  private final long count;
  private final int threads;
  private final Path folder;

  private final Map<String, LongAdder> kinds = new ConcurrentHashMap<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLongArray running;
  private long seed = 1;
  private long done;
  private long mostUsed;

  Fuzz(Targets which, String part, long count, int threads, Path folder) {
    this.which = which;
    this.part = part;
    this.count = count;
    this.threads = threads;
    this.folder = folder;
    this.running = new AtomicLongArray(threads);
  }

  public static void main(String[] args) throws Exception {
    if (args.length < 2) {
      System.err.println("usage: Fuzz TARGET[/PART] COUNT [THREADS [FOLDER]]");
      System.exit(2);
    }
    String[] names = args[0].split("/", 2);
    Targets which = Targets.valueOf(names[0]);
    String part = names.length > 1 ? names[1] : "";
    int threads =
        args.length > 2 ? Integer.parseInt(args[2]) : Runtime.getRuntime().availableProcessors();
    Path folder = Path.of(args.length > 3 ? args[3] : "target/fuzz").resolve(args[0]);
    Fuzz fuzz = new Fuzz(which, part, Long.parseLong(args[1]), threads, folder);
    try (Quiet quiet = new Quiet()) {
      System.exit(fuzz.run() ? 0 : 1);
    }
  }

  /** The input of a number, always the same. */
  static Random random(long seed, long number) {
    long mixed = (seed * 0x9E3779B97F4A7C15L + number) * 0xBF58476D1CE4E5B9L;
    return new Random(mixed ^ mixed >>> 31);
  }

  private boolean run() throws Exception {
    Files.createDirectories(folder);
    load();
    long before = done;
    System.out.printf(
        "%s: inputs %,d to %,d of seed %d, %d threads%n", named(), done, count, seed, threads);
    long begun = System.nanoTime();
    long reported = begun;
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            work -> {
              Thread thread = new Thread(work, "fuzz-" + which);
              thread.setDaemon(true);
              return thread;
            });
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      targets.add(which.open(part));
    }
    while (done < count && failures.get() < MOST_FAILURES) {
      long end = round(executor, targets);
      done = end;
      mostUsed =
          Math.max(mostUsed, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      long now = System.nanoTime();
      if (now - reported >= REPORT_NS) {
        reported = now;
        save();
        report(before, now - begun);
      }
    }
    for (Target target : targets) {
      target.check();
      target.close();
    }
    save();
    report(before, System.nanoTime() - begun);
    kinds.entrySet().stream()
        .sorted(Comparator.comparingLong(each -> -each.getValue().sum()))
        .limit(MOST_KINDS)
        .forEach(each -> System.out.printf("  %,12d  %s%n", each.getValue().sum(), each.getKey()));
    executor.shutdownNow();
    return failures.get() == 0;
  }

  /** Gives each thread its share; returns the number behind the last one. */
  private long round(ExecutorService executor, List<Target> targets) throws Exception {
    List<Future<?>> shares = new ArrayList<>();
    long from = done;
    long end = Math.min(count, from + (long) IN_A_ROUND * threads);
    for (int i = 0; i < threads; i++) {
      int thread = i;
      shares.add(
          executor.submit(
              () -> {
                for (long number = from + thread; number < end; number += threads) {
                  running.set(thread, number);
                  one(targets.get(thread), number);
                }
                targets.get(thread).check();
                return null;
              }));
    }
    for (Future<?> share : shares) {
      try {
        share.get(HANG_S, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        throw new IllegalStateException("hangs in one of the inputs " + running, e);
      }
    }
    return end;
  }

  private void one(Target target, long number) throws Exception {
    byte[] input = target.input(random(seed, number));
    String kind;
    try {
      kind = target.run(input);
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      kind = "FAILED";
      failed(number, input, e);
    }
    kinds.computeIfAbsent(kind, any -> new LongAdder()).increment();
  }

  private synchronized void failed(long number, byte[] input, Throwable e) throws IOException {
    failures.incrementAndGet();
    Path file = folder.resolve("failed-" + number);
    Files.write(file, input);
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    Files.writeString(folder.resolve("failed-" + number + ".txt"), trace.toString());
    System.out.printf("FAILED at input %d, kept as %s: %s%n", number, file, e);
  }

  private String named() {
    return part.isEmpty() ? which.name() : which + "/" + part;
  }

  private void report(long before, long ns) {
    System.out.printf(
        "%s: %,d inputs (%,d in this run, %,.0f/s), %d kinds of outcome, %d failed;"
            + " heap at most %d of %d MiB%n",
        named(),
        done,
        done - before,
        (done - before) / (ns / 1e9),
        kinds.size(),
        failures.get(),
        mostUsed >> 20,
        Runtime.getRuntime().maxMemory() >> 20);
  }

  // ---- The state

  private void load() throws IOException {
    Path file = folder.resolve("state.properties");
    if (!Files.exists(file)) {
      seed = Long.getLong("fuzz.seed", 1);
      return;
    }
    Properties state = new Properties();
    try (var in = Files.newBufferedReader(file, UTF_8)) {
      state.load(in);
    }
    seed = Long.parseLong(state.getProperty("seed"));
    done = Long.parseLong(state.getProperty("done"));
    for (String name : state.stringPropertyNames()) {
      if (name.startsWith("kind.")) {
        LongAdder times = new LongAdder();
        times.add(Long.parseLong(state.getProperty(name)));
        kinds.put(name.substring(5), times);
      }
    }
  }

  private void save() throws IOException {
    Properties state = new Properties();
    state.setProperty("seed", Long.toString(seed));
    state.setProperty("done", Long.toString(done));
    kinds.forEach((kind, times) -> state.setProperty("kind." + kind, Long.toString(times.sum())));
    Path next = folder.resolve("state.next");
    try (var out = Files.newBufferedWriter(next, UTF_8)) {
      state.store(out, null);
    }
    Files.move(next, folder.resolve("state.properties"), StandardCopyOption.REPLACE_EXISTING);
  }
}
