package io.weir.sim.payload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;

/** SenML packs (RFC 8428), one per sample; in CBOR with the text labels that the RFC allows. */
final class SenmlPayload implements PayloadFormat {

  private final ObjectMapper mapper;
  private final String encoding;

  private SenmlPayload(ObjectMapper mapper, String encoding) {
    this.mapper = mapper;
    this.encoding = encoding;
  }

  static SenmlPayload json() {
    return new SenmlPayload(new JsonMapper(), "json");
  }

  static SenmlPayload cbor() {
    return new SenmlPayload(new CBORMapper(), "cbor");
  }

  @Override
  public List<DeviceMessage> messages(MachineSample sample) {
    MachinePath path = sample.path();
    ArrayNode pack = SampleValues.JSON.arrayNode();
    pack.addObject().put("bn", path.machine() + "/").put("bt", BigDecimal.valueOf(sample.at(), 3));
    SampleValues.of(sample)
        .forEach(
            (name, value) -> {
              ObjectNode item = pack.addObject().put("n", name);
              item.set(value.isTextual() ? "vs" : "v", value);
              if (name.equals("temperature")) {
                item.put("u", "Cel");
              }
            });
    String topic = String.join("/", "senml", path.site(), path.area(), path.line(), encoding);
    try {
      return List.of(DeviceMessage.of(topic, mapper.writeValueAsBytes(pack)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
