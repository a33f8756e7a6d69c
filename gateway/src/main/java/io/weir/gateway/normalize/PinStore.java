package io.weir.gateway.normalize;

import java.io.IOException;

/** Where pinned types outlive the process. Called by one thread at a time. */
public interface PinStore {

  /** What was saved last; empty if nothing ever was. */
  byte[] load() throws IOException;

  /** Replaces it, atomically; on stable storage when this returns. */
  void save(byte[] pins) throws IOException;
}
