package io.weir.gateway.correction;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which entry each key of a request has become, so that a request that is sent again is kept once.
 * Of what is on stable storage, the newest {@value #MOST} keys, some 3 MiB; besides, those of the
 * appends under way. For any thread.
 */
final class RequestKeys {

  static final int MOST = 20_000;

  /** The ids by key, the oldest first; guarded by this. */
  private final Map<String, Long> kept =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  /** What is appended and not yet on stable storage; guarded by this. */
  private final Map<String, CompletableFuture<Entry>> underWay = new HashMap<>();

  /** The id of the entry of a key, or {@code null}. */
  synchronized @Nullable Long id(String key) {
    return kept.get(key);
  }

  /** What becomes of an append of that key, or {@code null} where none is under way. */
  synchronized @Nullable CompletableFuture<Entry> underWay(String key) {
    return underWay.get(key);
  }

  synchronized void begin(String key, CompletableFuture<Entry> entry) {
    if (!key.isEmpty()) {
      underWay.put(key, entry);
    }
  }

  synchronized void keep(String key, long id) {
    if (!key.isEmpty()) {
      underWay.remove(key);
      kept.putIfAbsent(key, id);
    }
  }

  synchronized void fail(String key) {
    underWay.remove(key);
  }
}
