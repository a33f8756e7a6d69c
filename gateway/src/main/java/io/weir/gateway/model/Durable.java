package io.weir.gateway.model;

import java.io.IOException;

/**
 * Proof that a sync returned without a failure: what was set aside before it is on stable storage.
 * What rests on that, such as the commit of a position, is done by {@link #then}, so that it cannot
 * be done without a sync.
 */
public final class Durable {

  /** One durable change, done when it returns. */
  public interface Change {

    /**
     * @throws IOException if it is not done
     */
    void make() throws IOException;
  }

  private Durable() {}

  /**
   * The proof that a sync gives. There is no other way to get one.
   *
   * @throws IOException if the sync failed; there is then no proof
   */
  public static Durable after(Change sync) throws IOException {
    sync.make();
    return new Durable();
  }

  /** Makes a change that rests on what was synced. */
  public void then(Change change) throws IOException {
    change.make();
  }
}
