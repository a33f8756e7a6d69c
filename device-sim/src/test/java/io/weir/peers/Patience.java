package io.weir.peers;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * How long tests wait for what is to come, where they do not say. It only bounds a failure, so it
 * is long: Awaitility's ten seconds may pass on a machine that is busy with others.
 */
public final class Patience implements BeforeAllCallback {

  private static final Duration LONGEST = Duration.ofMinutes(1);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LONGEST);
  }
}
