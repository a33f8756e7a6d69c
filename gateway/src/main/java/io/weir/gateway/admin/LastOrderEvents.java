package io.weir.gateway.admin;

import io.weir.gateway.correction.CorrectionLog;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What was said last of the orders of each asset, and holds. A request reads only what is new in
 * the log of corrections. Nothing is open between two requests, so there is nothing to close.
 *
 * <p>Bounds: of an asset the newest {@value #MOST_OF_ASSET} events; where all of them were undone,
 * the log is read again. Of {@value #MOST_ASSETS} assets; beyond, the one of which something was
 * said the longest time ago is forgotten.
 *
 * <p>Mutable; belongs to the thread {@code orders}.
 */
final class LastOrderEvents {

  static final int MOST_OF_ASSET = 16;
  private static final int MOST_ASSETS = 20_000;
  private static final long NOTHING_READ = -1;

  private static final Comparator<OrderEvent> BY_INSTANT =
      Comparator.comparingLong(OrderEvent::at).thenComparingLong(OrderEvent::rank);

  private final CorrectionLog log;
  private final Map<Long, OrderEvent> byId = new HashMap<>();
  private final Map<Asset, TreeSet<OrderEvent>> byAsset = new LinkedHashMap<>();

  /** The assets of which the log has older events. */
  private final Set<Asset> cut = new HashSet<>();

  /** The id from which on entries are new; {@link #NOTHING_READ} before the first one is read. */
  private long next = NOTHING_READ;

  LastOrderEvents(CorrectionLog log) {
    this.log = log;
  }

  /**
   * By asset, with all that is on stable storage.
   *
   * @throws UncheckedIOException if the log cannot be read; the next call begins again
   */
  Map<Asset, OrderEvent> all() {
    try {
      if (next == NOTHING_READ || follow()) {
        begin();
        follow();
      }
    } catch (IOException e) {
      next = NOTHING_READ;
      throw new UncheckedIOException(e);
    }
    Map<Asset, OrderEvent> last = new LinkedHashMap<>();
    byAsset.forEach((asset, events) -> last.put(asset, events.last()));
    return last;
  }

  private void begin() {
    byId.clear();
    byAsset.clear();
    cut.clear();
    next = 0;
  }

  /** Takes what is new; returns whether events are wanted again that were forgotten. */
  private boolean follow() throws IOException {
    long end = log.end();
    boolean again = false;
    if (next < end) {
      try (CorrectionLog.Entries entries = log.from(next)) {
        for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
          again |= take(entry);
          end = Math.max(end, entry.id() + 1);
        }
      }
      next = end;
    }
    return again;
  }

  private boolean take(Entry entry) {
    if (entry instanceof OrderEvent event && log.undoOf(event.id()) == null) {
      add(event);
    } else if (entry instanceof Undo undo) {
      OrderEvent event = byId.get(undo.of());
      return event != null && remove(event) && cut.contains(event.asset());
    }
    return false;
  }

  private void add(OrderEvent event) {
    byId.put(event.id(), event);
    TreeSet<OrderEvent> events = byAsset.remove(event.asset());
    events = events == null ? new TreeSet<>(BY_INSTANT) : events;
    byAsset.put(event.asset(), events); // as the newest
    events.add(event);
    if (events.size() > MOST_OF_ASSET) {
      byId.remove(events.pollFirst().id());
      cut.add(event.asset());
    }
    if (byAsset.size() > MOST_ASSETS) {
      Asset oldest = byAsset.keySet().iterator().next();
      TreeSet<OrderEvent> forgotten = byAsset.remove(oldest);
      if (forgotten != null) {
        forgotten.forEach(each -> byId.remove(each.id()));
      }
      cut.remove(oldest);
    }
  }

  /** Whether it was the last one of its asset that was at hand. */
  private boolean remove(OrderEvent event) {
    byId.remove(event.id());
    TreeSet<OrderEvent> events = byAsset.get(event.asset());
    if (events == null || !events.remove(event) || !events.isEmpty()) {
      return false;
    }
    byAsset.remove(event.asset());
    return true;
  }
}
