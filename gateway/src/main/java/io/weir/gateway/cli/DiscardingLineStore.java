package io.weir.gateway.cli;

import io.weir.gateway.normalize.LineStore;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Pinned types for a command that must not change them: new pins are forgotten.
 *
 * @param pinned where those pinned so far are; {@code null} for a new gateway
 */
record DiscardingLineStore(@Nullable LineStore pinned) implements LineStore {

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
