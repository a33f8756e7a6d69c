package io.weir.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.admin.Reload;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.http.HttpRoute;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.source.Source;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.http.HttpSource;
import io.weir.gateway.source.mqtt.MqttSource;
import io.weir.gateway.source.mqtt.PahoClient;
import java.util.ArrayList;
import java.util.List;

/** The configured sources. A further kind is one class and one line in {@link #add}. */
final class Sources {

  private final Intake intake;
  private final DataDirectory data;
  private final FileSystem files;
  private final Time time;
  private final MeterRegistry meters;

  private final List<Source> all = new ArrayList<>();
  private final List<MqttSource> mqtt = new ArrayList<>();
  private final List<HttpRoute> routes = new ArrayList<>();

  Sources(
      List<SourceConfig> configured,
      Intake intake,
      DataDirectory data,
      FileSystem files,
      Time time,
      MeterRegistry meters) {
    this.intake = intake;
    this.data = data;
    this.files = files;
    this.time = time;
    this.meters = meters;
    configured.forEach(this::add);
  }

  private void add(SourceConfig config) {
    if (config instanceof SourceConfig.Mqtt broker) {
      add(broker);
    } else if (config instanceof SourceConfig.Http http) {
      add(http);
    } else {
      throw new IllegalArgumentException("no source for " + config);
    }
  }

  private void add(SourceConfig.Mqtt broker) {
    MqttSource source =
        new MqttSource(
            broker,
            Reload.subscriptions(intake.decoding().routes(), broker.name()),
            intake,
            time,
            meters,
            data.subscriptions(files, broker.name()),
            PahoClient.FACTORY);
    all.add(source);
    mqtt.add(source);
  }

  private void add(SourceConfig.Http http) {
    HttpSource source = new HttpSource(http, intake, time, meters);
    all.add(source);
    routes.add(HttpRoute.of("POST", "/api/v1/readings", source::handle));
    routes.add(HttpRoute.of("POST", "/write", source::handle));
    routes.add(HttpRoute.of("POST", "/api/v2/write", source::handle));
  }

  /** In the order of the configuration. */
  List<Source> all() {
    return all;
  }

  /** Those whose subscriptions follow the routes. */
  List<MqttSource> mqtt() {
    return mqtt;
  }

  /** What the gateway's own server takes for those that are posted to. */
  List<HttpRoute> routes() {
    return routes;
  }
}
