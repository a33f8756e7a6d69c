package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.MachineSample;
import java.time.Instant;
import java.util.List;

/** OPC UA PubSub in JSON: a network message with one data set message of data values. */
final class OpcUaPubSubPayload implements PayloadFormat {

  private long messages;

  @Override
  public List<DeviceMessage> messages(MachineSample sample) {
    String time = Instant.ofEpochMilli(sample.at()).toString();
    messages++;
    ObjectNode network = SampleValues.JSON.objectNode();
    network.put("MessageId", Long.toString(messages));
    network.put("MessageType", "ua-data");
    network.put("PublisherId", sample.path().machine());
    ObjectNode dataSet = network.putArray("Messages").addObject();
    dataSet.put("DataSetWriterId", 1);
    dataSet.put("DataSetWriterName", "machine");
    dataSet.put("SequenceNumber", sample.number());
    dataSet.put("Timestamp", time);
    dataSet.set(
        "Payload",
        SampleValues.object(
            sample,
            (name, value) ->
                SampleValues.JSON
                    .objectNode()
                    .put("SourceTimestamp", time)
                    .<ObjectNode>set("Value", value)));
    return List.of(DeviceMessage.of("opcua/json/data/" + sample.path(), network.toString()));
  }
}
