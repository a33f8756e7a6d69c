package io.weir.gateway.sink.thin;

import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Reading;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Thins the readings of a log for one store. What the gateway derives itself, and what no rule
 * fits, goes on as it is. Belongs to one thread.
 *
 * <p>Memory is bounded: beyond {@value #MOST} metrics and windows, those of the metric that was
 * touched longest ago are sent and forgotten. What comes of it later than that counts as too late.
 */
public final class Thinner {

  static final int MOST = 100_000;

  /** Silent metrics are looked for so often in the time in which they may be silent. */
  private static final int TICKS = 4;

  /** Receive times rise, but where the clock was ahead; a replay has those from before. */
  private static final long BACK_NS = TimeUnit.HOURS.toNanos(1) / 2;

  private static final long LEAST_TICK_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long MOST_TICK_NS = TimeUnit.MINUTES.toNanos(1);

  private final List<ThinRule> rules;
  private final int most;
  private final long tickNs;

  private final Map<SeriesMetric, MetricState> states = new LinkedHashMap<>();
  private Map<SeriesMetric, @Nullable MetricState> changed = new LinkedHashMap<>();
  private int epoch = 1;

  /** When silent metrics were looked for, a receive time. */
  private long tickedNs;

  private long evictedNs;
  private long weight;

  /** Metrics that no rule fits, so that patterns are not compared again. */
  private final Set<SeriesMetric> unruled = new HashSet<>();

  /** Metrics whose rule is another one now; what is held of them is sent with the next record. */
  private final List<SeriesMetric> ofOtherRules = new ArrayList<>();

  private final Thinned out = new Thinned();

  /**
   * @param from what was known at the position in the log from which records come; not changed
   */
  public Thinner(List<ThinRule> rules, ThinState from) {
    this(rules, from, MOST);
  }

  Thinner(List<ThinRule> rules, ThinState from, int most) {
    this.rules = List.copyOf(rules);
    this.most = most;
    this.tickNs = tickNs(rules, from);
    this.tickedNs = from.tickedNs;
    this.evictedNs = from.evictedNs;
    from.states.forEach(this::begin);
  }

  private void begin(SeriesMetric of, MetricState state) {
    weight += state.weight();
    MetricState copy = state.copy();
    Method now = method(of);
    if (now == null || !copy.continueBy(now)) {
      ofOtherRules.add(of);
    }
    states.put(of, copy);
  }

  private static long tickNs(List<ThinRule> rules, ThinState from) {
    long least = MOST_TICK_NS;
    for (ThinRule rule : rules) {
      least = Math.min(least, rule.method().patienceNs() / TICKS);
    }
    for (MetricState state : from.states.values()) {
      least = Math.min(least, state.method().patienceNs() / TICKS);
    }
    return Math.max(LEAST_TICK_NS, least);
  }

  /**
   * Takes the readings of one record, in the order of the log.
   *
   * @param source of the record
   * @param receivedNs when it was received
   * @return what goes on now; valid until the next call
   */
  public Thinned thin(List<Reading> readings, String source, long receivedNs) {
    out.clear();
    ofOtherRules.forEach(this::changeRule);
    ofOtherRules.clear();
    if (receivedNs + BACK_NS < tickedNs && !source.equals(Message.REPLAY)) {
      beginAgain(receivedNs);
    }
    if (Math.floorDiv(receivedNs, tickNs) > Math.floorDiv(tickedNs, tickNs)) {
      tickedNs = receivedNs;
      sendDue(receivedNs);
    }
    for (Reading reading : readings) {
      if (Derived.is(reading.series().measurement())) {
        out.asIs(reading);
      } else {
        add(reading, source, receivedNs);
      }
    }
    return out;
  }

  private void add(Reading reading, String source, long receivedNs) {
    SeriesMetric of = new SeriesMetric(reading.series(), reading.metric());
    MetricState state = states.get(of);
    if (state == null) {
      Method method = method(of);
      if (method == null) {
        out.asIs(reading);
        return;
      }
      state = begin(method);
    } else {
      state = own(state);
    }
    weight -= state.weight();
    state.source = source; // of what is held, too, should it not be the first that sends it
    state.add(of, reading, receivedNs, out);
    put(of, state);
    evict();
  }

  private MetricState begin(Method method) {
    MetricState state = method.begin();
    state.epoch = epoch;
    state.closeBelow(evictedNs);
    weight += state.weight();
    return state;
  }

  /** A state that may be changed. */
  private MetricState own(MetricState state) {
    if (state.epoch == epoch) {
      return state;
    }
    MetricState copy = state.copy();
    copy.epoch = epoch;
    return copy;
  }

  private void put(SeriesMetric of, MetricState state) {
    weight += state.weight();
    states.remove(of);
    states.put(of, state);
    changed.remove(of);
    changed.put(of, state);
  }

  private void forget(SeriesMetric of) {
    states.remove(of);
    changed.remove(of);
    changed.put(of, null);
  }

  private void sendDue(long receivedNs) {
    List<SeriesMetric> due = new ArrayList<>();
    states.forEach(
        (of, state) -> {
          if (state.isDue(receivedNs)) {
            due.add(of);
          }
        });
    for (SeriesMetric of : due) {
      MetricState state = states.get(of);
      if (state != null) {
        state = own(state);
        weight -= state.weight();
        state.due(of, receivedNs, out);
        put(of, state);
      }
    }
  }

  /** What was held by a rule of before is sent; a window that was begun is not begun again. */
  private void changeRule(SeriesMetric of) {
    MetricState state = states.get(of);
    if (state == null) {
      return;
    }
    MetricState before = state.copy();
    weight -= state.weight();
    before.end(of, out);
    forget(of);
    Method now = method(of);
    if (now != null) {
      MetricState begun = begin(now);
      begun.closeBelow(before.closedNs());
      weight -= begun.weight();
      put(of, begun);
    }
  }

  /**
   * The clock of the gateway was ahead and went back: what is held is sent, and windows begin with
   * the next one. Else all that comes would be too late for them until it is that time.
   */
  private void beginAgain(long receivedNs) {
    for (SeriesMetric of : List.copyOf(states.keySet())) {
      MetricState ended = Objects.requireNonNull(states.get(of)).copy();
      weight -= ended.weight();
      ended.end(of, out);
      forget(of);
    }
    evictedNs = receivedNs;
    tickedNs = receivedNs;
  }

  private void evict() {
    while (weight > most && states.size() > 1) {
      SeriesMetric oldest = states.keySet().iterator().next();
      MetricState state = states.get(oldest);
      if (state == null) {
        return;
      }
      MetricState ended = state.copy();
      weight -= state.weight();
      ended.end(oldest, out);
      evictedNs = Math.max(evictedNs, ended.closedNs());
      forget(oldest);
    }
  }

  private @Nullable Method method(SeriesMetric of) {
    if (unruled.contains(of)) {
      return null;
    }
    for (ThinRule rule : rules) {
      if (rule.fits(of)) {
        return rule.method();
      }
    }
    if (unruled.size() >= most) {
      unruled.clear();
    }
    unruled.add(of);
    return null;
  }

  /** What has changed since the last call, for a {@link ThinState} of before. */
  public ThinChanges takeChanges() {
    ThinChanges taken = new ThinChanges(changed, tickedNs, evictedNs);
    changed = new LinkedHashMap<>();
    epoch++;
    return taken;
  }
}
