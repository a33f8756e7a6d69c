package io.weir.gateway.discover;

import java.util.List;
import java.util.Map;

/**
 * One way to read topics.
 *
 * @param route its keys, without the topic
 * @param rank how sure a format is of its payloads, the surest first
 * @param remarks what it leaves open
 */
record Candidate(String format, Map<String, Object> route, int rank, List<String> remarks) {

  /** Names in the payload, which only this format has. */
  static final int BY_PAYLOAD = 1;

  /** Fields of it name others. */
  static final int LONG_FORM = 2;

  /** The shape of the payload, with what was found in it. */
  static final int BY_SHAPE = 3;

  /** It can be read so, too. */
  static final int POSSIBLE = 4;

  /** Whether names tell it, so that it may also know that a message holds no reading. */
  boolean isKnown() {
    return rank <= BY_PAYLOAD;
  }

  /** The same with other remarks. */
  Candidate with(List<String> other) {
    return new Candidate(format, route, rank, other);
  }
}
