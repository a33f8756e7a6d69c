package io.weir.gateway.efficiency.model;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plant as it is configured. Times are in nanoseconds unless their type says otherwise. */
public record Plant(
    ZoneId zone,
    LocalTime productionDay,
    List<Shift> shifts,
    Set<LocalDate> holidays,
    long lateness,
    List<Machine> machines,
    List<Line> lines,
    List<Reason> reasons,
    List<Signal> signals,
    List<PlannedOrder> planned) {

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
   * @param tellsQuantities whether what it tells of the quantity of an order is read
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
      boolean tellsIds,
      boolean tellsQuantities) {

    Machine withQuantities(boolean told) {
      return new Machine(
          asset,
          silentAfter,
          microStop,
          reasonBefore,
          tellsReasons,
          microStopsArePerformance,
          cycle,
          kind,
          rollover,
          assumeGood,
          meter,
          tellsOrders,
          tellsIds,
          told);
    }
  }

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
   * An order that a file says is to be made.
   *
   * @param asset a machine, or a line
   * @param product "" for none
   * @param quantity NaN for none
   */
  public record PlannedOrder(String asset, String order, String product, double quantity) {

    /** Of an order that is not planned. */
    static final PlannedOrder NONE = new PlannedOrder("", "", "", Double.NaN);

    boolean isFor(String machine) {
      return (machine + "/").startsWith(asset + "/");
    }
  }

  Plant withPlan(List<PlannedOrder> plan) {
    return new Plant(
        zone, productionDay, shifts, holidays, lateness, machines, lines, reasons, signals, plan);
  }

  /** Whether all machines of an asset tell products, or it itself does. */
  boolean tellsProducts(String asset) {
    return machines.stream()
        .filter(machine -> (machine.asset() + "/").startsWith(asset + "/"))
        .map(Machine::cycle)
        .map(Cycle::products)
        .allMatch(Map.class::isInstance);
  }

  /** What is planned of an order: for the machine itself, before what is for its line. */
  PlannedOrder plannedFor(String machine, String order) {
    return planned.stream()
        .filter(each -> each.order.equals(order) && each.isFor(machine))
        .max(Comparator.comparingInt(each -> each.asset.length()))
        .orElse(PlannedOrder.NONE);
  }

  /**
   * A node of the tree of reasons.
   *
   * @param category the id of its category, its own where it is one
   * @param asset the site, area, line or machine for which it holds
   */
  public record Reason(
      String id, String category, boolean planned, List<String> codes, String asset) {}
}
