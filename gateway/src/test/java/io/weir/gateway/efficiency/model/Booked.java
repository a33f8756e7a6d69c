package io.weir.gateway.efficiency.model;

import java.util.List;
import java.util.Map;

/** Scrap and rework that people book: pieces that move from good to scrap. */
final class Booked {

  private final List<Said> booked;

  Booked(List<Said> said) {
    booked = said.stream().filter(Said::booksPieces).toList();
  }

  private double amount(Said.Kind kind, long start, long end) {
    double amount = 0;
    for (Said each : booked) {
      if (each.kind() == kind) {
        long time = States.overlap(each.from(), each.to(), start, end);
        amount += each.amount() * time / (each.to() - each.from());
      }
    }
    return amount;
  }

  /** Moves the pieces of [start, end) in rows that together are of that time. */
  void move(List<Map<String, Double>> rows, long start, long end) {
    double scrap = amount(Said.Kind.SCRAP_BOOKED, start, end);
    double rework = amount(Said.Kind.REWORK_BOOKED, start, end);
    double all = scrap + rework;
    if (all == 0) {
      return;
    }
    double good = rows.stream().mapToDouble(Booked::good).sum();
    double moved = Math.min(all, good);
    for (Map<String, Double> row : rows) {
      if (rework > 0) {
        row.put(MachineModel.REWORKED, 1.0);
      }
      if (moved < all - 1e-6) {
        row.computeIfPresent("contradictory", (field, value) -> 1.0);
      }
      if (good(row) > 0) {
        move(row, moved / good, rework / all);
      }
    }
  }

  private static double good(Map<String, Double> row) {
    return Math.max(0, row.getOrDefault("good", 0.0));
  }

  /** A share of what is good becomes scrap, and a share of that rework. */
  private static void move(Map<String, Double> row, double share, double reworked) {
    double moved = row.get("good") * share;
    row.merge("good", -moved, Double::sum);
    row.merge("scrap", moved, Double::sum);
    row.merge("rework", moved * reworked, Double::sum);
    row.computeIfPresent("ideal_good_s", (field, value) -> value * (1 - share));
    give(row, "gap_good", MachineModel.gap("scrap"), share);
    give(row, MachineModel.timed("good"), MachineModel.timed("scrap"), share);
  }

  private static void give(Map<String, Double> row, String from, String to, double share) {
    double amount = row.get(from) * share;
    row.merge(from, -amount, Double::sum);
    row.merge(to, amount, Double::sum);
  }
}
