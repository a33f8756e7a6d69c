package io.weir.gateway.efficiency.learn;

import org.jspecify.annotations.Nullable;

/**
 * A finding with what a person said about it.
 *
 * @param decision the last one; {@code null} where there is none
 * @param holds whether it still holds; otherwise the finding is worse, or time has passed
 */
public record Hint(Finding finding, @Nullable HintDecision decision, boolean holds) {

  /** Where a person stands with it. */
  public enum State {
    OPEN,
    CONFIRMED,
    DISMISSED
  }

  public State state() {
    HintDecision last = decision;
    if (last == null || !holds) {
      return State.OPEN;
    }
    return last.confirmed() ? State.CONFIRMED : State.DISMISSED;
  }
}
