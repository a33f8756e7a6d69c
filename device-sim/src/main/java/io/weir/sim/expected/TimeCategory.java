package io.weir.sim.expected;

import io.weir.sim.plant.SimulatedState;
import java.util.Locale;

/** The category as which a machine's time counts. The ordinal is the code that is stored. */
enum TimeCategory {
  UNKNOWN,
  RUNNING,
  MICRO_STOP,
  DOWN,
  SETUP,
  IDLE,
  PLANNED,
  STARVED,
  BLOCKED;

  static TimeCategory of(SimulatedState state) {
    return switch (state) {
      case RUNNING -> RUNNING;
      case SETUP -> SETUP;
      case IDLE -> IDLE;
      case STARVED -> STARVED;
      case BLOCKED -> BLOCKED;
      case DOWN -> DOWN;
      case MAINTENANCE -> PLANNED;
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The field in which its time is summed. */
  String field() {
    return switch (this) {
      case RUNNING -> "run_s";
      case PLANNED -> "planned_stop_s";
      default -> word() + "_s";
    };
  }

  /** The field of the energy that the machine uses in it. */
  String energyField() {
    return switch (this) {
      case RUNNING -> "energy_run_kwh";
      case SETUP -> "energy_setup_kwh";
      case UNKNOWN -> "energy_unknown_kwh";
      case PLANNED -> "energy_planned_stop_kwh";
      default -> "energy_stop_kwh";
    };
  }

  /** Whether a short stop of this category is a micro-stop. */
  boolean mayBeShort() {
    return this == DOWN || this == IDLE || this == STARVED || this == BLOCKED;
  }

  /** Whether it is a stop, which has a reason. */
  boolean isStop() {
    return this != RUNNING && this != PLANNED;
  }
}
