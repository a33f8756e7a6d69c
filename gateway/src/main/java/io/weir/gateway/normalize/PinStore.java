package io.weir.gateway.normalize;

import java.io.IOException;
import java.util.function.Consumer;

/** Where pinned types outlive the process. Called by one thread at a time. */
public interface PinStore {

  /** Gives all that was saved, in order; of two for one field the later one counts. */
  void load(Consumer<byte[]> pins) throws IOException;

  /**
   * Whether the next change is to be made by {@link #replace}.
   *
   * @param bytes of all pins
   */
  boolean isDue(long bytes);

  /** Adds to it; on stable storage when this returns, with all before. */
  void append(byte[] pins) throws IOException;

  /** Writes all anew, in parts; on stable storage when this returns. */
  void replace(Iterable<byte[]> pins) throws IOException;
}
