package io.weir.gateway.normalize;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Excerpt;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.SequenceNumber;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One message's way from samples to readings: name, place, time, number, type, range, in this order
 * for each sample; then for all together one reading for each point of a store, and the report.
 * Made for each message and used by one thread. After {@link #end} every sample is in exactly one
 * of {@link #readings()}, {@link #rejected()} and {@link #filtered()}.
 *
 * <p>A step for one sample is a few lines in {@link #read}: it changes what the sample says, or
 * throws {@link Unfit} with the sentence that the quarantine will show. {@link MessageReadings} has
 * the steps for all.
 */
public final class Normalizer implements Types.Newcomers {

  private static final String OUT_OF_RANGE = "out of range";

  /** What becomes of the samples that {@link #add} did not decide about, in their order. */
  public interface Fates {
    void kept(Reading reading);

    void rejected(Rejected rejected);

    void filtered(String why);
  }

  private static final Fates UNTOLD =
      new Fates() {
        @Override
        public void kept(Reading reading) {}

        @Override
        public void rejected(Rejected rejected) {}

        @Override
        public void filtered(String why) {}
      };

  private final Types types;
  private final NormalizerMemory recent;
  private final SourceNames names;
  private final PendingState pending;
  private final Match match;
  private final boolean typed;
  private final boolean retained;
  private final long receiveNs;

  private final MessageReadings message;
  private int skewed;
  private int misread;
  private boolean timed;
  private List<SequenceNumber> numbers = List.of();
  private long newestNs = Long.MIN_VALUE;

  /** Stands for the time that the payload does not have, in milliseconds. */
  private @Nullable Value sent;

  /** The stamp of what has no time of its own, once there is any. */
  private EventClock.@Nullable Stamp received;

  // Samples of one point share the instances of its time, asset and tags: what the last one came to
  // holds for the next.
  private @Nullable Value stamped;
  private EventClock.@Nullable Stamp stamp;
  private @Nullable Sample placed;
  private @Nullable Series series;
  private @Nullable Unfit unplaced;
  private Quality trusted = Quality.GOOD;
  private @Nullable String trustedWord;

  /**
   * @param source whose names they are
   * @param typed whether the payload's format distinguishes integers from floats
   * @param retained whether the broker served the message from its store of retained ones
   * @param receiveNs when it arrived; stands in for a time that the payload does not have
   */
  public Normalizer(
      Types types,
      NormalizerMemory recent,
      String source,
      Match match,
      boolean typed,
      boolean retained,
      long receiveNs) {
    this.types = types;
    this.recent = recent;
    this.names = recent.names().of(source);
    this.pending = new PendingState(recent);
    this.match = match;
    this.typed = typed;
    this.retained = retained;
    this.receiveNs = receiveNs;
    this.message = new MessageReadings(recent, pending, receiveNs);
  }

  /** Takes the sender's time that came beside the payload, milliseconds since the epoch. */
  public void sentAt(long ms) {
    sent = new Value.Whole(ms);
  }

  /**
   * Takes where in the payload the samples that follow stand.
   *
   * @param line from 1; 0 where it is not known
   * @param column from 1; 0 for the line as a whole
   */
  public void standsAt(int line, int column) {
    message.standsAt(line, column);
  }

  private boolean isTimed(Sample sample) {
    return sample.time() != null || sent != null;
  }

  /** Takes one sample. What becomes of it may be known only at the {@link #end}. */
  public void add(Sample sample) {
    add(sample.name(), sample.value(), sample);
  }

  /**
   * The same of a sample with that name and value, which has all else of another one.
   *
   * @param named as the payload names it
   */
  public void add(String named, Value value, Sample sample) {
    timed |= isTimed(sample);
    if (match.route.sequence != null) {
      count(match.route.sequence.number(named, value), match.route.sequence, sample);
    }
    String name = match.metric(named);
    TopicRoute.Metric rule = match.route.metric(name);
    if (rule == null) {
      message.filter("not listed among the route's metrics");
      return;
    }
    if (match.route.ignores(name)) {
      message.filter("ignored by the route");
      return;
    }
    if (retained && !isTimed(sample) && !match.route.keepsRetained) {
      message.filter("retained by the broker, and without a time of its own");
      return;
    }
    try {
      read(name, value, sample, rule);
    } catch (Unfit unfit) {
      message.reject(unfit.reason(), unfit.detail(), sample.part());
    }
  }

  /** Takes the number of the message, if the sample is the field that the route names. */
  private void count(long number, RouteConfig.Sequence sequence, Sample sample) {
    if (number < 0 || retained) {
      return;
    }
    try {
      add(new SequenceNumber(place(sample).asset(), "", number, sequence.bits(), false));
    } catch (Unfit unplaced) {
      return; // whose number it is, is not known; the sample itself is rejected for that below
    }
  }

  /** Takes what the sender counted the message as, where the payload's format has such a number. */
  public void numbered(SequenceNumber number) {
    if (retained) {
      return;
    }
    String sender =
        number.sender().startsWith("/") ? match.topic + number.sender() : number.sender();
    add(
        new SequenceNumber(
            placed(number.asset()), sender, number.number(), number.bits(), number.begins()));
  }

  private void add(SequenceNumber number) {
    if (numbers.isEmpty()) {
      numbers = new ArrayList<>(1);
    }
    numbers.add(number);
  }

  private Asset placed(Asset ofPayload) {
    try {
      return match.asset(ofPayload, Map.of());
    } catch (Unfit unplaced) {
      return ofPayload; // the samples are rejected for that
    }
  }

  /** What the sender counted the message as. */
  public List<SequenceNumber> numbers() {
    return numbers;
  }

  private void read(String name, Value given, Sample sample, TopicRoute.Metric rule) throws Unfit {
    String metric = rule.to().isEmpty() ? name : rule.to();
    Series place = place(sample);
    if (!place.tags().isEmpty()) {
      StoreNames.checkNotTag(metric, place.tags());
    }
    EventClock.Stamp time = time(sample);
    Value sent = rule.values().isEmpty() ? given : meant(metric, given, rule.values());
    if (rule.conditioning() != null) {
      sent = rule.conditioning().apply(sent, sample.unit(), rule.type());
    }
    names.check(sent);
    Value value = types.fit(this, place.measurement(), metric, sent, rule.type(), typed);
    Quality quality = sample.quality();
    String reason = sample.reason();
    if (trusted.compareTo(quality) > 0) {
      quality = trusted;
      reason = trustedWord;
    }
    boolean isOutside =
        rule.range() != null && quality != Quality.BAD && !inRange(value, metric, rule.range());
    if (isOutside && quality == Quality.GOOD) {
      quality = Quality.UNCERTAIN;
      reason = OUT_OF_RANGE;
    }
    if (time.doubt() != null && quality == Quality.GOOD) {
      quality = Quality.UNCERTAIN;
      reason = time.doubt();
    }
    count(time);
    message.add(
        new Reading(place, metric, value, time.ns(), quality, reason),
        rule.report(),
        time,
        isTimed(sample),
        sample.part());
  }

  /** A number as a table of values has it, without a point. */
  private static String whole(Value.Real number) {
    return BigDecimal.valueOf(number.value()).setScale(0, RoundingMode.UNNECESSARY).toString();
  }

  /** What a value stands for. */
  private static Value meant(String metric, Value given, Map<String, Value> values) throws Unfit {
    boolean isWhole = given instanceof Value.Real real && real.value() == Math.rint(real.value());
    String text = isWhole ? whole((Value.Real) given) : ValueRules.text(given);
    Value meant = values.get(text);
    if (meant == null) {
      throw new Unfit(
          Reason.BAD_VALUE,
          "'"
              + Excerpt.of(text)
              + "' is not among the values that the route lists for '"
              + Excerpt.of(metric)
              + "'");
    }
    return meant;
  }

  private static boolean inRange(Value value, String metric, RouteConfig.Range range) throws Unfit {
    double number;
    if (value instanceof Value.Real real) {
      number = real.value();
    } else if (value instanceof Value.Whole whole) {
      number = whole.value();
    } else {
      return true; // text and truth have no range
    }
    boolean inside = number >= range.low() && number <= range.high();
    if (!inside && range.otherwise() == RouteConfig.OutOfRange.REJECT) {
      throw new Unfit(
          Reason.OUT_OF_RANGE,
          "'"
              + Excerpt.of(metric)
              + "' is "
              + ValueRules.text(value)
              + ", outside its range from "
              + range.low()
              + " to "
              + range.high());
    }
    return inside;
  }

  private void count(EventClock.Stamp time) {
    if (time.skewed()) {
      skewed++;
    }
    if (time.misread()) {
      misread++;
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same instance is what is asked for
  private Series place(Sample sample) throws Unfit {
    if (sample == placed && series != null) {
      return series;
    }
    if (placed != null
        && sample.asset() == placed.asset()
        && sample.tags() == placed.tags()
        && Objects.equals(sample.measurement(), placed.measurement())) {
      if (unplaced != null) {
        throw unplaced;
      }
      if (series != null) {
        return series;
      }
    }
    placed = sample;
    series = null;
    unplaced = null;
    try {
      Place place = match.place(names, sample.measurement(), sample.asset(), sample.tags());
      Series found = place.known() ? place.series() : admitted(place.series());
      trust(sample.tags());
      series = found;
      return found;
    } catch (Unfit unfit) {
      unplaced = unfit;
      throw unfit;
    }
  }

  private Series admitted(Series wanted) throws Unfit {
    check(wanted);
    Place admitted = names.admit(wanted, pace());
    match.learn(wanted, admitted);
    return admitted.series();
  }

  private SourceNames.Pace pace() {
    return new SourceNames.Pace(match.topic, match.route.newSeries, receiveNs);
  }

  @Override
  public String source() {
    return names.source();
  }

  @Override
  public void admit(String field) throws Unfit {
    names.admitField(field, pace());
  }

  /** What a field of the payload says of all beside it. */
  private void trust(Map<String, String> fields) {
    RouteConfig.Trust rule = match.route.trust;
    String word = rule == null ? null : fields.get(match.route.trusted);
    trusted = Quality.GOOD;
    trustedWord = word == null ? null : Excerpt.of(word); // it stands in each reading
    if (rule != null && word != null && !isListed(word, rule.good())) {
      trusted = isListed(word, rule.bad()) ? Quality.BAD : Quality.UNCERTAIN;
    }
  }

  /** A sender that writes all its numbers with a point means 192 by 192.0. */
  private static boolean isListed(String word, Collection<String> words) {
    return words.contains(word)
        || (word.endsWith(".0") && words.contains(word.substring(0, word.length() - 2)));
  }

  private static void check(Series place) throws Unfit {
    StoreNames.checkMeasurement(place.measurement());
    Asset asset = place.asset();
    StoreNames.checkLevel("site", asset.site());
    StoreNames.checkLevel("area", asset.area());
    StoreNames.checkLevel("line", asset.line());
    StoreNames.checkLevel("machine", asset.machine());
    for (Map.Entry<String, String> tag : place.tags().entrySet()) {
      StoreNames.checkTag(tag.getKey(), tag.getValue());
    }
  }

  @SuppressWarnings("ReferenceEquality") // the same instance is what is asked for
  private EventClock.Stamp time(Sample sample) throws Unfit {
    Value time = sample.time() == null ? sent : sample.time();
    if (time == null) {
      EventClock.Stamp arrival =
          received == null ? new EventClock.Stamp(receiveNs, null) : received;
      received = arrival;
      return arrival;
    }
    EventClock.Stamp known = stamp;
    if (known != null && time == stamped) {
      return known;
    }
    EventClock clock = match.route.clock;
    Sample.TimeUnit unit = sample.time() == null ? Sample.TimeUnit.MS : sample.timeUnit();
    boolean isForStore = // line protocol
        sample.time() != null && unit != null && sample.measurement() != null;
    EventClock.Stamp read =
        isForStore ? clock.ofAnyAge(time, unit, receiveNs) : clock.read(time, unit, receiveNs);
    stamp = read;
    stamped = time;
    if (read.tellsClock()) {
      newestNs = Math.max(newestNs, read.sentNs());
    }
    return read;
  }

  /** Takes a part that the decoder could not read. */
  public void reject(Rejected part) {
    message.reject(part);
  }

  /** Takes a part left out on purpose. */
  public void filter() {
    message.filter(null);
  }

  /** Ends the message, after its last sample. */
  public void end() {
    end(UNTOLD);
  }

  /** The same, and reports what becomes of the samples that were not decided about before. */
  public void end(Fates fates) {
    message.end(fates);
  }

  /**
   * Whether this message, without a time of its own, is one that came a short while ago.
   *
   * @param payload its bytes
   */
  public boolean repeats(byte[] payload) {
    if (match.route.dedupNs == 0 || timed) {
      return false;
    }
    long key = RecentPayloads.key(match.topic, RecentPayloads.hash(payload));
    if (recent.duplicates.contains(key, receiveNs, match.route.dedupNs)) {
      return true;
    }
    pending.keep(key, receiveNs);
    return false;
  }

  /** Notes how far the sender's clock is from ours, where the message shows it. */
  public void noteClock(String source) {
    if (newestNs != Long.MIN_VALUE && !retained) {
      recent.clocks().note(source, match.topic, receiveNs - newestNs, receiveNs);
    }
  }

  /**
   * Returns when the types that the readings rest on are on stable storage. There are few of them;
   * names are many, and {@link KnownNames#settle} makes those of many messages durable at once.
   *
   * @throws IOException if they are not: the message must not be taken
   */
  public void settle() throws IOException {
    types.settle();
  }

  public List<Reading> readings() {
    return message.readings();
  }

  public List<Rejected> rejected() {
    return message.rejected();
  }

  public int filtered() {
    return message.filtered();
  }

  /** Why the last one was filtered, where there is more to say than that it was. */
  public @Nullable String whyFiltered() {
    return message.whyFiltered();
  }

  /** What the message leaves behind for those that follow. */
  public PendingState pending() {
    return pending;
  }

  /** How many of the samples had a time in another unit than it should be. */
  public int misread() {
    return misread;
  }

  /** How many of the samples had a clock so wrong that the receive time stood in. */
  public int skewed() {
    return skewed;
  }
}
