package io.weir.gateway;

import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.settings.Config;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The consumers of the logs by the names of their cursors; that of a sink has its name too. */
final class CursorNames {

  private static final Logger LOG = LoggerFactory.getLogger(CursorNames.class);

  static final String QUARANTINE = "quarantine";
  static final String EFFICIENCY = "efficiency";
  static final String HISTORY = "history";
  static final String HINTS = "hints";
  static final String DEVICES = "devices";
  static final String FLEET = "fleet";

  private CursorNames() {}

  /** Consumers that are no longer configured hold no space. */
  static void removeOthers(SegmentLog log, Config config) throws IOException {
    Set<String> wanted = new HashSet<>(Set.of(QUARANTINE, DEVICES));
    config.sinks().forEach(sink -> wanted.add(SinkParts.CURSOR + sink.name()));
    if (config.fleet().receive() != null) {
      wanted.add(FLEET);
    }
    if (config.efficiency() != null) {
      wanted.addAll(Set.of(EFFICIENCY, HISTORY, HINTS));
    }
    for (String cursor : log.cursorNames()) {
      if (!wanted.contains(cursor)) {
        long pending = log.removeCursor(cursor);
        LOG.warn(
            "{} is no longer configured: its {} unread readings of log {} are dropped",
            cursor,
            pending,
            log.status().name());
      }
    }
  }
}
