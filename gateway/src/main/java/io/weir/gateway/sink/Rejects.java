package io.weir.gateway.sink;

import io.weir.gateway.model.Reason;
import java.io.IOException;

/**
 * Where a drain puts what its store refused for good. Implemented by the wiring on the quarantine.
 */
public interface Rejects {

  /**
   * Sets one refused part aside. The same offset and index always make the same entry, so a repeat
   * after a crash collapses.
   *
   * @param sink the sink that refused
   * @param offset offset of the record in its log
   * @param index place in the record of the first reading that the line holds, from 0
   * @param readings readings that the line held
   * @param topic topic of the message
   * @param receiveTimeNs its receive time
   * @param detail the store's words
   * @param line the line, as it was sent
   */
  void reject(
      String sink,
      long offset,
      int index,
      int readings,
      String topic,
      long receiveTimeNs,
      Reason reason,
      String detail,
      String line)
      throws IOException;

  /** Waits until all that was rejected is on stable storage. */
  void sync() throws IOException;
}
