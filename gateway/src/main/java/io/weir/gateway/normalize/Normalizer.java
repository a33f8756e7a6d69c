package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message's way from samples to readings: name, place, time, type, in this order. Made for each
 * message and used by one thread. Every sample ends in exactly one of {@link #readings()}, {@link
 * #rejected()} and {@link #filtered()}.
 *
 * <p>A step is a few lines in {@link #reading}: it changes what the sample says, or throws {@link
 * Unfit} with the sentence that the quarantine will show.
 */
public final class Normalizer {

  private final Types types;
  private final Match match;
  private final boolean typed;
  private final boolean retained;
  private final long receiveNs;

  private final List<Reading> readings = new ArrayList<>();
  private final List<Rejected> rejected = new ArrayList<>(0);
  private int filtered;
  private int skewed;

  private final EventClock.Stamp received;

  // Samples of one point share the instances of its time, asset and tags: what the last one came to
  // holds for the next.
  private @Nullable Value timed;
  private EventClock.@Nullable Stamp stamp;
  private @Nullable Sample placed;
  private @Nullable Series series;

  /**
   * @param typed whether the payload's format tells integers from floats
   * @param retained whether the broker served the message from its store of retained ones
   * @param receiveNs when it arrived; stands in for a time that the payload does not have
   */
  public Normalizer(Types types, Match match, boolean typed, boolean retained, long receiveNs) {
    this.types = types;
    this.match = match;
    this.typed = typed;
    this.retained = retained;
    this.receiveNs = receiveNs;
    this.received = new EventClock.Stamp(receiveNs, null);
  }

  /** Takes one sample. */
  public void add(Sample sample) {
    String name = match.metric(sample.name());
    Route.Metric listed = match.route.metric(name);
    if ((listed == null && match.route.dropsUnlisted) || (retained && sample.time() == null)) {
      filtered++;
      return;
    }
    try {
      readings.add(
          listed == null
              ? reading(sample, name, null)
              : reading(sample, listed.to(), listed.type()));
    } catch (Unfit unfit) {
      rejected.add(new Rejected(unfit.reason(), unfit.detail(), sample.part()));
    }
  }

  private Reading reading(Sample sample, String metric, Value.@Nullable Type declared)
      throws Unfit {
    Series place = place(sample);
    if (!place.tags().isEmpty()) {
      Names.checkNotTag(metric, place.tags());
    }
    EventClock.Stamp time = time(sample);
    Value value = types.fit(place.measurement(), metric, sample.value(), declared, typed);
    if (time.skewed()) {
      skewed++;
    }
    boolean doubtful = time.doubt() != null && sample.quality() == Quality.GOOD;
    return new Reading(
        place,
        metric,
        value,
        time.ns(),
        doubtful ? Quality.UNCERTAIN : sample.quality(),
        doubtful ? time.doubt() : sample.reason());
  }

  @SuppressWarnings("ReferenceEquality") // the same instance is what is asked for
  private Series place(Sample sample) throws Unfit {
    Series known = series;
    if (known != null
        && placed != null
        && sample.asset() == placed.asset()
        && sample.tags() == placed.tags()
        && Objects.equals(sample.measurement(), placed.measurement())) {
      return known;
    }
    Series place = match.series(sample.measurement(), sample.asset(), sample.tags());
    check(place);
    series = place;
    placed = sample;
    return place;
  }

  private static void check(Series place) throws Unfit {
    Names.checkMeasurement(place.measurement());
    Asset asset = place.asset();
    Names.checkLevel("site", asset.site());
    Names.checkLevel("area", asset.area());
    Names.checkLevel("line", asset.line());
    Names.checkLevel("machine", asset.machine());
    for (Map.Entry<String, String> tag : place.tags().entrySet()) {
      Names.checkTag(tag.getKey(), tag.getValue());
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same instance is what is asked for
  private EventClock.Stamp time(Sample sample) throws Unfit {
    Value time = sample.time();
    if (time == null) {
      return received;
    }
    EventClock.Stamp known = stamp;
    if (known != null && time == timed) {
      return known;
    }
    EventClock.Stamp read = match.route.clock.read(time, sample.timeUnit(), receiveNs);
    stamp = read;
    timed = time;
    return read;
  }

  /** Takes a part that the decoder could not read. */
  public void reject(Rejected part) {
    rejected.add(part);
  }

  /** Takes a part left out on purpose. */
  public void filter() {
    filtered++;
  }

  /**
   * Returns when the types that the readings rest on are on stable storage.
   *
   * @throws IOException if they are not: the message must not be taken
   */
  public void settle() throws IOException {
    types.settle();
  }

  public List<Reading> readings() {
    return readings;
  }

  public List<Rejected> rejected() {
    return rejected;
  }

  public int filtered() {
    return filtered;
  }

  /** How many of the readings stand at the receive time because the sender's clock is wrong. */
  public int skewed() {
    return skewed;
  }
}
