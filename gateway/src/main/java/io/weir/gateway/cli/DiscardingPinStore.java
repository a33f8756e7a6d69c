package io.weir.gateway.cli;

import io.weir.gateway.normalize.PinStore;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pinned types for a command that must not change them: new pins are forgotten.
 *
 * @param pinned where those pinned so far are; {@code null} for a new gateway
 */
record DiscardingPinStore(@Nullable PinStore pinned) implements PinStore {

  @Override
  public void load(Consumer<byte[]> pins) throws IOException {
    if (pinned != null) {
      pinned.load(pins);
    }
  }

  @Override
  public boolean isDue(long bytes) {
    return false;
  }

  @Override
  public void append(byte[] pins) {
    // forgotten on purpose
  }

  @Override
  public void replace(Iterable<byte[]> pins) {
    // forgotten on purpose
  }
}
