package io.weir.sim.payload;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachineSample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;

/** A record of Avro with the fingerprint of its schema in front. */
final class AvroPayload {

  /** On one line, as the route has it. */
  static final String SCHEMA =
      List.of(
              "{ \"type\": \"record\", \"name\": \"Sample\", \"fields\": [{ \"name\": \"ts\","
                  + " \"type\": { \"type\": \"long\", \"logicalType\": \"timestamp-millis\" } }",
              field("state", "string"),
              field("reason", "string"),
              field("product", "string"),
              field("total", "long"),
              field("good", "long"),
              field("reject", "long"),
              field("temperature", "double"),
              field("vibration", "double"),
              field("power_kw", "double"),
              field("energy_kwh", "double"),
              field("speed", "double"),
              field("ideal_cycle", "double"))
          .stream()
          .collect(joining(", ", "", "] }"));

  private static final Schema PARSED = new Schema.Parser().parse(SCHEMA);

  private static final BinaryMessageEncoder<GenericRecord> ENCODER =
      new BinaryMessageEncoder<>(GenericData.get(), PARSED);

  private AvroPayload() {}

  private static String field(String name, String type) {
    return "{ \"name\": \"" + name + "\", \"type\": \"" + type + "\" }";
  }

  static List<DeviceMessage> messages(MachineSample sample) {
    GenericRecord values = new GenericData.Record(PARSED);
    values.put("ts", sample.at());
    SampleValues.of(sample).forEach((name, value) -> values.put(name, plain(name, value)));
    try {
      ByteBuffer encoded;
      synchronized (ENCODER) { // it has a buffer of its own
        encoded = ENCODER.encode(values);
      }
      byte[] payload = new byte[encoded.remaining()];
      encoded.get(payload);
      return List.of(DeviceMessage.of("avro/" + sample.path(), payload));
    } catch (IOException e) {
      throw new UncheckedIOException("memory is always written", e);
    }
  }

  private static Object plain(String name, ValueNode value) {
    if (value.isTextual()) {
      return value.textValue();
    }
    return PARSED.getField(name).schema().getType() == Schema.Type.LONG
        ? (Object) value.longValue()
        : (Object) value.doubleValue();
  }
}
