package io.weir.gateway.efficiency;

import io.weir.gateway.model.Message;
import java.io.IOException;

/**
 * Where figures are written, implemented by the wiring on the log of that name. Bounded, drops its
 * oldest, never says "no room".
 */
public interface FiguresLog {

  /** Appends a message; on stable storage only after {@link #sync}. */
  void append(Message message) throws IOException;

  /** Waits until all that was appended is on stable storage. */
  void sync() throws IOException;
}
