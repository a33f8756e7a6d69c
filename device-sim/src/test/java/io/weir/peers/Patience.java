package io.weir.peers;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The default time that tests wait for an event. It only limits a failing test, so it is long:
 * Awaitility's ten seconds are too short for a busy machine.
 */
public final class Patience implements BeforeAllCallback {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LONGEST);
  }
}
