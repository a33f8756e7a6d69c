package io.weir.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Started parts, to be stopped in reverse order. Owned by the thread that starts and stops. */
final class Started {

  private static final Logger LOG = LoggerFactory.getLogger(Started.class);

  /** How to stop one part. */
  interface Stop {
    void run() throws Exception;
  }

  private record Part(String name, Stop stop) {}

  private final Deque<Part> newestFirst = new ArrayDeque<>();

  void add(String name, Stop stop) {
    newestFirst.push(new Part(name, stop));
  }

  /** Stops all, the newest first, even if one of them fails to stop. */
  void stop() {
    while (!newestFirst.isEmpty()) {
      Part part = newestFirst.pop();
      try {
        part.stop().run();
      } catch (Exception e) {
        LOG.warn("{} did not stop cleanly", part.name(), e);
      }
    }
  }
}
