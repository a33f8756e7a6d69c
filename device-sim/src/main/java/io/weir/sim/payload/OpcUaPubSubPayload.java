package io.weir.sim.payload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.sim.plant.Sample;
import java.time.Instant;
import java.util.List;

/** OPC UA PubSub in JSON: a network message with one data set of data values. */
final class OpcUaPubSubPayload implements PayloadFormat {

  private long sequence;

  @Override
  public List<Message> messages(Sample sample) {
    String time = Instant.ofEpochMilli(sample.at()).toString();
    sequence++;
    ObjectNode network = Values.JSON.objectNode();
    network.put("MessageId", Long.toString(sequence));
    network.put("MessageType", "ua-data");
    network.put("PublisherId", sample.place().machine());
    ObjectNode dataSet = network.putArray("Messages").addObject();
    dataSet.put("DataSetWriterId", 1);
    dataSet.put("DataSetWriterName", "machine");
    dataSet.put("SequenceNumber", sequence);
    dataSet.put("Timestamp", time);
    dataSet.set(
        "Payload",
        Values.object(
            sample,
            (name, value) ->
                Values.JSON
                    .objectNode()
                    .put("SourceTimestamp", time)
                    .<ObjectNode>set("Value", value)));
    return List.of(Message.of("opcua/json/data/" + sample.place(), network.toString()));
  }
}
