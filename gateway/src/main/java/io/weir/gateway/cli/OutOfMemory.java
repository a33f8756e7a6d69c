package io.weir.gateway.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Ends the process when the heap is full, whichever thread sees it: what was interrupted may have
 * left its part of the program half done. Sees what no thread caught, and what one caught and
 * logged, a library too. What is durable stays; the next start goes on from there.
 */
final class OutOfMemory extends TurboFilter {

  static final int EXIT = 2;

  private static final String MESSAGE =
      "weir: the heap is full, and the process ends with exit code 2. What was acknowledged is on"
          + " disk. Give it a larger heap: -Xmx in WEIR_OPTS; docs/guide/capacity.md says how large";

  private static final int DEEPEST = 20;

  /** From now on for the whole process; {@link LogSetup} adds it to the loggers. */
  static void watchThreads() {
    Thread.UncaughtExceptionHandler others = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          endIf(thrown);
          if (others != null) {
            others.uncaughtException(thread, thrown);
          } else {
            thrown.printStackTrace(); // as the JVM does without a handler
          }
        });
  }

  /** Does not return where that, or what caused it, says that the heap is full. */
  static void endIf(@Nullable Throwable thrown) {
    Throwable each = thrown;
    for (int depth = 0; each != null && depth < DEEPEST; depth++) {
      if (each instanceof OutOfMemoryError) {
        try {
          System.err.println(MESSAGE);
        } finally {
          Runtime.getRuntime().halt(EXIT);
        }
      }
      each = each.getCause();
    }
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable thrown) {
    endIf(thrown);
    return FilterReply.NEUTRAL;
  }
}
