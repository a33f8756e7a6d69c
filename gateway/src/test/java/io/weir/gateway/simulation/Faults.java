package io.weir.gateway.simulation;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The faults of a scenario in the current turn, and how often each kind has struck. */
final class Faults {

  private static final Set<FaultKind> REFUSING =
      EnumSet.of(
          FaultKind.WRITE_FAILS,
          FaultKind.FORCE_FAILS,
          FaultKind.TRUNCATE_FAILS,
          FaultKind.DIRECTORY_FAILS,
          FaultKind.RENAME_FAILS,
          FaultKind.DELETE_FAILS,
          FaultKind.OPEN_FAILS,
          FaultKind.DISK_FULL);

  private final List<Fault> all;
  private final Map<FaultKind, Long> strikes = new EnumMap<>(FaultKind.class);
  private int turn = -1;

  Faults(Scenario scenario) {
    all = scenario.faults();
  }

  void turn(int now) {
    turn = now;
  }

  int turn() {
    return turn;
  }

  /** No fault strikes any more. */
  void end() {
    turn = Integer.MAX_VALUE;
  }

  /** The fault of this kind that lasts now. Whoever lets it strike says so. */
  @Nullable Fault now(FaultKind kind) {
    for (Fault fault : all) {
      if (fault.kind() == kind && fault.isAt(turn)) {
        return fault;
      }
    }
    return null;
  }

  /** The fault of this kind that began last, over or not. */
  @Nullable Fault begun(FaultKind kind) {
    Fault last = null;
    for (Fault fault : all) {
      if (fault.kind() == kind && fault.at() <= turn && (last == null || fault.at() > last.at())) {
        last = fault;
      }
    }
    return last;
  }

  /** The faults that begin in this turn. */
  List<Fault> beginning() {
    return all.stream().filter(fault -> fault.at() == turn).toList();
  }

  /** Whether any fault lasts now. */
  boolean isAny() {
    return all.stream().anyMatch(fault -> fault.isAt(turn));
  }

  boolean has(FaultKind kind) {
    return all.stream().anyMatch(fault -> fault.kind() == kind);
  }

  /** Whether records and headers of the log of readings stay as they were synced. */
  boolean areRecordsSound() {
    return all.stream().noneMatch(SimulatedDisk::damagesRecords);
  }

  /**
   * Whether the disk may refuse to set apart what a power failure tore of a sync; then what is gone
   * of it counts as damaged.
   */
  boolean mayRefuse() {
    return all.stream().anyMatch(fault -> REFUSING.contains(fault.kind()));
  }

  void struck(FaultKind kind) {
    strikes.merge(kind, 1L, Long::sum);
  }

  Map<FaultKind, Long> strikes() {
    return strikes;
  }
}
