package io.weir.gateway.cli;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Selects a span of a log. */
final class SpanOptions {

  @Option(
      names = "--from",
      paramLabel = "TIME|RECORD",
      description = {
        "The beginning: a time of arrival, such as 2026-03-01T06:00:00Z, or the number of a record.",
        "Default: the oldest that is held."
      })
  private @Nullable String from;

  @Option(
      names = "--to",
      paramLabel = "TIME|RECORD",
      description = "The end, which is not part of it. Default: the newest.")
  private @Nullable String to;

  /** Whether both ends are given. */
  boolean isBounded() {
    return from != null && to != null;
  }

  LogSpan span() throws InputException {
    return new LogSpan(
        offset(from, 0),
        offset(to, Long.MAX_VALUE),
        timeNs("--from", from, Long.MIN_VALUE),
        timeNs("--to", to, Long.MAX_VALUE));
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,18}");
  }

  private static long offset(@Nullable String text, long otherwise) {
    return text != null && isNumber(text) ? Long.parseLong(text) : otherwise;
  }

  private static long timeNs(String option, @Nullable String text, long otherwise)
      throws InputException {
    if (text == null || isNumber(text)) {
      return otherwise;
    }
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      return ChronoUnit.NANOS.between(Instant.EPOCH, instant);
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new InputException(
          option + " takes a time such as 2026-03-01T06:00:00Z, or the number of a record");
    }
  }
}
