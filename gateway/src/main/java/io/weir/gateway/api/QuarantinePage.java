package io.weir.gateway.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of the quarantine, newest first.
 *
 * @param next what to give as {@code before} for the page after, or {@code null} on the last
 */
public record QuarantinePage(List<Entry> entries, @Nullable Long next) {

  /**
   * One entry.
   *
   * @param origin the source or sink that rejected it
   * @param bytes size of the raw evidence
   * @param preview its beginning, printable
   * @param replayed when it was last replayed, or {@code null}
   */
  public record Entry(
      String id,
      String origin,
      String topic,
      Instant received,
      List<Fault> faults,
      int bytes,
      String preview,
      @Nullable Instant replayed) {}

  /**
   * What was wrong.
   *
   * @param readings how many readings it concerns
   */
  public record Fault(String reason, String detail, int readings) {}
}
