package io.weir.gateway.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Gives a process of Java work until its compilers have little left to do, as after an hour. */
final class WarmUp {

  static final int MOST_TURNS = 10;

  /** /proc/PID/task/ID/stat: the name, eleven fields, and times in ticks. */
  private static final Pattern COMPILER =
      Pattern.compile("\\(C[12] Compiler.*\\)(?: \\S+){11} (?<user>\\d+) (?<system>\\d+) ");

  private static final long NS_OF_A_TICK = 10_000_000;

  /** The same work again and again. */
  interface Work {

    /**
     * @param turn counts from 0
     */
    void run(int turn) throws Exception;
  }

  private WarmUp() {}

  /**
   * Prints how long it took.
   *
   * @param name of what is measured
   * @param count how many things a turn has, such as "messages"
   * @param most it is warm when the compilers took no more than this part of its processor time
   */
  static void of(
      ProcessHandle process, String name, int count, String things, double most, Work work)
      throws Exception {
    double compiling = 1;
    int turns = 0;
    while (turns < MOST_TURNS && compiling > most) {
      long compilers = compilersNs(process);
      long all = cpuNs(process);
      work.run(turns++);
      compiling = (compilersNs(process) - compilers) / (double) (cpuNs(process) - all);
    }
    System.out.printf(
        Locale.ROOT,
        "  %s: after %,d %s, of the last %,d the compilers took %.0f %% of its time%n",
        name,
        turns * count,
        things,
        count,
        100 * compiling);
  }

  private static long cpuNs(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  /** Processor time of Java's compilers since the start of the process, nanoseconds. */
  private static long compilersNs(ProcessHandle process) throws IOException {
    long ticks = 0;
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path thread : threads.toList()) {
        Matcher stat = COMPILER.matcher(statOf(thread));
        if (stat.find()) {
          ticks += Long.parseLong(stat.group("user")) + Long.parseLong(stat.group("system"));
        }
      }
    }
    return ticks * NS_OF_A_TICK;
  }

  private static String statOf(Path thread) throws IOException {
    try {
      return Files.readString(thread.resolve("stat"));
    } catch (IOException e) {
      if (Files.exists(thread)) {
        throw e;
      }
      return ""; // it has ended since the list was made
    }
  }
}
