package io.weir.gateway.api;

import io.weir.gateway.past.Coverage;
import org.jspecify.annotations.Nullable;

/**
 * Something of the past, and where it comes from.
 *
 * @param source {@code gateway} for what it has itself, else the name of the store
 * @param fromMs the first instant of which there is anything; {@code null} where there is nothing
 * @param problem which store could not be asked and why, "" where all could
 */
public record PastAnswer<T>(String source, @Nullable Long fromMs, String problem, T answer) {

  private static final long NS_IN_MS = 1_000_000;

  static <T> PastAnswer<T> of(Coverage coverage, T answer) {
    Long from = coverage.fromNs();
    return new PastAnswer<>(
        coverage.source(), from == null ? null : from / NS_IN_MS, coverage.problem(), answer);
  }
}
