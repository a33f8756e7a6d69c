package io.weir.gateway.notify;

import java.io.IOException;
import java.time.Instant;

/** A message that only shows whether an outlet works. */
public final class TestMessage {

  private TestMessage() {}

  /**
   * Sends one, now.
   *
   * @throws IOException if the receiver has not taken it; the message says why
   */
  public static void send(NotifyConfig config, OutletConfig outlet, Instant now)
      throws IOException {
    Composer composer = Composer.of(config);
    try (Outlet opened = Outlets.open(outlet)) {
      opened.send(composer.test(outlet.name(), now));
    }
  }
}
