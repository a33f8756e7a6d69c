package io.weir.gateway.group;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Portion;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is ours on one way while members and epoch are the same. Asked by the thread of that drain
 * alone.
 */
final class Divided implements Portion.Share {

  /** Below it is what one gateway counts, which never exceeds the seconds since 1970. */
  static final int EPOCH_SHIFT = 32;

  /** The field of a row of figures that says which of two is newer. */
  private static final String REVISION = "revision";

  /** By how much the instant of a row may be ahead of this gateway's clock. */
  private static final long AHEAD_NS = TimeUnit.MINUTES.toNanos(1);

  private static final int MOST_KNOWN = 20_000;

  private final Ownership ownership;
  private final View view;
  private final long epoch;
  private final Map<String, Long> since;
  private final Terms terms;
  private final Map<String, Long> wholeFrom;
  private final Map<Series, Owned> owners = new IdentityHashMap<>();

  /**
   * @param by the member that sends it
   * @param formerlyToNs when this member sent it last, while it was its own
   */
  private record Owned(String by, long formerlyToNs) {}

  /**
   * @param ownership what stays the same; learns what this gateway alone receives
   * @param epoch the high part of the revision of figures, 0 for none
   * @param since the receive time from which on each other member has all readings; what is older,
   *     it may not have
   * @param terms up to when this member has sent what
   * @param wholeFrom the instant from which on the figures of this member are as whole as those of
   *     each other member
   */
  Divided(
      Ownership ownership,
      View view,
      long epoch,
      Map<String, Long> since,
      Terms terms,
      Map<String, Long> wholeFrom) {
    this.ownership = ownership;
    this.view = view;
    this.epoch = epoch;
    this.since = Map.copyOf(since);
    this.terms = terms;
    this.wholeFrom = Map.copyOf(wholeFrom);
  }

  @Override
  public boolean isOurs(String source, Series series, long timeNs, long receiveTimeNs) {
    if (!ownership.sources().contains(source)) {
      if (!source.equals(ownership.replayed())) {
        note(series.asset());
      }
      return true;
    }
    if (epoch > 0 && !ownership.alone().isEmpty() && ownership.alone().contains(series.asset())) {
      return true;
    }
    Owned of = owned(series);
    return of != null
        && (of.by.equals(ownership.self())
            || receiveTimeNs < since.getOrDefault(of.by, Long.MIN_VALUE)
            || epoch > 0 && mayHaveWritten(of, series, timeNs));
  }

  /** Whether this member may have written a row of an instant, with figures that are whole. */
  private boolean mayHaveWritten(Owned of, Series series, long timeNs) {
    if (of.formerlyToNs == Terms.NEVER || timeNs < wholeFrom.getOrDefault(of.by, Long.MAX_VALUE)) {
      return false;
    }
    return timeNs <= of.formerlyToNs + AHEAD_NS
        || series.measurement().equals(Derived.ANNOTATIONS); // people write of the future too
  }

  private void note(Asset asset) {
    Set<Asset> alone = ownership.alone();
    if (asset.machine() != null && alone.size() < MOST_KNOWN && alone.add(asset)) {
      alone.add(asset.toLine());
    }
  }

  private @Nullable Owned owned(Series series) {
    Owned known = owners.get(series);
    if (known == null) {
      if (owners.size() >= MOST_KNOWN) {
        owners.clear();
      }
      String key = View.key(ownership.mode(), series.asset(), series.measurement());
      String owner = view.owner(key);
      if (owner != null) {
        known = new Owned(owner, terms.to(ownership.self(), key));
        owners.put(series, known);
      }
    }
    return known;
  }

  @Override
  public List<Reading> sent(List<Reading> readings) {
    if (epoch == 0) {
      return readings;
    }
    List<Reading> sent = new ArrayList<>(readings.size());
    for (Reading each : readings) {
      sent.add(raised(each));
    }
    return sent;
  }

  private Reading raised(Reading reading) {
    if (reading.value() instanceof Value.Whole whole && reading.metric().equals(REVISION)) {
      return new Reading(
          reading.series(),
          reading.metric(),
          new Value.Whole((epoch << EPOCH_SHIFT) + whole.value()),
          reading.timeNs(),
          reading.quality(),
          reading.reason());
    }
    return reading;
  }
}
