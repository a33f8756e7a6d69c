package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The spans that a fold could not bring into its figures, because they came too late or because the
 * configuration changed: they must be folded again. Whole hours, few spans for each asset.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class Marks {

  /** Spans of one asset; beyond them, the two oldest become one. */
  private static final int MOST_OF_ASSET = 16;

  private final Map<Asset, List<RecomputeSpan>> byAsset = new LinkedHashMap<>();

  /** Of the whole plant. */
  void addAll(long from, long to) {
    add(Asset.NONE, true, from, to, false);
  }

  /** Of an asset and all that is below it. */
  void addBelow(Asset asset, long from, long to) {
    add(asset, true, from, to, false);
  }

  void add(Asset asset, long from, long to) {
    add(asset, false, from, to, false);
  }

  /** What a person has said of it is new: it is not put off until the next hour. */
  void ask(Asset asset, long from, long to) {
    add(asset, false, from, to, true);
  }

  /** Of lines and all below them; what is the same for all, such as a holiday, is marked as one. */
  void addBelow(Map<Asset, List<ShiftCalendar.Interval>> byLine) {
    if (Set.copyOf(byLine.values()).size() == 1) {
      byLine.values().iterator().next().forEach(each -> addAll(each.start(), each.end()));
    } else {
      byLine.forEach((line, all) -> all.forEach(each -> addBelow(line, each.start(), each.end())));
    }
  }

  private void add(Asset asset, boolean below, long from, long to, boolean asked) {
    if (to <= 0) {
      return; // no row is of before 1970
    }
    long first = Math.max(0, from) / ShiftCalendar.HOUR * ShiftCalendar.HOUR;
    long end = (Math.floorDiv(to - 1, ShiftCalendar.HOUR) + 1) * ShiftCalendar.HOUR;
    List<RecomputeSpan> ofAsset = byAsset.computeIfAbsent(asset, absent -> new ArrayList<>(1));
    for (int i = 0; i < ofAsset.size(); i++) {
      RecomputeSpan known = ofAsset.get(i);
      if (known.below() == below && known.from() <= first && end <= known.to()) {
        ofAsset.set(i, asked ? known.ask() : known);
        return;
      }
    }
    RecomputeSpan span = new RecomputeSpan(asset, below, first, end, 0, asked);
    for (int i = 0; i < ofAsset.size(); i++) {
      RecomputeSpan both = ofAsset.get(i).with(span);
      if (both != null) {
        ofAsset.set(i, both);
        return;
      }
    }
    ofAsset.add(span);
    if (ofAsset.size() > MOST_OF_ASSET) {
      RecomputeSpan oldest = ofAsset.remove(0);
      RecomputeSpan next = ofAsset.get(0);
      ofAsset.set(
          0,
          new RecomputeSpan(
              asset,
              oldest.below() || next.below(),
              Math.min(oldest.from(), next.from()),
              Math.max(oldest.to(), next.to()),
              0,
              oldest.asked() || next.asked()));
    }
  }

  boolean isEmpty() {
    return byAsset.isEmpty();
  }

  /** All of them. */
  List<RecomputeSpan> all() {
    List<RecomputeSpan> all = new ArrayList<>();
    byAsset.values().forEach(all::addAll);
    return all;
  }

  /** All of them, which are forgotten here. */
  List<RecomputeSpan> take() {
    List<RecomputeSpan> all = all();
    byAsset.clear();
    return all;
  }
}
