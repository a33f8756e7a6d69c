package io.weir.gateway.discover;

import java.util.Map;

/**
 * A way to read a group of topics, with what came of it.
 *
 * @param route all of its keys
 */
record Tried(Candidate candidate, Map<String, Object> route, Trial.Outcome outcome) {

  /** Messages that it reads: a format of a vendor also knows which values the vendor calls bad. */
  int read() {
    return candidate.isKnown() ? Math.max(outcome.clean, outcome.useful) : outcome.clean;
  }
}
