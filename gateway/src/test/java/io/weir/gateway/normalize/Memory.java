package io.weir.gateway.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A pin store that a test can look into and break. */
public final class Memory implements LineStore {

  private final ByteArrayOutputStream saved = new ByteArrayOutputStream();
  private int saves;
  private @Nullable IOException failure;

  public Memory() {}

  Memory(String text) {
    saved.writeBytes(text.getBytes(UTF_8));
  }

  @Override
  public synchronized void load(Consumer<byte[]> pins) {
    pins.accept(saved.toByteArray());
  }

  @Override
  public synchronized boolean isDue(long bytes) {
    return saved.size() == 0;
  }

  @Override
  public synchronized void append(byte[] pins) throws IOException {
    if (failure != null) {
      throw failure;
    }
    saved.writeBytes(pins);
    saves++;
  }

  @Override
  public synchronized void replace(Iterable<byte[]> pins) throws IOException {
    if (failure != null) {
      throw failure;
    }
    saved.reset();
    pins.forEach(saved::writeBytes);
    saves++;
  }

  public synchronized void breakWith(IOException with) {
    failure = with;
  }

  public synchronized void repair() {
    failure = null;
  }

  public synchronized String text() {
    return saved.toString(UTF_8);
  }

  synchronized int saves() {
    return saves;
  }
}
