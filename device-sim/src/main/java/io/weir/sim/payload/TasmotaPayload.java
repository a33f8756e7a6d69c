package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** A Tasmota device beside the machine, with the time zone in its times (SetOption52). */
final class TasmotaPayload {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

  private TasmotaPayload() {}

  static List<Message> messages(Sample sample) {
    ObjectNode message = Values.JSON.objectNode();
    message.put("Time", SECONDS.format(Instant.ofEpochMilli(sample.at())));
    message.set("MACHINE", Values.object(sample));
    return List.of(Message.of("tele/" + sample.place().machine() + "/SENSOR", message.toString()));
  }
}
