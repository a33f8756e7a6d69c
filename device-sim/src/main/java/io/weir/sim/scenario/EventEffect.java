package io.weir.sim.scenario;

import io.weir.sim.plant.MachineControls;
import io.weir.sim.plant.MachineSample;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What an event does, to each of its machines alike. Immutable, as read from a scenario. */
sealed interface EventEffect {

  /** Something that happens to the machine itself: its readings tell it. */
  non-sealed interface Disturbance extends EventEffect {

    /**
     * @param until when the event is over, epoch ms
     */
    void begin(MachineControls machine, long at, long until);

    default void end(MachineControls machine) {}
  }

  /** Something the device says wrongly while the machine works as ever. */
  non-sealed interface DeviceFault extends EventEffect {

    /**
     * How its samples change, for one machine.
     *
     * @param before its last sample before the event, if there was one, as the faults before this
     *     one tell it
     */
    UnaryOperator<MachineSample> begin(@Nullable MachineSample before);
  }

  /** Something that happens to messages on the way to the broker. */
  non-sealed interface NetworkFault extends EventEffect {

    /**
     * What becomes of one message.
     *
     * @param sent when it would arrive, epoch ms
     * @param until when the event is over, epoch ms
     * @return what arrives of it; none if it is lost
     */
    List<Delivery> pass(long sent, long until, Random random);
  }

  /**
   * A message arrives.
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
