package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** A Tasmota device beside the machine, with the time zone in its times (SetOption52). */
final class TasmotaPayload {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx").withZone(ZoneOffset.UTC);

  private TasmotaPayload() {}

  static List<DeviceMessage> messages(MachineSample sample) {
    ObjectNode message = SampleValues.JSON.objectNode();
    message.put("Time", SECONDS.format(Instant.ofEpochMilli(sample.at())));
    message.set("MACHINE", SampleValues.object(sample));
    return List.of(
        DeviceMessage.of("tele/" + sample.path().machine() + "/SENSOR", message.toString()));
  }
}
