package io.weir.gateway.efficiency;

import io.weir.gateway.correction.Change.PiecesBooked;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.Asset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What people booked of one machine as scrap and rework, shift by shift and reason by reason: rows
 * of {@code defects}. A reason of which nothing is left, because it was undone, is written with 0.
 *
 * <p>What was written is remembered while the shift may change, and is no part of the state: after
 * a restart the same rows are written once more.
 *
 * <p>Mutable; belongs to its {@link MachineRows}.
 */
final class Defects {

  /** Reasons of a machine in one shift; beyond them there is {@link Symbols#OTHER_WORD}. */
  static final int MOST = 50;

  /**
   * Millionths of pieces.
   *
   * @param rework those of the scrap that more work can make good
   */
  private record Booked(long scrap, long rework) {

    Booked with(Booked other) {
      return new Booked(scrap + other.scrap, rework + other.rework);
    }
  }

  private final Asset machine;
  private final Corrections corrections;
  private final FigureRows rows;
  private final Map<BucketKey, Map<String, Booked>> written = new HashMap<>();

  Defects(Asset machine, Corrections corrections, FigureRows rows) {
    this.machine = machine;
    this.corrections = corrections;
    this.rows = rows;
  }

  /** Writes what differs from what was written of a shift. */
  void write(BucketKey shift) {
    Map<String, Booked> now = booked(shift);
    Map<String, Booked> before = now.isEmpty() ? Map.of() : written.getOrDefault(shift, Map.of());
    if (now.equals(before)) {
      return;
    }
    now.forEach(
        (reason, booked) -> {
          if (!booked.equals(before.get(reason))) {
            rows.defect(machine, shift, reason, booked.scrap, booked.rework);
          }
        });
    written.put(shift, now);
  }

  /** The shift changes no more. */
  void forget(BucketKey shift) {
    written.remove(shift);
  }

  void clear() {
    written.clear();
  }

  private Map<String, Booked> booked(BucketKey shift) {
    Map<String, Booked> byReason = new TreeMap<>();
    add(byReason, corrections.of(machine), shift, true);
    add(byReason, corrections.undoneBookings(machine), shift, false);
    return byReason;
  }

  private static void add(
      Map<String, Booked> byReason, List<Correction> all, BucketKey shift, boolean holds) {
    for (Correction each : all) {
      if (each.change() instanceof PiecesBooked booked
          && each.from() < shift.end()
          && each.to() > shift.start()) {
        long pieces = holds ? BookedPieces.Booking.of(each, booked).within(shift) : 0;
        String reason = reason(booked.defect());
        boolean fits = byReason.containsKey(reason) || byReason.size() < MOST;
        byReason.merge(
            fits ? reason : Symbols.OTHER_WORD,
            new Booked(pieces, booked.rework() ? pieces : 0),
            Booked::with);
      }
    }
  }

  private static String reason(@Nullable Why defect) {
    return defect == null ? "" : defect.reason();
  }
}
