package io.weir.gateway.efficiency.signal;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.AssetPattern;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CycleSpan;
import io.weir.gateway.model.Asset;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The ideal cycles of one machine by product and time. A cycle that is given for the machine goes
 * before one for all. Immutable.
 */
public final class DatedCycles {

  /** Of one product. */
  private static final int MOST_STRETCHES = 64;

  static final DatedCycles NONE = new DatedCycles(Map.of());

  /** Holds in [from, to). */
  private record Span(long from, long to, long cycleNs) {

    boolean isDated() {
      return from != Long.MIN_VALUE || to != Long.MAX_VALUE;
    }

    boolean holds(long instant) {
      return from <= instant && instant < to;
    }
  }

  private final Map<String, List<Span>> byProduct;

  private DatedCycles(Map<String, List<Span>> byProduct) {
    this.byProduct = byProduct;
  }

  /**
   * @param zone in which a date begins and ends
   */
  public static DatedCycles of(List<CycleSpan> all, Asset machine, ZoneId zone) {
    if (all.isEmpty()) {
      return NONE;
    }
    Map<String, List<Span>> byProduct = new HashMap<>();
    for (boolean own : new boolean[] {true, false}) {
      for (CycleSpan each : all) {
        boolean isOwn = !each.machine().equals(CycleSpan.ALL);
        if (isOwn == own && (!own || isFor(each, machine))) {
          byProduct
              .computeIfAbsent(each.product(), absent -> new ArrayList<>(1))
              .add(
                  new Span(
                      instant(each.validFrom(), zone, Long.MIN_VALUE),
                      each.validTo().equals(LocalDate.MAX)
                          ? Long.MAX_VALUE
                          : instant(each.validTo().plusDays(1), zone, Long.MAX_VALUE),
                      each.cycle().toNanos()));
        }
      }
    }
    return new DatedCycles(byProduct);
  }

  /** A name of a machine, or the path of one with its levels. */
  private static boolean isFor(CycleSpan cycle, Asset machine) {
    String name = cycle.machine().contains("/") ? machine.path() : machine.machine();
    return AssetPattern.of(cycle.machine()).matcher(String.valueOf(name)).matches();
  }

  private static long instant(LocalDate date, ZoneId zone, long otherwise) {
    return date.equals(LocalDate.MIN) || date.equals(LocalDate.MAX)
        ? otherwise
        : date.atStartOfDay(zone).toEpochSecond() * ShiftCalendar.SECOND;
  }

  boolean isEmpty() {
    return byProduct.isEmpty();
  }

  /** The cycle of a product at an instant, 0 where it is not known. */
  long cycleNs(String product, long instant) {
    for (Span span : byProduct.getOrDefault(product, List.of())) {
      if (span.holds(instant)) {
        return span.cycleNs;
      }
    }
    return 0;
  }

  /**
   * The cycles of a product up to an instant, one after the other; the newest of them, if there are
   * more than are kept.
   */
  List<CycleStretch> stretches(String product, long upTo) {
    List<Span> spans = byProduct.getOrDefault(product, List.of());
    TreeSet<Long> begins = new TreeSet<>(Set.of(Long.MIN_VALUE));
    for (Span span : spans) {
      begins.add(span.from);
      begins.add(span.to);
    }
    List<CycleStretch> all = new ArrayList<>();
    for (long begin : begins.headSet(upTo, true)) {
      Span span = spans.stream().filter(each -> each.holds(begin)).findFirst().orElse(null);
      CycleStretch.append(
          all,
          new CycleStretch(begin, span == null ? 0 : span.cycleNs, span != null && span.isDated()));
    }
    return List.copyOf(all.subList(Math.max(0, all.size() - MOST_STRETCHES), all.size()));
  }
}
