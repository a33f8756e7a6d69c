package io.weir.gateway.normalize;

import java.io.IOException;
import java.util.function.Consumer;

/** Where lines of text outlive the process. Called by one thread at a time. */
public interface LineStore {

  /** Gives all that was saved, in order, in parts of whole lines. */
  void load(Consumer<byte[]> lines) throws IOException;

  /**
   * Whether the next change is to be made by {@link #replace}.
   *
   * @param bytes of all lines that are not outdated
   */
  boolean isDue(long bytes);

  /** Adds to it; on stable storage when this returns, with all before. */
  void append(byte[] lines) throws IOException;

  /** Writes all anew, in parts; on stable storage when this returns. */
  void replace(Iterable<byte[]> lines) throws IOException;
}
