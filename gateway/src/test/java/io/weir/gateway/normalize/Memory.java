package io.weir.gateway.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A pin store that a test can look into and break. */
public final class Memory implements PinStore {

  private byte[] saved = {};
  private int saves;
  private @Nullable IOException failure;

  public Memory() {}

  Memory(String text) {
    saved = text.getBytes(UTF_8);
  }

  @Override
  public synchronized byte[] load() {
    return saved;
  }

  @Override
  public synchronized void save(byte[] pins) throws IOException {
    if (failure != null) {
      throw failure;
    }
    saved = pins.clone();
    saves++;
  }

  public synchronized void breakWith(IOException with) {
    failure = with;
  }

  public synchronized void repair() {
    failure = null;
  }

  public synchronized String text() {
    return new String(saved, UTF_8);
  }

  synchronized int saves() {
    return saves;
  }
}
