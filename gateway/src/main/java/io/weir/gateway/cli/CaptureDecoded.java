package io.weir.gateway.cli;

import io.weir.gateway.intake.Explain;
import io.weir.gateway.model.Excerpt;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What messages become, in the order in which they came: the text that {@code weir decode} prints,
 * and that a plant keeps as what it expects.
 *
 * @param clean whether each of them had a route and nothing was rejected
 */
record CaptureDecoded(String text, boolean clean) {

  /** The last line, which says for when it was decoded. */
  private static final Pattern RECEIVED =
      Pattern.compile("(?m)^received (?:now|at), (\\S+): the time of values without their own$");

  /**
   * @param receivedNs when they arrive, all at once
   */
  static CaptureDecoded of(
      Explain explain, @Nullable String source, List<Capture> messages, long receivedNs) {
    StringBuilder text = new StringBuilder();
    int unmatched = 0;
    int rejected = 0;
    for (Capture each : messages) {
      text.append("message ").append(each.line()).append(": ");
      text.append(Excerpt.whole(each.topic())).append('\n');
      String misses = explain.misses(source, each.topic());
      Explain.Report report =
          explain.tell(source, each.topic(), each.payload(), each.retained(), null, receivedNs);
      boolean isUnmatched = report.text().startsWith("no route matches ");
      text.append(isUnmatched ? misses : "").append(report.text());
      text.append(warning(explain.remark(source, each.topic(), each.payload()))).append('\n');
      unmatched += isUnmatched ? 1 : 0;
      rejected += !isUnmatched && !report.clean() ? 1 : 0;
    }
    text.append(messages.size()).append(messages.size() == 1 ? " message" : " messages");
    text.append(": ").append(unmatched).append(" without a route, ");
    text.append(rejected).append(" with something rejected\n");
    text.append(received("at", receivedNs));
    return new CaptureDecoded(text.toString(), unmatched + rejected == 0);
  }

  /** A line on what a payload looks like that is read otherwise; "" for nothing. */
  static String warning(@Nullable String remark) {
    return remark == null ? "" : "warning: " + remark + "\n";
  }

  /** The line at the end. */
  static String received(String word, long ns) {
    return "received "
        + word
        + ", "
        + Explain.instant(ns)
        + ": the time of values without their own\n";
  }

  /**
   * When messages arrived that became a text, so that they can become the same again.
   *
   * @throws InputException if the text does not say it
   */
  static long receivedNs(String text) throws InputException {
    Matcher received = RECEIVED.matcher(text);
    if (!received.find()) {
      throw new InputException(
          "it does not end as what 'weir decode' prints; write it with --update");
    }
    try {
      Instant at = Instant.parse(received.group(1));
      return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new InputException("'" + received.group(1) + "' in it is no time of arrival");
    }
  }

  /** The first line that differs, in words; "" where none does. */
  static String difference(String expected, String actual) {
    Iterator<String> wanted = expected.lines().iterator();
    Iterator<String> given = actual.lines().iterator();
    for (int line = 1; wanted.hasNext() || given.hasNext(); line++) {
      String one = wanted.hasNext() ? wanted.next() : "nothing more";
      String other = given.hasNext() ? given.next() : "nothing more";
      if (!one.equals(other)) {
        return "line %d%n  expected: %s%n  now:      %s".formatted(line, one, other);
      }
    }
    return "";
  }
}
