package io.weir.sim.payload;

import io.weir.sim.plant.MachineSample;
import java.util.List;

/**
 * Turns samples into the messages of a payload format. A format may remember what it has announced,
 * so one object serves one play and receives its samples in order.
 */
public interface PayloadFormat {

  /** The messages of a sample, in the order to publish them: at least one, the last with data. */
  List<DeviceMessage> messages(MachineSample sample);
}
