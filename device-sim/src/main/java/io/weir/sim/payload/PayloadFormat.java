package io.weir.sim.payload;

import io.weir.sim.plant.MachineSample;
import java.util.List;

/**
 * How a factory says what its machines have to say. Formats with sessions remember what they have
 * announced, so one object serves one play, in the order of its samples.
 */
public interface PayloadFormat {

  /** The messages of a sample, in the order in which they are to be published; at least one. */
  List<DeviceMessage> messages(MachineSample sample);
}
