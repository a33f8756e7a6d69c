package io.weir.sim.scenario;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The kinds of events by name, each with how long it lasts and how its own keys are read. */
final class EventEffects {

  /** How the times of an event are given. */
  enum Timing {
    /** {@code at} and {@code for}. */
    SPAN,
    /** {@code at}; what it does, stays done. */
    INSTANT,
    /** Neither: all the time. */
    ALWAYS
  }

  record EventKind(Timing timing, Function<YamlMapping, EventEffect> reader) {}

  private static final Map<String, EventKind> ALL = new LinkedHashMap<>();

  static {
    kind("breakdown", Timing.SPAN, Breakdown::read);
    kind("slow-cycle", Timing.SPAN, SlowCycle::read);
    kind("scrap-burst", Timing.SPAN, ScrapBurst::read);
    kind("changeover", Timing.SPAN, Changeover::read);
    kind("starved", Timing.SPAN, Starved::read);
    kind("network-outage", Timing.SPAN, NetworkOutage::read);
    kind("clock-skew", Timing.SPAN, ClockSkew::read);
    kind("late-data", Timing.SPAN, LateData::read);
    kind("duplicate-data", Timing.SPAN, DuplicateData::read);
    kind("counter-reset", Timing.INSTANT, CounterReset::read);
    kind("counter-rollover", Timing.ALWAYS, CounterRollover::read);
    kind("poison", Timing.SPAN, Poison::read);
  }

  private EventEffects() {}

  private static void kind(String name, Timing timing, Function<YamlMapping, EventEffect> reader) {
    ALL.put(name, new EventKind(timing, reader));
  }

  static Collection<String> names() {
    return ALL.keySet();
  }

  /** The kind of a name in {@link #names()}. */
  static EventKind of(String name) {
    EventKind entry = ALL.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("there is no kind " + name);
    }
    return entry;
  }
}
