package io.weir.gateway.notify.mqtt;

import io.weir.gateway.config.Section;
import io.weir.gateway.notify.Outlet;
import io.weir.gateway.notify.OutletCommon;
import io.weir.gateway.notify.OutletFactory;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.mqtt.MqttConfig;
import io.weir.gateway.source.mqtt.MqttFactory;

/** The outlet {@code mqtt}. */
public final class MqttOutletFactory implements OutletFactory<MqttOutletConfig> {

  static final String NAME = "mqtt";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "a topic at an MQTT broker";
  }

  @Override
  public Class<MqttOutletConfig> configType() {
    return MqttOutletConfig.class;
  }

  @Override
  public boolean beats() {
    return true;
  }

  @Override
  public MqttOutletConfig read(Section section, ReadContext context) {
    OutletCommon common = OutletCommon.read(section);
    MqttConfig broker =
        MqttFactory.publisher(
            section, "weir-" + context.gatewayId() + "-notify-" + common.name(), context);
    return new MqttOutletConfig(
        common,
        broker,
        section.text("topic", "weir/" + context.gatewayId() + "/notifications"),
        section.flag("retained", false));
  }

  @Override
  public Outlet open(MqttOutletConfig config) {
    return new MqttOutlet(config);
  }
}
