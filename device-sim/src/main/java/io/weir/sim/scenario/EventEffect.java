package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;
import io.weir.sim.plant.MachineSample;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What an event does to each of its machines. Immutable, as read from a scenario. */
sealed interface EventEffect {

  /** Something that happens to the machine itself, so that its readings show it. */
  non-sealed interface Disturbance extends EventEffect {

    /**
     * @param until when the event is over, epoch ms
     */
    void begin(MachineControls machine, long at, long until);

    default void end(MachineControls machine) {}
  }

  /** Something that the device reports wrongly, while the machine works normally. */
  non-sealed interface DeviceFault extends EventEffect {

    /**
     * Starts the fault on one machine, and returns how it changes the samples.
     *
     * @param before the last sample before the event, as changed by earlier faults; null if there
     *     was none
     */
    UnaryOperator<MachineSample> begin(@Nullable MachineSample before);
  }

  /** Something that happens to messages between the device and the broker. */
  non-sealed interface NetworkFault extends EventEffect {

    /**
     * Passes one message on.
     *
     * @param sent when it would arrive, epoch ms
     * @param until when the event is over, epoch ms
     * @return its deliveries; none if it is lost
     */
    List<Delivery> pass(long sent, long until, Random random);
  }

  /**
   * The arrival of a message.
   *
   * @param at epoch ms
   * @param broken whether its payload is damaged
   */
  record Delivery(long at, boolean broken) {

    static Delivery whole(long at) {
      return new Delivery(at, false);
    }
  }
}
