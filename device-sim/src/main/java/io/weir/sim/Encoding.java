package io.weir.sim;

import io.weir.sim.plant.Sample;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How a sample becomes messages. */
public interface Encoding {

  /** One message to publish. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Message(String topic, byte[] payload) {}

  /** One JSON object on {@code factory/SITE/AREA/LINE/MACHINE/telemetry}. */
  Encoding JSON =
      sample ->
          List.of(
              new Message(sample.place().topic(), sample.json().getBytes(StandardCharsets.UTF_8)));

  /** The messages of a sample, in the order in which they are sent. */
  List<Message> messages(Sample sample);
}
