package io.weir.peers;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How tests wait for an event, where they do not say so. The longest time only limits a failing
 * test, so it is long: Awaitility's ten seconds are too short for a busy machine. What comes soon
 * is seen soon, and what takes long is not asked for ten times a second.
 */
public final class Patience implements BeforeAllCallback {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LONGEST);
    Awaitility.setDefaultPollInterval(
        IterativePollInterval.iterative(Patience::longer, FIRST_PAUSE));
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }
}
