package io.weir.gateway.cli;

import io.weir.gateway.config.Config;
import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.RouteConfig;
import io.weir.gateway.config.SinkConfig;
import io.weir.gateway.config.SourceConfig;
import java.util.ArrayList;
import java.util.List;

/** What is allowed and probably not meant. */
final class Warnings {

  private Warnings() {}

  static List<String> of(Config config) {
    List<String> warnings = new ArrayList<>();
    for (SourceConfig source : config.sources()) {
      if (source instanceof SourceConfig.Mqtt mqtt) {
        of(mqtt, warnings);
      }
    }
    for (RouteConfig route : config.routes()) {
      if (route.qos() == 0) {
        warnings.add("route " + route.topic() + ": qos 0 is best effort, messages can be lost");
      }
    }
    for (SinkConfig sink : config.sinks()) {
      if (sink instanceof SinkConfig.Influx influx
          && influx.url().getScheme().equals("http")
          && (influx.token() != null || influx.password() != null)
          && !Hosts.isLoopback(influx.url().getHost())) {
        warnings.add("sink " + sink.name() + ": its secret crosses the network unencrypted");
      }
    }
    if (!Hosts.isLoopback(config.http().bind()) && config.http().tls() == null) {
      warnings.add("http: its token crosses the network unencrypted");
    }
    if (config.buffer().whenFull() == Config.WhenFull.DROP_OLDEST) {
      warnings.add("buffer: when full, the oldest readings are lost");
    }
    return warnings;
  }

  private static void of(SourceConfig.Mqtt mqtt, List<String> warnings) {
    if (mqtt.url().getScheme().equals("tcp")
        && mqtt.password() != null
        && !Hosts.isLoopback(mqtt.url().getHost())) {
      warnings.add("source " + mqtt.name() + ": its password crosses the network unencrypted");
    }
    if (mqtt.sessionExpiry().isZero()) {
      warnings.add(
          "source " + mqtt.name() + ": with session-expiry 0s what comes while away is lost");
    }
  }
}
