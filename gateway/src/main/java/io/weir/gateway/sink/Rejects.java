package io.weir.gateway.sink;

import io.weir.gateway.model.Durable;
import java.io.IOException;

/** Where a drain puts what its store refused for good. Belongs to the drain's thread. */
public interface Rejects {

  /** Sets one refused line aside. A repeat after a crash collapses: see {@link Rejection}. */
  void reject(Rejection rejection) throws IOException;

  /**
   * Waits until all that was rejected is on stable storage.
   *
   * @throws IOException if it is not; what was rejected is kept, and the next sync writes it again
   */
  Durable sync() throws IOException;
}
