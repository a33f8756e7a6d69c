package io.weir.gateway.sink.weir;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.AssetFilter;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Series;
import java.util.List;
import java.util.Set;

/**
 * Which series are sent.
 *
 * @param what the kinds of series
 * @param include patterns of assets, of which one must fit; none for all
 * @param exclude patterns of assets, of which none may fit
 */
public record Selection(Set<What> what, List<String> include, List<String> exclude) {

  /** All there is. */
  public static final Selection ALL =
      new Selection(Set.of(What.READINGS, What.FIGURES, What.CORRECTIONS), List.of(), List.of());

  /** A kind of series. */
  public enum What {
    /** What devices sent. */
    READINGS,
    /** What was derived from it: efficiency, states, stops, statistics of signals. */
    FIGURES,
    /** What people said about stops. */
    CORRECTIONS
  }

  public Selection {
    what = Set.copyOf(what);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /** Whether it leaves nothing out. */
  boolean takesAll() {
    return equals(ALL);
  }

  /** The report of a gateway is always taken: whoever looks after it wants to see that it lives. */
  boolean takes(Series series) {
    if (series.measurement().equals(Derived.REPORT)) {
      return true;
    }
    return what.contains(kind(series)) && fits(series.asset());
  }

  private static What kind(Series series) {
    if (series.measurement().equals(Derived.ANNOTATIONS)) {
      return What.CORRECTIONS;
    }
    return Derived.is(series.measurement()) ? What.FIGURES : What.READINGS;
  }

  private boolean fits(Asset asset) {
    return AssetFilter.of(include, exclude).takes(asset);
  }
}
