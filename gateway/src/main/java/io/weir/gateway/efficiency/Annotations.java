package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Change.Annotated;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The comments of people that hold, by asset and instant: those of one instant share a row, for a
 * store keeps one row of a series at an instant. Beyond a bound the oldest are forgotten; their
 * rows stay.
 *
 * <p>Mutable; belongs to its {@link Fold}.
 */
final class Annotations {

  /** As many as corrections that a live fold keeps. */
  static final int MOST = Corrections.MOST;

  /** Characters of a row: a store takes no longer texts. */
  private static final int LONGEST = 10_000;

  private static final String BETWEEN = "; ";

  private record Place(Asset asset, long at) {}

  /**
   * What is said of an asset at an instant.
   *
   * @param holding in the order of their ranks; none: all were taken back
   * @param changes how often that changed, before this time
   */
  record Row(Asset asset, long at, List<Correction> holding, long changes) {

    String text() {
      String all = joined(Correction::comment);
      return all.length() > LONGEST ? all.substring(0, LONGEST) : all;
    }

    /** By whom, each once. */
    String who() {
      return joined(each -> each.origin().who());
    }

    private String joined(Function<Correction, String> part) {
      return holding.stream().map(part).distinct().collect(Collectors.joining(BETWEEN));
    }

    /** The last millisecond of the longest of them. */
    long untilMs() {
      long end = holding.stream().mapToLong(Correction::to).max().orElse(at + 1);
      return Math.floorDiv(end - 1, 1_000_000L);
    }

    /** The id of the newest one, -1 for none. */
    long id() {
      return holding.stream().mapToLong(Correction::id).max().orElse(-1);
    }
  }

  private static final class Noted {
    private final TreeMap<Long, Correction> holding = new TreeMap<>();
    private long entries;
  }

  private final Map<Place, Noted> noted = new HashMap<>();

  /** Where an entry is, and its rank there. */
  private record At(Place place, long rank) {}

  /** Where each is, the oldest first. */
  private final Map<Long, At> byId = new LinkedHashMap<>();

  /** Takes an entry; returns the row that it changes, or {@code null} for none. */
  @Nullable Row take(Entry entry) {
    if (entry instanceof Undo undo) {
      At said = byId.get(undo.of());
      Noted at = said == null ? null : noted.get(said.place);
      return said == null || at == null || at.holding.remove(said.rank) == null
          ? null
          : changed(said.place, at);
    }
    if (entry instanceof Correction said && said.change() instanceof Annotated) {
      Place place = new Place(said.asset(), said.from());
      Noted at = noted.computeIfAbsent(place, absent -> new Noted());
      at.holding.put(said.rank(), said);
      byId.put(said.id(), new At(place, said.rank()));
      Row row = changed(place, at);
      if (byId.size() > MOST) {
        forgetOldest();
      }
      return row;
    }
    return null;
  }

  private static Row changed(Place place, Noted at) {
    return new Row(place.asset, place.at, new ArrayList<>(at.holding.values()), at.entries++);
  }

  private void forgetOldest() {
    Map.Entry<Long, At> oldest = byId.entrySet().iterator().next();
    byId.remove(oldest.getKey());
    At said = oldest.getValue();
    Noted at = noted.get(said.place);
    if (at != null && (at.holding.isEmpty() || at.holding.lastKey() == said.rank)) {
      noted.remove(said.place); // it was the last one of its row
    }
  }
}
