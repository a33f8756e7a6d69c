package io.weir.gateway.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Problem;
import io.weir.gateway.config.Secret;
import io.weir.gateway.decode.Decoders;
import io.weir.gateway.fleet.FleetConfig;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.EventTime;
import io.weir.gateway.model.Sample;
import io.weir.gateway.model.Value;
import io.weir.gateway.normalize.NameLimits;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.embedded.EmbeddedConfig;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.source.SparkplugConfig;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {

  private static final String SMALL =
      """
      gateway: { id: a1 }
      sources:
        - { name: plant, type: mqtt, url: tcp://localhost }
      routes:
        - { topic: "factory/{machine}", format: json }
      """;

  private static final Path TLS =
      Path.of("src/test/resources/io/weir/gateway/settings/tls").toAbsolutePath();

  /** {@code make soak} sets {@code weir.seeds=all}. */
  private static final boolean ALL = Soak.ON;

  @TempDir Path folder;

  private Config load(String text, String... settings) throws Exception {
    return ConfigLoader.load(write(text), Map.of("PORT", "8081", "TOKEN", "12"), List.of(settings));
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("gateway.yaml"), text);
  }

  private String refusal(String text, String... settings) throws IOException {
    Path file = write(text);
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, Map.of(), List.of(settings)));
    return refused.getMessage().replace(file.toString(), "gateway.yaml");
  }

  /** Who quotes a value does not know where it came from. */
  @Test
  void whatVariablesAndFilesFilledInIsNotShown() throws Exception {
    Files.writeString(folder.resolve("kept"), "correct horse\n");
    Path file =
        write(
            SMALL
                + """
                efficiency:
                  holidays: [ "${SECRET}" ]
                  shifts: [ { name: "${SECRET}", start: "06:00", end: "14:00" },
                    { name: late, start: "13:00", end: "22:00" } ]
                  defaults: { state: { metric: state, running: [ "${PIN}" ], down: [ "${PIN}" ] } }
                  lines: [ { asset: s/a/l, machines: [ a ], bottleneck: "x ${file:kept}" } ]
                """);
    Map<String, String> environment = Map.of("SECRET", "hunter2", "PIN", "17");
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigLoader.load(file, environment, List.of()));
    assertThat(refused.problems())
        .extracting(Problem::message)
        .contains(
            "there is no date '${SECRET}'",
            "overlaps the shift '${SECRET}'",
            "'${PIN}' means running already",
            "'x ${file:kept}' is not among the line's machines")
        .noneMatch(message -> message.matches("(?s).*(hunter2|17|horse).*"));
  }

  @Test
  void aSmallFileIsCompletedWithTheDocumentedDefaults() throws Exception {
    Config config = load(SMALL);

    assertThat(config)
        .isEqualTo(
            new Config(
                new Config.Gateway(
                    "a1", folder.resolve("data"), Storage.DISK, Config.Reload.ON_REQUEST, null),
                List.of(
                    new MqttConfig(
                        "plant",
                        URI.create("tcp://localhost:1883"),
                        "weir-a1-plant",
                        null,
                        null,
                        5,
                        2000,
                        64 << 20,
                        8 << 20,
                        Duration.ofDays(7),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        null,
                        null,
                        SparkplugConfig.DEFAULT)),
                Map.of("plant", NameLimits.UNSET),
                List.of(
                    new RouteConfig(
                        "factory/{machine}",
                        null,
                        "json",
                        1,
                        "telemetry",
                        new EventTime(null, null, null, Duration.ofMinutes(10)),
                        List.of(),
                        RouteConfig.Unlisted.KEEP,
                        RouteConfig.Fields.METRICS,
                        RouteConfig.Reporting.EVERY,
                        null,
                        null,
                        Duration.ZERO,
                        RouteConfig.Retained.DROP,
                        RouteConfig.Limits.DEFAULT,
                        RouteConfig.Retention.DEFAULT,
                        RouteConfig.Devices.UNKNOWN,
                        Objects.requireNonNull(Decoders.format("json")).unset())),
                new Config.Buffer(
                    64 << 20,
                    10L << 30,
                    Config.WhenFull.BLOCK,
                    Duration.ofMillis(2),
                    8 << 20,
                    true),
                new Config.Quarantine(256 << 20),
                new Config.Figures(512 << 20),
                new Config.Corrections(64L << 20),
                List.of(
                    new EmbeddedConfig(
                        new SinkCommon(
                            "local",
                            new SinkConfig.Batch(5000, 4 << 20, Duration.ofMillis(200), false),
                            SinkConfig.Start.OLDEST,
                            0),
                        9000,
                        0,
                        null)),
                null,
                null,
                new Config.Http("127.0.0.1", 8080, null, null, 8 << 20, Duration.ofSeconds(30)),
                new Config.Logging("text", "info", Map.of(), Duration.ofMinutes(1), null),
                null,
                FleetConfig.NONE));
  }

  @Test
  void onFlashLessIsWrittenUnlessTheFileSaysOtherwise() throws Exception {
    String flash = SMALL.replace("gateway: { id: a1 }", "gateway: { id: a1, storage: flash }");
    assertThat(load(flash).gateway().storage()).isEqualTo(Storage.FLASH);
    assertThat(load(flash).buffer().linger()).isEqualTo(Duration.ofSeconds(1));
    assertThat(load(flash).buffer().segmentSize()).isEqualTo(256 << 20);

    String own = flash + "buffer: { linger: 5s, max-size: 512MiB }\n";
    assertThat(load(own).buffer().linger()).isEqualTo(Duration.ofSeconds(5));
    assertThat(load(own).buffer().segmentSize()).isEqualTo(128 << 20);
  }

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "MQTT_PASSWORD",
          "m",
          "KAFKA_PASSWORD",
          "k",
          "INFLUX_TOKEN",
          "i",
          "INFLUX_PASSWORD",
          "p",
          "PG_PASSWORD",
          "g",
          "WEIR_TOKEN",
          "t",
          "WEIR_TLS",
          TLS.toString());

  private static Config sample() throws Exception {
    return ConfigLoader.load(Path.of("../config/gateway.yaml"), ENVIRONMENT, List.of());
  }

  /**
   * Reading goes on to find other mistakes, and computes with what it reads. Each place gets one of
   * the values in turn, in {@code make soak} all of them.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          -?[0-9][0-9.]*[a-zA-Z]* ; -1 0 1e300 -99999999999999999999
          [a-zA-Z/+#$][^\\]},\\n]* ; "," "-" "/"
          """)
  void aValueThatCannotBeIsAMistakeWithItsLineWhereverItStands(String like, String values)
      throws Exception {
    Pattern scalar = Pattern.compile("(?<=[:\\[,] )" + like + "(?=[ ,\\]}\\n])");
    String sample = Files.readString(Path.of("../config/gateway.yaml"));
    try (Stream<Path> files = Files.list(Path.of("../config"))) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        Files.copy(each, folder.resolve(each.getFileName()));
      }
    }
    Path file = folder.resolve("gateway.yaml");
    List<String> bads = List.of(values.split(" "));
    int refused = 0;
    int places = 0;
    for (Matcher each = scalar.matcher(sample); each.find(); places++) {
      if (!ALL && places % 8 > 0) {
        continue;
      }
      String before = sample.substring(0, each.start());
      int turn = places / 8 % bads.size();
      for (String bad : ALL ? bads : bads.subList(turn, turn + 1)) {
        Files.writeString(file, before + bad + sample.substring(each.end()));
        try {
          ConfigLoader.load(file, ENVIRONMENT, List.of());
        } catch (ConfigException e) {
          refused++;
          assertThat(e.problems())
              .as("%s in line %d", bad, before.lines().count())
              .allMatch(problem -> problem.line() > 0);
        }
      }
    }
    assertThat(refused).isGreaterThan(ALL ? 100 : 12);
  }

  @Test
  void theDocumentedSampleLoads() throws Exception {
    Config config = sample();

    MqttConfig plant = (MqttConfig) config.sources().get(0);
    assertThat(plant.tls().key()).isEqualTo(TLS.resolve("client.key"));
    assertThat(plant.password()).isEqualTo(new Secret("m"));
    RouteConfig route = config.routes().get(0);
    assertThat(route.time())
        .isEqualTo(
            new EventTime("/ts", Sample.TimeUnit.MS, ZoneId.of("UTC"), Duration.ofMinutes(10)));
    assertThat(route.metrics().get(2))
        .isEqualTo(new RouteConfig.Metric("good", null, Value.Type.INTEGER));
    assertThat(config.sinks())
        .extracting(SinkConfig::name)
        .containsExactly("history", "old-history", "local", "stream", "plant", "namespace", "edge");
    assertThat(config.toString()).doesNotContain("Secret[");
  }

  @Test
  void theDemoLoadsAndTakesItsPortsFromTheEnvironment() throws Exception {
    Path demo = Path.of("../config/demo.yaml");
    Config config =
        ConfigLoader.load(demo, Map.of("MQTT_PORT", "1", "HTTP_PORT", "2", "STORE_PORT", "3"));
    assertThat(((MqttConfig) config.sources().get(0)).url().getPort()).isEqualTo(1);
    assertThat(config.http().port()).isEqualTo(2);
    assertThat(((EmbeddedConfig) config.sinks().get(0)).port()).isEqualTo(3);
    assertThat(config.gateway().dataDir())
        .isEqualTo(Path.of("../.run/data").toAbsolutePath().normalize());
  }

  @Test
  void aPlaceholderIsTypedByWhatItBecomesAndItsContentIsNotSearchedAgain() throws Exception {
    Files.writeString(folder.resolve("secret"), "a${b}\n");
    Config config =
        load(
            SMALL
                + """
                http: { port: "${PORT}", token: "${TOKEN}" }
                sinks:
                  - { name: s, type: influxdb, version: 2, url: "http://h", org: "$${x}", bucket: b, token: "${file:secret}" }
                """);
    assertThat(config.http().port()).isEqualTo(8081);
    assertThat(config.http().token()).isEqualTo(new Secret("12"));
    InfluxConfig sink = (InfluxConfig) config.sinks().get(0);
    assertThat(sink.org()).isEqualTo("${x}");
    assertThat(sink.token()).isEqualTo(new Secret("a${b}"));
  }

  @Test
  void aValueThatComesOutEmptyIsAsGoodAsAbsent() throws Exception {
    assertThat(load(SMALL + "http: { token: \"${NONE:-}\" }").http().token()).isNull();
  }

  @Test
  void anExplicitDefaultChangesNothingAndATextMayLookLikeANumber() throws Exception {
    Config config =
        load(SMALL.replace("url:", "version: \"3.1.1\", username: 0123, password: 1e5, url:"));
    MqttConfig plant = (MqttConfig) config.sources().get(0);
    assertThat(plant.version()).isEqualTo(311);
    assertThat(plant.username()).isEqualTo("0123");
    assertThat(plant.password()).isEqualTo(new Secret("1e5"));
  }

  @Test
  void whatIsSentToAnotherMachineIsCompressed() throws Exception {
    for (String host : List.of("store.example", "10.0.0.1", "[2001:db8::1]")) {
      assertThat(sinkAt(host).batch().gzip()).as(host).isTrue();
    }
    for (String host : List.of("localhost", "127.0.0.1", "127.3.0.1", "[::1]")) {
      assertThat(sinkAt(host).batch().gzip()).as(host).isFalse();
    }
  }

  private SinkConfig sinkAt(String host) throws Exception {
    return load(SMALL
            + "sinks: [{ name: s, type: influxdb, version: 1, database: d, url: \"http://"
            + host
            + ":8086\" }]")
        .sinks()
        .get(0);
  }

  @Test
  void aBindBeyondLoopbackNeedsATokenWhateverItsForm() throws Exception {
    for (String bind : List.of("0.0.0.0", "::", "192.168.1.4", "gateway.example")) {
      assertThat(refusal(SMALL + "http: { bind: \"" + bind + "\" }"))
          .contains("http.token or http.users must");
      load(SMALL + "http: { token: t, bind: \"" + bind + "\" }");
    }
    load(SMALL + "http: { bind: \"::1\" }");
  }

  @Test
  void aSettingOfTheCommandLineLiesOverTheFile() throws Exception {
    Config config =
        load(
            SMALL,
            "http.port=8082",
            "sources[plant].url=tcp://other:1884",
            "sources.0.receive-maximum=${PORT}",
            "routes[0].measurement=m",
            "logging.loggers[io.weir]=debug",
            "http.port=8083");
    MqttConfig plant = (MqttConfig) config.sources().get(0);
    assertThat(plant.url()).isEqualTo(URI.create("tcp://other:1884"));
    assertThat(plant.receiveMaximum()).isEqualTo(8081);
    assertThat(config.routes().get(0).measurement()).isEqualTo("m");
    assertThat(config.logging().loggers()).containsExactly(Map.entry("io.weir", "debug"));
    assertThat(config.http().port()).isEqualTo(8083);
  }

  @Test
  void aBadSettingIsReportedWithItsOption() throws Exception {
    assertThat(refusal(SMALL, "http.port=no"))
        .isEqualTo(
            "--set http.port: http.port: must be a port from 0 to 65535, 0 for any free one,"
                + " not 'no'");
    assertThat(refusal(SMALL, "http.prt=1"))
        .isEqualTo("--set http.prt: http.prt: unknown key (did you mean 'port'?)");
    assertThat(refusal(SMALL, "sources[plnt].url=x"))
        .isEqualTo("--set sources[plnt].url: there is no sources[plnt] (there is: plant)");
    assertThat(refusal(SMALL, "gateway.id.x=1"))
        .isEqualTo("--set gateway.id.x: gateway.id is a single value, nothing stands below it");
    for (String malformed : List.of("", "=", "http.port", "http..port=1", "a[=1", "[]=2")) {
      assertThat(refusal(SMALL, malformed)).contains("must be KEY=VALUE");
    }
  }

  @Test
  void aFileThatIsNoYamlIsRefusedAtItsLineWithoutQuotingIt() throws Exception {
    assertThat(refusal("")).isEqualTo("gateway.yaml:1: the file is empty");
    assertThat(refusal("# only this\n")).isEqualTo("gateway.yaml:1: the file is empty");
    assertThat(refusal("text")).startsWith("gateway.yaml:1: must be a Weir configuration");
    assertThat(refusal("- a")).startsWith("gateway.yaml:1: must be a Weir configuration");
    assertThat(refusal(SMALL + "http:\n\tport: 1\n"))
        .startsWith("gateway.yaml:7: not YAML: found character '\\t(TAB)'");
    assertThat(refusal(SMALL + "http: { token: hunter2\n"))
        .startsWith("gateway.yaml:")
        .contains("not YAML: ")
        .doesNotContain("hunter2")
        .doesNotContain("\n");
    assertThat(refusal(SMALL.replace("\"", "")))
        .isEqualTo(
            "gateway.yaml:5: not YAML: expected ',' or '}', but got {"
                + " (inside { ... } a value that holds { or } stands in quotes)");
    assertThat(refusal(SMALL + "---\ngateway: { id: b }\n"))
        .isEqualTo("gateway.yaml:7: a second document begins here; one file holds one");
    assertThat(refusal(SMALL + "#😀" + "x".repeat(2000) + "\n\u001a")) // as old editors end a file
        .isEqualTo("gateway.yaml:7: not YAML: it may not hold the character U+001A");
    assertThat(refusal(SMALL + "http: " + "{ a: ".repeat(40) + "1" + " }".repeat(40)))
        .contains("nested too deeply");
    assertThat(refusal(SMALL + "http: " + "[".repeat(100_000))).startsWith("gateway.yaml:");
  }

  @Test
  void aFileThatCannotBeReadIsRefused() throws Exception {
    Path file = folder.resolve("gateway.yaml");
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + ": there is no such file");
    assertThatThrownBy(() -> ConfigLoader.load(folder, Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(folder + ": cannot be read");
    Files.write(file, (SMALL + "# Größe").getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of()))
        .hasMessage(file + ":6: is not UTF-8 from here on");
    Files.writeString(file, SMALL + "#".repeat(1 << 20));
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of()))
        .hasMessage(file + ": is larger than 1MiB");
    Files.write(file, new byte[] {0, 1, 2, (byte) 0xEF, (byte) 0xBB});
    assertThatThrownBy(() -> ConfigLoader.load(file, Map.of())).isInstanceOf(ConfigException.class);
  }

  @Test
  void aByteOrderMarkDoesNoHarm() throws Exception {
    assertThat(load("\uFEFF" + SMALL).gateway().id()).isEqualTo("a1");
  }

  @Test
  void aSmallLogHasSegmentsAndMessagesThatFitIntoIt() throws Exception {
    Config.Buffer small = load(SMALL + "buffer: { max-size: 20MiB }").buffer();
    assertThat(small.segmentSize()).isEqualTo(5 << 20);
    assertThat(small.maxMessageSize()).isEqualTo(5 << 18);

    Config.Buffer fine = load(SMALL + "buffer: { segment-size: 8MiB }").buffer();
    assertThat(fine.maxSize()).isEqualTo(10L << 30);
    assertThat(fine.maxMessageSize()).isEqualTo(2 << 20);
  }

  /** A reload compares routes: a part without equality would be replaced each time. */
  @Test
  void aFileThatIsReadTwiceIsTheSameConfiguration() throws Exception {
    String text =
        """
        gateway: { id: a1 }
        sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
        routes:
          - topic: "csv/{machine}"
            format: csv
            csv: { time: when, time-format: "dd.MM.yyyy HH:mm:ss", delimiter: ";", decimal: "," }
            time: { zone: Europe/Berlin }
          - { topic: "expression/{machine}", format: jsonata, jsonata: '{ "v": v }' }
          - { topic: "number/{machine}", format: scalar }
        """;
    assertThat(load(text)).isEqualTo(load(text));
    assertThat(sample()).isEqualTo(sample());
  }

  @Test
  void anotherDescriptorFileIsAnotherConfiguration() throws Exception {
    byte[] plant = Files.readAllBytes(Path.of("../config/plant.desc"));
    byte[] more =
        Files.readAllBytes(Path.of("src/test/resources/cases/protobuf/one-integer/types.desc"));
    Path descriptor = Files.write(folder.resolve("plant.desc"), plant);
    String text =
        """
        gateway: { id: a1 }
        sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
        routes:
          - topic: "a/{machine}"
            format: protobuf
            protobuf: { descriptor: plant.desc, message: plant.Telemetry }
        """;
    Config before = load(text);
    assertThat(load(text)).isEqualTo(before);

    Files.write(descriptor, more, StandardOpenOption.APPEND);

    assertThat(load(text)).isNotEqualTo(before);
  }
}
