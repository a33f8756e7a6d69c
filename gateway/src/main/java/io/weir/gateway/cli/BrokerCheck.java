package io.weir.gateway.cli;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.normalize.Routes;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.kafka.KafkaProbe;
import io.weir.gateway.source.kafka.KafkaSourceConfig;
import io.weir.gateway.source.mqtt.BrokerProbe;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** The broker of a source: whether it is there, what it grants, and what it drops. */
record BrokerCheck(Diagnosis diagnosis, ConfigFile file, Config config) {

  void run(SourceConfig source) throws ConfigException {
    String subject = "source " + source.name();
    if (source instanceof KafkaSourceConfig kafka) {
      run(subject, kafka);
      return;
    }
    if (!(source instanceof MqttConfig mqtt)) {
      diagnosis.ok(subject, source.summary());
      return;
    }
    List<String> filters =
        new Routes(config.routes())
            .subscriptions(source.name()).stream().map(each -> each.filter()).toList();
    BrokerProbe.Found found;
    try {
      found = BrokerProbe.ask(probing(mqtt), filters);
    } catch (IOException e) {
      diagnosis.wrong(
          subject, String.valueOf(e.getMessage()), "check url, login and network: " + mqtt.url());
      return;
    }
    for (String refused : found.refused()) {
      diagnosis.wrong(
          subject, "filter " + refused, "check the broker's access rules for this user");
    }
    for (String limit : found.limits()) {
      diagnosis.note(subject, limit, "");
    }
    dropped(subject, found);
    if (found.refused().isEmpty()) {
      diagnosis.ok(
          subject,
          "%s accepts %s%s"
              .formatted(
                  mqtt.url(),
                  DiscoverReport.count(filters.size(), "subscription"),
                  found.version().isEmpty() ? "" : "; " + found.version()));
    }
  }

  private void run(String subject, KafkaSourceConfig kafka) {
    KafkaProbe.Found found;
    try {
      found = KafkaProbe.ask(kafka);
    } catch (IOException e) {
      diagnosis.wrong(
          subject,
          String.valueOf(e.getMessage()),
          "check brokers, login, tls and network: "
              + String.join(", ", kafka.brokers().addresses()));
      return;
    }
    for (String topic : found.missing()) {
      diagnosis.wrong(
          subject, "topic " + topic + " does not exist", "create it, or correct topics");
    }
    if (found.missing().isEmpty()) {
      String behind =
          found.begun() == 0
              ? "has read nothing yet"
              : "is " + DiscoverReport.count(found.behind(), "record") + " behind";
      diagnosis.ok(
          subject,
          "%s has %s; group %s %s"
              .formatted(
                  String.join(", ", kafka.brokers().addresses()),
                  DiscoverReport.count(found.partitions(), "partition"),
                  kafka.group(),
                  behind));
    }
  }

  private void dropped(String subject, BrokerProbe.Found found) {
    String dropped = found.dropped();
    if (dropped != null && !dropped.equals("0")) {
      diagnosis.note(
          subject,
          "the broker has dropped " + dropped + " messages since its start, for some client",
          "raise max_queued_messages and max_queued_bytes of the broker: config/mosquitto.conf");
    }
  }

  /** The same source under a client id of its own, and in MQTT 3.1.1 without a kept session. */
  private MqttConfig probing(MqttConfig source) throws ConfigException {
    String key = "sources[" + source.name() + "].";
    ConfigFile own = file.with(key + "client-id=weir-doctor-" + UUID.randomUUID());
    if (source.version() != 5) {
      own = own.with(key + "session-expiry=0s");
    }
    return own.load().sources().stream()
        .filter(each -> each.name().equals(source.name()))
        .map(MqttConfig.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
