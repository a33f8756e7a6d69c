package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.mqtt.Broker;
import io.weir.gateway.sink.mqtt.MqttSinkConfig;
import io.weir.gateway.sink.mqtt.MqttSinkFactory;
import io.weir.gateway.sink.stream.TopicTemplate;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/** Sinks that publish to a broker, and a client that hears what they do. */
final class MqttTopics {

  static final String INCARNATION = "4f0a8a1c-0000-4000-8000-000000000001";

  private MqttTopics() {}

  /** A configuration whose parts a test changes. */
  static final class Settings {
    String url;
    String topic = "weir/{site}/{area}/{line}/{machine}/{measurement}";
    String figuresTopic = "";
    boolean retained;
    int version = 5;
    @Nullable String username;
    @Nullable String password;
    @Nullable TlsFiles tls;
    MqttSinkConfig.@Nullable Edge edge;
    Duration timeout = Duration.ofSeconds(5);
    Duration keepAlive = Duration.ofSeconds(30);
    int maxPacketSize = Broker.LARGEST_PACKET;
    int maxLines = 500;
    String clientId = "weir-gw-sink-out";

    Settings(String url) {
      this.url = url;
    }

    MqttSinkConfig config() {
      TopicTemplate template = MqttSinkFactory.topic(topic);
      return new MqttSinkConfig(
          new SinkCommon(
              "out",
              new SinkConfig.Batch(maxLines, 4 << 20, Duration.ofMillis(200), false),
              SinkConfig.Start.OLDEST,
              0),
          "gw",
          new Broker(
              "out",
              URI.create(url),
              clientId,
              username,
              password == null ? null : new Secret(password),
              version,
              tls,
              timeout,
              keepAlive,
              maxPacketSize),
          template,
          MqttSinkFactory.topic(figuresTopic.isEmpty() ? topic + "/{tag:bucket}" : figuresTopic),
          retained,
          edge);
    }

    StreamSink sink(Path folder) {
      return (StreamSink)
          new MqttSinkFactory()
              .open(
                  config(),
                  new SinkContext(
                      folder,
                      FileSystem.DISK,
                      Time.SYSTEM,
                      new io.micrometer.core.instrument.simple.SimpleMeterRegistry(),
                      () -> INCARNATION));
    }
  }

  /** A message that a subscriber got. */
  @SuppressWarnings("ArrayRecordComponent")
  record Heard(String topic, byte[] payload, boolean retained, Map<String, String> properties) {

    String text() {
      return new String(payload, UTF_8);
    }

    String property(String name) {
      return Objects.requireNonNull(properties.get(name), name);
    }
  }

  /** A subscriber. */
  static final class Ear implements MqttCallback, AutoCloseable {
    private final List<Heard> heard = new ArrayList<>();
    private final MqttClient client;

    Ear(String url, String... filters) throws MqttException {
      client = new MqttClient(url, "ear-" + System.nanoTime(), new MemoryPersistence());
      client.setCallback(this);
      MqttConnectionOptions options = new MqttConnectionOptions();
      options.setReceiveMaximum(65_535);
      client.connect(options);
      for (String filter : filters) {
        client.subscribe(filter, 1);
      }
    }

    MqttClient client() {
      return client;
    }

    synchronized List<Heard> heard() {
      return List.copyOf(heard);
    }

    /** Those of a topic. */
    List<Heard> on(String topic) {
      return heard().stream().filter(each -> each.topic().equals(topic)).toList();
    }

    void each(Consumer<Heard> consumer) {
      heard().forEach(consumer);
    }

    @Override
    public synchronized void messageArrived(String topic, MqttMessage message) {
      Map<String, String> properties = new LinkedHashMap<>();
      if (message.getProperties() != null) {
        for (UserProperty each : message.getProperties().getUserProperties()) {
          properties.put(each.getKey(), each.getValue());
        }
      }
      heard.add(new Heard(topic, message.getPayload(), message.isRetained(), properties));
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException exception) {}

    @Override
    public void deliveryComplete(IMqttToken token) {}

    @Override
    public void connectComplete(boolean reconnect, String serverUri) {}

    @Override
    public void authPacketArrived(int reasonCode, MqttProperties properties) {}

    @Override
    public void close() throws MqttException {
      if (client.isConnected()) {
        client.disconnectForcibly(100, 100, false);
      }
      client.close(true);
    }
  }
}
