package io.weir.sim.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.weir.peers.Mosquitto;
import io.weir.peers.Ports;
import io.weir.sim.mqtt.Subscriber;
import io.weir.sim.scenario.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a user runs them, against a real Mosquitto. */
@Tag("server")
class SimulatorCommandTest {

  private static final JsonMapper JSON = new JsonMapper();

  @TempDir static Path home;
  private static Mosquitto broker;

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final StopSignal stop = new StopSignal();

  @BeforeAll
  static void startBroker() throws IOException {
    broker = Mosquitto.started(home);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void helpTeachesByExamples() {
    assertThat(run("--help")).isZero();
    assertThat(run("run", "--help")).isZero();
    assertThat(run("load", "--help")).isZero();
    assertThat(run("replay", "--help")).isZero();
    assertThat(out.toString())
        .contains(
            "Start here:", "weir-sim run --broker", "weir-sim load --count 1000000", "Exit codes")
        .contains("weir-sim replay oven.csv --topic")
        .contains(Scenario.BUILT_IN);
    assertThat(out.toString().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThan(101));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "| a command is missing: run, replay, load, break, mend or poison",
        "rum | Did you mean: weir-sim run?",
        "run --linse 4 | Possible solutions: --lines",
        "run --lines 0 | 1 to 100 lines, not 0",
        "run --lines x | --lines takes a whole number, not 'x'",
        "run --speed x | --speed takes a number, not 'x'",
        "rum | there is no command 'rum'; weir-sim has run, replay, load, break, mend, poison",
        "run extra | 'extra' is not expected",
        "run --zone Mars | --zone takes a time zone such as Europe/Berlin, not 'Mars'",
        "run --interval 5 | --interval: '5' is not a duration",
        "run --broker=1 | --broker takes no value, not '1'",
        "run --config nowhere.yaml | cannot read nowhere.yaml: there is no such file",
        "break press-01 --for | weir-sim: --for needs a value: --for=<duration>",
        "break | weir-sim: MACHINE is missing",
        "replay | weir-sim: --topic=<topic> and FILE.csv are missing",
        "run --lines 1 --lines 2 | weir-sim: --lines is given more than once; give it once",
        "run --nope | weir-sim: there is no option '--nope'",
        "run --lines x | Try: weir-sim run --help",
        "run --interval 0s | 1 ms to 1 day, not 0 ms",
        "run --interval 2d | 1 ms to 1 day, not 172,800,000 ms",
        "run --history 999999999d | '999999999d' is longer than 3650 days",
        "run --for 0s | --for is at least 1ms",
        "run --start 1999-12-31T00:00Z | 1999-12-31T00:00:00Z is not between the years 2000 and 2100",
        "run --ahead --speed 9 --start 2101-01-01T00:00Z | is not between the years 2000 and 2100",
        "run --truth a.json --figures a.json | need two files, but both name a.json",
        "run --url tcp://127.0.0.1:99999 | a port is 1 to 65535, not 99999",
        "run --history yesterday | 'yesterday' is not a duration",
        "load --rate fast | --rate takes a whole number, not 'fast'",
        "run --speed -1 | --speed is above 0 and at most 1000000, not -1",
        "run --speed 1e7 | --speed is above 0 and at most 1000000, not 1.0E7",
        "run --site a/b | one level of a topic",
        "run --url http://x | a broker's address is tcp://host:port, not \"http://x\"",
        "run --scenario brakedown | did you mean \"breakdown\"?",
        "run --scenario breakdown --lines 1 | no machine, line or area \"line-3\"",
        "run --start 2026-03-02T05:00 --history 1h | leave one out",
        "run --start soon | --start is a time such as 2026-03-02T05:00, not soon",
        "run --start 2099-01-01T00:00 --for 1h | is in the future: add --ahead to allow it",
        "run --ahead | --ahead needs --speed or --for",
        "run --figures no/such/folder/f.json | cannot write no/such/folder/f.json",
        "run --config nowhere.yaml | cannot read nowhere.yaml",
        "run --truth no/such/folder/t.json | cannot write no/such/folder/t.json",
        "run --format jsn | unknown format \"jsn\"; the formats are avro, cbor, csv, edgex",
        "run --descriptor m.desc | --descriptor is for the format protobuf, not for json",
        "run --format protobuf --descriptor no/such/folder/m.desc | cannot write no/such/folder/m.desc",
        "load | --count",
        "load --count 5 --qos 2 | QoS is 0 or 1, not 2",
        "load --count 5 --payload-bytes 1 | payload bytes are",
        "load --count 5 --payload-bytes 8000000 | times topics are at most 268435456",
        "load --count 5 --payload-bytes 1000000 --topics 1 | times publishers are at most 268435456",
        "load --count 900000000 --publishers 3 --topics 9 | count times publishers is at most",
        "load --count 5 --rate 9000000000 | the rate is 0 to 1,000,000,000",
        "load --count 5 --site a/# | one level of a topic",
        "load --count 5 --patience 999999999d | longer than 3650 days",
        "replay nothing.csv --topic t | there is no file nothing.csv",
        "replay nothing.csv --topic a/# | --topic names one topic",
        "replay nothing.csv | --topic",
        "run --broker --broker-bind no.such.host.invalid | is not an address of this computer",
      })
  void wrongInputEndsWithOneAndSaysWhatIsWrong(String line, String message) {
    String[] arguments = line == null ? new String[0] : line.split(" ");
    assertThat(run(arguments)).isEqualTo(1);
    assertThat(err.toString()).contains(message);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aRunPublishesExactlyWhatItsTruthSays() throws Exception {
    Path truth = folder.resolve("truth.json");
    try (Subscriber subscriber = new Subscriber(broker.url(), "truth", "factory/truth/#")) {
      int code =
          run(
              "run",
              "--url",
              broker.url(),
              "--site",
              "truth",
              "--lines",
              "1",
              "--history",
              "20m",
              "--for",
              "20m",
              "--truth",
              truth.toString());
      assertThat(code).isZero();
      Map<String, JsonNode> last = new HashMap<>();
      await()
          .untilAsserted(
              () -> {
                for (Subscriber.Received each : subscriber.received()) {
                  last.put(each.topic().split("/")[4], read(each.payload()));
                }
                Map<String, Long> good = new HashMap<>();
                Map<String, Double> seconds = new HashMap<>();
                for (JsonNode entry : JSON.readTree(truth.toFile())) {
                  String machine = entry.get("machine").textValue();
                  good.merge(machine, entry.get("good").longValue(), Long::sum);
                  entry
                      .get("seconds")
                      .forEach(time -> seconds.merge(machine, time.doubleValue(), Double::sum));
                }
                assertThat(good.keySet())
                    .containsExactlyInAnyOrder("press-01", "robot-02", "paint-03", "pack-04");
                // The last sample of an interval may be a second old, and a piece short.
                good.forEach(
                    (machine, count) ->
                        assertThat(count - last.get(machine).get("good").longValue())
                            .isBetween(0L, 1L));
                assertThat(seconds.values())
                    .allSatisfy(time -> assertThat(time).isCloseTo(1_200, within(0.001)));
              });
    }
  }

  @Test
  void theAnnouncementsOfAFormatAreRetainedForLaterSubscribers() throws Exception {
    // A broker of its own, without the retained messages of other tests.
    try (Mosquitto own = Mosquitto.started(folder.resolve("own"))) {
      String line = "run --url %s --lines 1 --history 1m --for 1m --format siemens-databus";
      assertThat(run(line.formatted(own.url()).split(" "))).isZero();
      assertThat(err.toString()).contains("format: siemens-databus }");
      try (Subscriber later = new Subscriber(own.url(), "later", "ie/m/#")) {
        await()
            .untilAsserted(
                () ->
                    assertThat(later.received())
                        .extracting(Subscriber.Received::topic)
                        .hasSize(4)
                        .contains("ie/m/j/simatic/v1/press-01/dp"));
      }
    }
  }

  @Test
  void aScenarioIsPlayedFromItsStartAndItsFiguresAreWritten() throws Exception {
    Path figures = folder.resolve("figures.json");
    try (Subscriber subscriber = new Subscriber(broker.url(), "poisoned", "factory/poisoned/#")) {
      String line =
          "run --url %s --site poisoned --scenario poison --start 2026-03-02T05:00Z --zone UTC"
              + " --speed 36000 --for 2h --interval 10s --figures %s";
      assertThat(run(line.formatted(broker.url(), figures).split(" "))).isZero();
      JsonNode rows = JSON.readTree(figures.toFile()).path("efficiency");
      assertThat(rows)
          .anyMatch(
              row ->
                  row.path("level").asText().equals("site")
                      && row.path("shift").asText().equals("night")
                      && row.path("start").asText().equals("2026-03-01T22:00:00Z")
                      && row.at("/fields/calendar_s").asDouble() == 3 * 3_600);
      await()
          .untilAsserted(
              () ->
                  assertThat(subscriber.received())
                      .anyMatch(each -> each.payload().isEmpty())
                      .anyMatch(each -> !isJson(each) && !each.payload().isEmpty())
                      .anyMatch(SimulatorCommandTest::isJson));
    }
  }

  @Test
  void brokenPayloadsNeverReplaceAnnouncements() throws Exception {
    Path scenario = folder.resolve("poison.yaml");
    Files.writeString(
        scenario, "events: [{kind: poison, at: 0s, for: 1m, machines: '*', share: 1}]");
    try (Subscriber subscriber = new Subscriber(broker.url(), "announced", "ie/#")) {
      String line =
          "run --url %s --format siemens-databus --scenario %s --history 1m --for 30s --interval 1s";
      assertThat(run(line.formatted(broker.url(), scenario).split(" "))).isZero();
      await()
          .untilAsserted(
              () ->
                  assertThat(subscriber.received())
                      .filteredOn(each -> each.topic().startsWith("ie/d/"))
                      .anyMatch(each -> !isJson(each))
                      .anyMatch(SimulatorCommandTest::isJson));
      assertThat(subscriber.received())
          .filteredOn(each -> each.topic().startsWith("ie/m/"))
          .isNotEmpty()
          .allMatch(SimulatorCommandTest::isJson);
    }
  }

  private static boolean isJson(Subscriber.Received each) {
    return each.payload().endsWith("}");
  }

  @Test
  void simulatedTimePassesThePresentOnlyWithItsOption() throws Exception {
    try (Subscriber subscriber = new Subscriber(broker.url(), "ahead", "factory/ahead/#")) {
      String line = "run --url %s --site ahead --speed 3600 --for 30m --interval 10s --ahead";
      long now = System.currentTimeMillis();
      assertThat(run(line.formatted(broker.url()).split(" "))).isZero();
      await()
          .until(
              () ->
                  subscriber.received().stream()
                      .anyMatch(
                          each -> read(each.payload()).get("ts").longValue() > now + 1_700_000));
    }
  }

  @Test
  void aLoadReportsWhatWasAcknowledged() {
    assertThat(run("load", "--url", broker.url(), "--count", "3000", "--rate", "20000")).isZero();
    assertThat(out.toString()).startsWith("published 3000, acknowledged 3000, ");
    assertThat(run("load", "--url", broker.url(), "--count", "100", "--qos", "0")).isZero();
  }

  @Test
  void aLoadWithoutABrokerEndsWithTwoAndTheReason() {
    String unused = "tcp://127.0.0.1:" + Ports.free();
    assertThat(run("load", "--url", unused, "--count", "10", "--patience", "500ms")).isEqualTo(2);
    assertThat(err.toString()).contains("no connection to " + unused);
    assertThat(out.toString()).startsWith("published 10, acknowledged 0");
  }

  @Test
  void aPortInUseIsReportedWithTheOptionThatHelps() {
    assertThat(run("load", "--broker", "--url", broker.url(), "--count", "10")).isEqualTo(2);
    assertThat(err.toString()).contains("port " + broker.port() + " is in use", "--url tcp://");
  }

  @Test
  void withItsOwnBrokerARunWaitsForTheFirstSubscriberAndForTheLastReceipt() throws Exception {
    String url = "tcp://127.0.0.1:" + Ports.free();
    CompletableFuture<Integer> running =
        CompletableFuture.supplyAsync(
            () ->
                run(
                    "run",
                    "--broker",
                    "--url",
                    url,
                    "--history",
                    "2m",
                    "--for",
                    "2m",
                    "--broker-data",
                    folder.resolve("broker").toString()));
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> err.toString().contains("waiting for a first subscriber"));
    try (Subscriber subscriber = new Subscriber(url, "first", "factory/#")) {
      assertThat(running.get()).isZero();
      assertThat(err.toString())
          .contains("published %,d, acknowledged %<,d".formatted(subscriber.count()));
      Map<String, Long> lowest = new HashMap<>();
      subscriber
          .received()
          .forEach(
              each ->
                  lowest.merge(
                      each.topic(), read(each.payload()).get("total").longValue(), Math::min));
      assertThat(lowest).hasSize(12).allSatisfy((topic, total) -> assertThat(total).isZero());
    }
  }

