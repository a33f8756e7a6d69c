package io.weir.sim.payload;

import io.weir.sim.plant.Sample;
import java.util.ArrayList;
import java.util.List;

/** One value a topic, without a time. */
final class ScalarPayload {

  private ScalarPayload() {}

  static List<Message> messages(Sample sample) {
    List<Message> messages = new ArrayList<>();
    Values.said(sample)
        .forEach(
            (name, value) ->
                messages.add(Message.of("tags/" + sample.place() + "/" + name, value.asText())));
    return messages;
  }
}
