package io.weir.gateway.efficiency;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a {@link FiguresBook} saved last. */
public final class MemoryBook implements FiguresBook.Store {

  public byte @Nullable [] saved;
  boolean damaged;

  @Override
  public Optional<byte[]> load() {
    return Optional.ofNullable(saved);
  }

  @Override
  public boolean isDamaged() {
    return damaged;
  }

  @Override
  public void save(byte[] bytes) {
    saved = bytes.clone();
  }
}
