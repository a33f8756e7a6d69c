package io.weir.sim.scenario;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The kinds of event by name: their timing, and the reader of their keys. */
final class EventEffects {

  /** Which times an event has in the file. */
  enum Timing {
    /** {@code at} and {@code for}. */
    SPAN,
    /** {@code at}; the effect is permanent. */
    INSTANT,
    /** None: the effect lasts for the whole play. */
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
    kind("lost-messages", Timing.SPAN, LostMessages::read);
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
      throw new IllegalArgumentException("unknown kind " + name);
    }
    return entry;
  }
}
