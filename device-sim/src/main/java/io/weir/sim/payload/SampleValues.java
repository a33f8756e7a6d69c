package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import io.weir.sim.plant.MachineSample;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;

/** The values of a sample by name, as JSON texts, integers and decimal numbers. */
final class SampleValues {

  static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

  private SampleValues() {}

  static Map<String, ValueNode> of(MachineSample sample) {
    Map<String, ValueNode> values = new LinkedHashMap<>();
    values.put("state", JSON.textNode(sample.state().name()));
    values.put("reason", JSON.textNode(sample.reason()));
    values.put("product", JSON.textNode(sample.product()));
    values.put("total", JSON.numberNode(sample.total()));
    values.put("good", JSON.numberNode(sample.good()));
    values.put("reject", JSON.numberNode(sample.reject()));
    values.put("temperature", JSON.numberNode(sample.temperature()));
    values.put("vibration", JSON.numberNode(sample.vibration()));
    values.put("power_kw", JSON.numberNode(sample.powerKw()));
    values.put("energy_kwh", JSON.numberNode(sample.energyKwh()));
    values.put("speed", JSON.numberNode(sample.speed()));
    values.put("ideal_cycle", JSON.numberNode(sample.idealCycle()));
    return values;
  }

  /** The values without empty texts, for formats in which an empty payload has no meaning. */
  static Map<String, ValueNode> nonEmpty(MachineSample sample) {
    Map<String, ValueNode> values = of(sample);
    values.values().removeIf(value -> value.asText().isEmpty());
    return values;
  }

  static ObjectNode object(MachineSample sample) {
    return JSON.objectNode().setAll(of(sample));
  }

  /** An object with a member for each value, in the shape of the format. */
  static ObjectNode object(MachineSample sample, BiFunction<String, ValueNode, ObjectNode> shape) {
    ObjectNode object = JSON.objectNode();
    of(sample).forEach((name, value) -> object.set(name, shape.apply(name, value)));
    return object;
  }
}
