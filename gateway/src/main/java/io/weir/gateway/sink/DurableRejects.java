package io.weir.gateway.sink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Rejections up to stable storage. A sync that fails loses what was rejected before it, so that is
 * kept here until a sync succeeds, and rejected again after a failure. Belongs to the drain's
 * thread.
 */
final class DurableRejects {

  private final Rejects rejects;
  private final List<Rejection> unsynced = new ArrayList<>();
  private boolean lost;

  DurableRejects(Rejects rejects) {
    this.rejects = rejects;
  }

  void reject(Rejection rejection) throws IOException {
    rejects.reject(rejection);
    unsynced.add(rejection);
  }

  /** Returns once all that was rejected is on stable storage. */
  void sync() throws IOException {
    if (unsynced.isEmpty()) {
      return;
    }
    if (lost) {
      for (Rejection rejection : unsynced) {
        rejects.reject(rejection);
      }
    }
    lost = true; // until the sync returns
    rejects.sync();
    lost = false;
    unsynced.clear();
  }
}
