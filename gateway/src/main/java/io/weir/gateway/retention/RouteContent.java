package io.weir.gateway.retention;

import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.log.Feed;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.normalize.RouteConfig.WhenFull;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a segment holds of each route. Belongs to the thread {@code retention}. */
final class RouteContent implements Policy.Content {

  /** The log takes no new file that is not shorter by this part. */
  private static final int LEAST_FREED_PART = 10;

  /** Bytes of a record beside its payload. */
  private static final int RECORD_BYTES = 40;

  private final RouteRules rules;
  private final long enough;
  private final Map<Integer, Share> shares = new HashMap<>();
  private final Set<Integer> exhausted = new HashSet<>();

  /** What a segment holds of one route. */
  private static final class Share {
    private long oldestNs = Long.MAX_VALUE;
    private long bytes;

    /** Of those, bytes of messages that were not thinned. */
    private long wholeBytes;
  }

  RouteContent(RouteRules rules, long segmentBytes) {
    this.rules = rules;
    enough = segmentBytes / LEAST_FREED_PART;
  }

  /** Adds a record that holds readings. */
  void add(MessageCodec.Counts message, Feed.Entry entry) {
    Share share = shares.computeIfAbsent(rules.routeOf(message), route -> new Share());
    long bytes = RECORD_BYTES + entry.payload().remaining();
    share.oldestNs = Math.min(share.oldestNs, entry.receiveTimeNs());
    share.bytes += bytes;
    if (!MessageCodec.isThinned(entry.payload())) {
      share.wholeBytes += bytes;
    }
  }

  @Override
  public int firstStage(ClockSteps clock) {
    for (int stage = RouteRules.MAX_AGE; stage <= RouteRules.LAST; stage++) {
      if (!exhausted.contains(stage) && mostFreed(stage, clock) > enough) {
        return stage;
      }
    }
    return Policy.NONE;
  }

  /** This many bytes a stage frees at most. */
  private long mostFreed(int stage, ClockSteps clock) {
    long freed = 0;
    for (Map.Entry<Integer, Share> each : shares.entrySet()) {
      int route = each.getKey();
      Share share = each.getValue();
      int keep = rules.of(route).keep();
      WhenFull whenFull = rules.whenFull(route);
      if (rules.isTooOld(route, share.oldestNs, clock)
          || (whenFull != WhenFull.BLOCK && RouteRules.drop(keep) <= stage)) {
        freed += share.bytes;
      } else if (whenFull == WhenFull.THIN && RouteRules.thin(keep) <= stage) {
        freed += share.wholeBytes;
      }
    }
    return freed;
  }

  @Override
  public void exhaust(int stage) {
    exhausted.add(stage);
  }
}
