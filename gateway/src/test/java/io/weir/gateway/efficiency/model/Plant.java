package io.weir.gateway.efficiency.model;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plant as it is configured. Times are in nanoseconds unless their type says otherwise. */
public record Plant(
    ZoneId zone,
    List<Shift> shifts,
    Set<LocalDate> holidays,
    long lateness,
    List<Machine> machines,
    List<Line> lines,
    List<Reason> reasons,
    List<Signal> signals) {

  /** A shift of some days of the week; an end at or before the start is on the next day. */
  public record Shift(
      String name, Set<DayOfWeek> days, LocalTime start, LocalTime end, List<Break> breaks) {}

  /** A break, by its start on the clock. */
  public record Break(LocalTime start, int minutes) {}

  /** How a counter counts. */
  public enum Kind {
    CUMULATIVE,
    DELTA,
    ORDER
  }

  /** What a meter of energy tells. */
  public enum Meter {
    NONE,
    CUMULATIVE
  }

  /** The ideal cycle: a constant, or the seconds of each product. */
  public record Cycle(double seconds, @Nullable Map<String, Double> products) {}

  /**
   * One machine and the rules for it.
   *
   * @param tellsIds whether its counter by order begins again with the id of the order
   */
  public record Machine(
      String asset,
      long silentAfter,
      long microStop,
      long reasonBefore,
      boolean tellsReasons,
      boolean microStopsArePerformance,
      Cycle cycle,
      Kind kind,
      double rollover,
      boolean assumeGood,
      Meter meter,
      boolean tellsOrders,
      boolean tellsIds) {}

  /** A line that makes each piece once. */
  public record Line(String asset, List<String> output, @Nullable String bottleneck) {}

  /**
   * Statistics of a metric of a machine.
   *
   * @param window its length
   * @param sigma NaN where, as {@code center}, it is that of the window before
   */
  public record Signal(
      String asset, long window, double lower, double upper, double center, double sigma) {}

  /**
   * A node of the tree of reasons.
   *
   * @param category the id of its category, its own where it is one
   * @param asset the site, area, line or machine for which it holds
   */
  public record Reason(
      String id, String category, boolean planned, List<String> codes, String asset) {}
}
