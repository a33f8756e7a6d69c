package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What people say of orders, by what it is about and in the order of its instants. What is too old
 * for any bucket that can still be open is left out, as of {@link Corrections}.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class OrderEvents {

  /** A machine that was silent for longer has no open row from before. */
  static final long REACH = MachineFold.FORGET_AFTER + 2 * 24 * ShiftCalendar.HOUR;

  /**
   * What an entry of the log has changed.
   *
   * @param holds whether the event holds from now on, or no more
   */
  record Changed(OrderEvent event, boolean holds) {}

  private static final Comparator<OrderEvent> BY_INSTANT =
      Comparator.comparingLong(OrderEvent::at).thenComparingLong(OrderEvent::rank);

  private final Map<Long, OrderEvent> byId = new HashMap<>();
  private final TreeSet<OrderEvent> byAge = new TreeSet<>(BY_INSTANT);
  private final Map<Asset, TreeSet<OrderEvent>> byAsset = new HashMap<>();

  /** The starts that were taken back: a row may stand there. */
  private final Map<Asset, TreeSet<OrderEvent>> undone = new HashMap<>();

  private final long reach;
  private final boolean again;

  /**
   * @param reach an event that is longer ago when it is said is left out
   * @param again whether a past span is folded again: only then it matters what was taken back
   */
  OrderEvents(long reach, boolean again) {
    this.reach = reach;
    this.again = again;
  }

  /** Takes an entry; {@code null} where it changes nothing of orders. */
  @Nullable Changed take(Entry entry) {
    if (entry instanceof Undo undo) {
      OrderEvent event = byId.get(undo.of());
      if (event == null) {
        return null;
      }
      remove(event);
      if (again && event.step() == OrderEvent.Step.STARTED) {
        of(undone, event.asset()).add(event);
      }
      return new Changed(event, false);
    }
    if (!(entry instanceof OrderEvent event)) {
      return null;
    }
    long oldest = event.origin().timeNs() - reach;
    while (!byAge.isEmpty() && byAge.first().at() < oldest) {
      remove(byAge.first());
    }
    OrderEvent same = byId.get(event.id());
    if (same != null) {
      remove(same); // of a log that was lost and begins again
    }
    if (event.at() < oldest) {
      return null;
    }
    byId.put(event.id(), event);
    byAge.add(event);
    of(byAsset, event.asset()).add(event);
    return new Changed(event, true);
  }

  private void remove(OrderEvent event) {
    byId.remove(event.id());
    byAge.remove(event);
    TreeSet<OrderEvent> ofAsset = byAsset.get(event.asset());
    if (ofAsset != null) {
      ofAsset.remove(event);
      if (ofAsset.isEmpty()) {
        byAsset.remove(event.asset());
      }
    }
  }

  private static TreeSet<OrderEvent> of(Map<Asset, TreeSet<OrderEvent>> events, Asset asset) {
    return events.computeIfAbsent(asset, absent -> new TreeSet<>(BY_INSTANT));
  }

  /** Those about a machine that hold, in the order of their instants. */
  List<OrderEvent> of(Asset machine) {
    return about(byAsset, machine);
  }

  /** The starts about a machine that were taken back, in the order of their instants. */
  List<OrderEvent> undone(Asset machine) {
    return about(undone, machine);
  }

  private static List<OrderEvent> about(Map<Asset, TreeSet<OrderEvent>> events, Asset machine) {
    if (events.isEmpty()) {
      return List.of();
    }
    Asset line = machine.toLine();
    List<OrderEvent> all = new ArrayList<>();
    for (Asset asset : List.of(machine, line)) {
      TreeSet<OrderEvent> of = events.get(asset);
      if (of != null) {
        all.addAll(of);
      }
    }
    all.sort(BY_INSTANT);
    return all;
  }
}
