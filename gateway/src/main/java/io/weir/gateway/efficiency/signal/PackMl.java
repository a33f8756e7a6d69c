package io.weir.gateway.efficiency.signal;

import static io.weir.gateway.model.MachineState.DOWN;
import static io.weir.gateway.model.MachineState.IDLE;
import static io.weir.gateway.model.MachineState.PLANNED;
import static io.weir.gateway.model.MachineState.RUNNING;
import static io.weir.gateway.model.MachineState.SETUP;
import static io.weir.gateway.model.MachineState.STARVED;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.efficiency.config.EfficiencyConfig.Preset;
import io.weir.gateway.model.MachineState;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Default meaning of the states and modes of PackML (ISA-TR88.00.02). A transient state counts as
 * the state it belongs to: suspending as suspended, holding as held.
 */
final class PackMl {

  private static final String[] NAMES = {
    "Undefined",
    "Clearing",
    "Stopped",
    "Starting",
    "Idle",
    "Suspended",
    "Execute",
    "Stopping",
    "Aborting",
    "Aborted",
    "Holding",
    "Held",
    "UnHolding",
    "Suspending",
    "UnSuspending",
    "Resetting",
    "Completing",
    "Complete"
  };

  private static final MachineState[] MEANINGS = {
    UNKNOWN, IDLE, IDLE, IDLE, IDLE, STARVED, RUNNING, IDLE, DOWN, DOWN, DOWN, DOWN, DOWN, STARVED,
    STARVED, IDLE, IDLE, IDLE
  };

  private static final Map<String, MachineState> STATES = new HashMap<>();
  private static final Map<String, MachineState> MODES =
      Map.of(
          "2",
          PLANNED,
          "Maintenance",
          PLANNED,
          "MAINTENANCE",
          PLANNED,
          "3",
          SETUP,
          "Manual",
          SETUP,
          "MANUAL",
          SETUP);

  static {
    for (int i = 0; i < NAMES.length; i++) {
      STATES.put(Integer.toString(i), MEANINGS[i]);
      STATES.put(NAMES[i], MEANINGS[i]);
      STATES.put(NAMES[i].toUpperCase(Locale.ROOT), MEANINGS[i]);
    }
    STATES.put("Completed", IDLE);
    STATES.put("COMPLETED", IDLE);
    STATES.put("Unholding", DOWN); // as OPC UA writes these two (OPC 30050)
    STATES.put("Unsuspending", STARVED);
  }

  private PackMl() {}

  /** By number, and by name as written in the standard or in capitals. */
  static Map<String, MachineState> table(@Nullable Preset preset) {
    if (preset == null) {
      return Map.of();
    }
    return preset == Preset.PACKML_STATE ? STATES : MODES;
  }
}
