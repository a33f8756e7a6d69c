package io.weir.gateway.notify.mqtt;

import io.weir.gateway.notify.OutletCommon;
import io.weir.gateway.notify.OutletConfig;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.util.List;

/**
 * A topic at a broker.
 *
 * @param topic of the messages; those of the heartbeat are at the same with {@code /heartbeat}
 * @param retained whether the broker keeps the last message for who comes later
 */
record MqttOutletConfig(OutletCommon common, MqttConfig broker, String topic, boolean retained)
    implements OutletConfig {

  @Override
  public String type() {
    return MqttOutletFactory.NAME;
  }

  @Override
  public String summary() {
    return "topic " + topic + ", " + broker.summary();
  }

  @Override
  public List<String> warnings() {
    return broker.warnings().stream().filter(each -> each.contains("password")).toList();
  }
}
