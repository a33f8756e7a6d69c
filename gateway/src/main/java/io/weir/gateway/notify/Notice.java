package io.weir.gateway.notify;

import io.weir.gateway.model.Asset;
import java.time.Instant;
import java.util.List;

/**
 * A message to people.
 *
 * @param id the same when it is sent again, so that a receiver can tell
 * @param title what it is about, in one line of at most {@value #MOST_TITLE} characters, without
 *     control characters
 * @param text all of it, in lines
 * @param link to the live page, or "" where no address of it is configured
 * @param critical whether one of its lines is, and has not ended
 */
public record Notice(
    String id,
    String gateway,
    Instant at,
    String title,
    String text,
    String link,
    boolean critical,
    List<Line> lines) {

  static final int MOST_TITLE = 150;

  /**
   * One cause.
   *
   * @param type {@code raised}, {@code repeated}, {@code cleared}, {@code flapping} or {@code test}
   * @param notice the id by which it can be acknowledged
   * @param asset the machine or line, or none
   * @param severity {@code critical} or {@code warning}
   * @param times how often it began since the message before
   */
  public record Line(
      String type,
      String notice,
      String kind,
      String subject,
      Asset asset,
      String severity,
      String text,
      Instant since,
      int times) {}
}
