package io.weir.gateway.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.settings.ConfigLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code weir check} says of a Kafka source. */
class KafkaSourceReaderTest {

  private static final String RIGHT = "brokers: ['k-1:9092'], topics: [plant.a]";

  @TempDir Path folder;

  private KafkaSourceConfig read(String keys) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("weir.yaml"),
            """
            gateway: { id: a1 }
            sources:
              - { name: line, type: kafka, %s }
            routes: [{ topic: "#", format: json }]
            """
                .formatted(keys));
    return (KafkaSourceConfig) ConfigLoader.load(file, Map.of()).sources().get(0);
  }

  @Test
  void twoKeysAreEnough() throws Exception {
    KafkaSourceConfig config = read(RIGHT);
    assertThat(config.group()).isEqualTo("weir-a1-line");
    assertThat(config.separator()).isEqualTo(".");
    assertThat(config.receiveMaximum()).isEqualTo(5000);
    assertThat(config.summary())
        .isEqualTo("Kafka at k-1:9092, topics plant.a in group weir-a1-line");
    assertThat(config.warnings()).isEmpty();
    assertThat(config.address()).isEqualTo("kafka://k-1:9092");
    assertThat(read(RIGHT + ", separator: none").separator()).isEmpty();
  }

  @Test
  void aPasswordThatCrossesTheNetworkReadableIsAWarning() throws Exception {
    String login = ", username: u, password: p";
    assertThat(read(RIGHT + login).warnings())
        .containsExactly("its password crosses the network unencrypted");
    assertThat(read(RIGHT + login + ", tls: {}").warnings()).isEmpty();
    assertThat(read(RIGHT + login + ", mechanism: scram-sha-512").warnings()).isEmpty();
    assertThat(read("brokers: ['127.0.0.1:9092', '[::1]:9092'], topics: [a]" + login).warnings())
        .isEmpty();
    assertThat(read(RIGHT + ", start: now").warnings()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          topics: [a]                                                  ; brokers
          brokers: ['k:9092']                                          ; topics
          brokers: ['k'], topics: [a]                                  ; 'k' must be host:port, such as kafka-1:9092
          brokers: ['k:0'], topics: [a]                                ; 'k:0' must be host:port
          brokers: ['k:70000'], topics: [a]                            ; 'k:70000' must be host:port
          brokers: ['ssl://k:9092'], topics: [a]                       ; 'ssl://k:9092' is a URL, but a broker is written host:port
          brokers: ['ssl://k:9092'], topics: [a]                       ; leave out 'ssl://'; tls has its own key
          brokers: ['k:9092'], topics: [a/b]                           ; 'a/b' is no name of a topic
          brokers: ['k:9092'], topics: [a/b]                           ; a '.' in it is a '/' in the routes
          brokers: ['k:9092'], topics: [a, b, a]                       ; names a twice
          brokers: ['k:9092'], topics: [a], username: u                ; password
          brokers: ['k:9092'], topics: [a], password: p                ; username
          brokers: ['k:9092'], topics: [a], mechanism: plain           ; username and password must be set too
          brokers: ['k:9092'], topics: [a], mechanism: gssapi          ; mechanism
          brokers: ['k:9092'], topics: [a], separator: /               ; separator
          brokers: ['k:9092'], topics: [a], session-timeout: 10ms      ; session-timeout
          brokers: ['k:9092'], topics: [a], tls: { cert: a.pem }       ; cert and key belong together
          brokers: ['k:9092'], topics: [a], topic: b                   ; topics
          """)
  void aMistakeIsNamed(String keys, String words) {
    assertThatThrownBy(() -> read(keys))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("sources[line]")
        .hasMessageContaining(words);
  }

  @Test
  void oneGroupAtTheSameBrokersIsForOneSource() {
    assertThatThrownBy(
            () -> read(RIGHT + ", group: g }\n  - { name: other, type: kafka, group: g, " + RIGHT))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("is that of sources[line] at the same brokers");
  }
}
