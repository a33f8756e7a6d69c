package io.weir.gateway.retention;

import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.log.RewriteRule;
import io.weir.gateway.log.SealedSegment;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may go of the records of one log, in numbered stages: all that a lower stage gives up, in
 * whatever segment it is, goes before anything of a higher one. Belongs to the thread {@code
 * retention}.
 */
interface Policy {

  /** No stage is left. */
  int NONE = Integer.MAX_VALUE;

  /**
   * The rules of this moment. What was found of segments holds as long as this is the same object;
   * {@code null} where nothing may go.
   */
  @Nullable Object rules();

  /** What the stages could free in a segment. */
  interface Content {

    /** The lowest stage that would free something, or {@link #NONE}. */
    int firstStage(ClockSteps clock);

    /** A stage was tried, and freed too little to be worth a new file. */
    void exhaust(int stage);
  }

  /** Reads a segment and finds what the stages could free. */
  Content look(SealedSegment segment) throws IOException;

  /**
   * The rule for one stage and one segment, to be used once.
   *
   * @param lostFrom records below are in every store; what goes of them is not counted
   */
  Rule rule(int stage, SealedSegment segment, long lostFrom, ClockSteps clock);

  /** A rule that counts what goes. */
  interface Rule extends RewriteRule {

    /** The readings that went and that a store has not received, by what they were and why. */
    Map<Cause, Long> lost();
  }

  /**
   * Why readings went.
   *
   * @param of the topic of their route, or what kind of figures they are
   * @param reason one word
   * @param isLoss whether a store misses something: not where a later row replaces them
   */
  record Cause(String of, String reason, boolean isLoss) {}
}