  @Test
  void aReplayPublishesEveryRowInOrderAndCountsTheSkipped() throws Exception {
    Path csv = folder.resolve("oven.csv");
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("oven.csv"))) {
      Files.copy(in, csv);
    }
    Files.writeString(csv, Files.readString(csv) + "not a time,1\n");
    try (Subscriber subscriber = new Subscriber(broker.url(), "replay", "oven/#")) {
      assertThat(run("replay", csv.toString(), "--topic", "oven/1", "--url", broker.url()))
          .isZero();
      await().until(() -> subscriber.count() >= 5);
      assertThat(subscriber.received().stream().map(Subscriber.Received::payload))
          .containsExactly(
              "{\"ts\":1386018900000,\"value\":73.96732207}",
              "{\"ts\":1386019200000,\"value\":74.93588199999998}",
              "{\"ts\":1386019200000,\"value\":75.1}",
              "{\"ts\":1386019500000,\"value\":76.12416182}",
              "{\"ts\":1386018600000,\"value\":78.14070732}");
    }
    assertThat(out.toString()).isEqualTo("published 5, acknowledged 5, skipped 1\n");
    assertThat(err.toString()).contains("oven.csv line 8 skipped: \"not a time\"");
  }

  @Test
  void aFileWithoutOneUsableRowEndsWithOne() throws Exception {
    Path csv = Files.writeString(folder.resolve("x.csv"), "time,x\nsoon,1\n");
    assertThat(run("replay", csv.toString(), "--topic", "t", "--url", broker.url())).isEqualTo(1);
  }

  @Test
  void optionsComeFromAFileAndTheCommandLineHasPrecedence() throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("sim.yaml"),
            "url: %s\nsite: filed\nlines: 9\nhistory: 1m\nfor: 10s\n".formatted(broker.url()));
    try (Subscriber subscriber = new Subscriber(broker.url(), "config", "factory/filed/#")) {
      assertThat(run("run", "--config", config.toString(), "--lines", "1")).isZero();
      await().until(() -> subscriber.count() >= 4 * 10);
      assertThat(subscriber.received())
          .allSatisfy(each -> assertThat(each.topic()).contains("/line-1/"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "lines: 3\\nlinse: 4 | line 2: unknown key \"linse\"; the keys of run are url,",
        "lines: 3\\nlines: 4 | line 2: key \"lines\" appears twice",
        "lines: [3] | line 1: expected one value for lines",
        "- lines | line 1: expected a list of key: value",
        "lines: \"3 | line 1 is not YAML",
        "interval: 9999d | '9999d' is longer than 3650 days",
        "history: soon | 'soon' is not a duration",
      })
  void aWrongFileIsRefusedWithLineAndKey(String yaml, String message) throws Exception {
    Path config = folder.resolve("sim.yaml");
    Files.writeString(config, yaml.replace("\\n", "\n"));
    assertThat(run("run", "--config", config.toString())).isEqualTo(1);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void whenAskedToStopARunEndsCleanlyAndFinishesTheTruth() throws Exception {
    Path truth = folder.resolve("truth.json");
    String site = "stopped";
    try (Subscriber subscriber = new Subscriber(broker.url(), "stop", "factory/" + site + "/#")) {
      long before = System.currentTimeMillis();
      CompletableFuture<Integer> running =
          CompletableFuture.supplyAsync(
              () ->
                  run(
                      "run",
                      "--url",
                      broker.url(),
                      "--site",
                      site,
                      "--lines",
                      "1",
                      "--interval",
                      "100ms",
                      "--history",
                      "10m",
                      "--truth",
                      truth.toString()));
      // The past is published at once, then the run continues with the present.
      await()
          .until(
              () ->
                  subscriber.received().stream()
                      .anyMatch(each -> ts(each.payload()) >= before + 500));
      stop.ask();
      assertThat(running.get()).isZero();
      long after = System.currentTimeMillis();
      assertThat(subscriber.received())
          .allSatisfy(each -> assertThat(ts(each.payload())).isBetween(before - 600_000, after));
      assertThat(JSON.readTree(truth.toFile())).hasSizeGreaterThanOrEqualTo(4);
    }
  }

  private int run(String... arguments) {
    return SimulatorCommand.run(
        new Console(new PrintWriter(out), new PrintWriter(err, true), stop), arguments);
  }

  private static long ts(String payload) {
    return read(payload).get("ts").longValue();
  }

  private static JsonNode read(String payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException e) {
      throw new AssertionError(payload, e);
    }
  }
}
