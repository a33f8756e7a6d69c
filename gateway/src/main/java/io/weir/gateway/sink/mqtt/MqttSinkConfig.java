package io.weir.gateway.sink.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.mqtt.Broker;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.stream.JsonFormat;
import io.weir.gateway.sink.stream.TopicTemplate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Topics at a broker of MQTT.
 *
 * @param gateway the gateway's name among others
 * @param topic names the topic of a reading
 * @param figuresTopic the same of a figure
 * @param retained whether the broker keeps the last value of each topic
 * @param edge the edge node of Sparkplug that it is, or {@code null} for a namespace
 */
public record MqttSinkConfig(
    SinkCommon common,
    String gateway,
    Broker broker,
    TopicTemplate topic,
    TopicTemplate figuresTopic,
    boolean retained,
    @Nullable Edge edge)
    implements SinkConfig {

  /**
   * An edge node of Sparkplug.
   *
   * @param primaryHost the host application without which nothing is published, or {@code null}
   * @param deviceTimeout silence after which a device is dead, or {@code null} for never
   */
  public record Edge(
      String group, String node, @Nullable String primaryHost, @Nullable Duration deviceTimeout) {

    /** The topic of a message of the node itself. */
    String topic(String type) {
      return "spBv1.0/" + group + "/" + type + "/" + node;
    }

    boolean owns(String topic) {
      String[] levels = topic.split("/", -1);
      return levels.length >= 4
          && levels[0].equals("spBv1.0")
          && levels[1].equals(group)
          && levels[3].equals(node)
          && (levels[2].startsWith("N") || levels[2].startsWith("D"))
          && !levels[2].endsWith("CMD");
    }
  }

  private static final List<String> EDGE_TYPES =
      List.of("NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH");

  @Override
  public String type() {
    return MqttSinkFactory.NAME;
  }

  @Override
  public String address() {
    return broker.address();
  }

  /** The topic of rows of a log. */
  TopicTemplate topicOf(String log) {
    return log.equals("figures") ? figuresTopic : topic;
  }

  @Override
  public boolean publishesTo(String filter) {
    if (edge == null) {
      return topic.reaches(filter, gateway) || figuresTopic.reaches(filter, gateway);
    }
    for (String type : EDGE_TYPES) {
      String node = MqttTopic.escaped(edge.topic(type));
      if (MqttTopic.template(node).reaches(filter, gateway)
          || type.startsWith("D")
              && MqttTopic.template(node + "/{machine}").reaches(filter, gateway)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public BiPredicate<String, byte[]> written() {
    Edge node = edge;
    if (node != null) {
      return (name, payload) -> node.owns(name);
    }
    byte[] begin = JsonFormat.beginning(gateway).getBytes(UTF_8);
    return (name, payload) ->
        payload.length > begin.length
            && Arrays.equals(payload, 0, begin.length, begin, 0, begin.length)
            && (topic.made(name, gateway) || figuresTopic.made(name, gateway));
  }

  /** Each edge node has devices of its own. */
  @Override
  public boolean sharesRows() {
    return edge == null;
  }

  /** Two clients with one node would take each other's births, deaths and numbers for theirs. */
  @Override
  public String notInGroup(String of) {
    return edge == null || edge.node().contains(of)
        ? ""
        : "all members would be the Sparkplug edge node "
            + edge.node()
            + "; leave edge-node out, or let it have gateway.id in it";
  }

  @Override
  public String summary() {
    return broker.summary()
        + (edge == null
            ? ", topic " + topic + (retained ? ", retained" : "")
            : ", Sparkplug edge node " + edge.group() + "/" + edge.node());
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(broker.warnings());
    if (edge == null && !broker.isFive()) {
      warnings.add("with version 3.1.1 the broker does not say where it refuses a message");
    }
    return warnings;
  }
}
