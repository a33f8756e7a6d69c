package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigLoader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

class ProgramTest {

  @TempDir Path folder;

  private RunCommand.Gateway gateway = (file, config) -> 0;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @AfterEach
  void logAsBefore() throws JoranException {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    new ContextInitializer(context).autoConfig();
    SLF4JBridgeHandler.uninstall();
  }

  private int run(String... args) {
    return runWith("", args);
  }

  private int runWith(String input, String... args) {
    out.reset();
    err.reset();
    Terminal terminal =
        new Terminal(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of());
    return new Program(
            terminal, Time.SYSTEM, FileSystem.DISK, (file, config) -> gateway.run(file, config))
        .run(args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("gateway.yaml"), text).toString();
  }

  @Test
  void helpShowsTheCommandsAndHowToBegin() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("check", "version", "Examples:", "Exit codes:");
    assertThat(run("check", "--help")).isZero();
    assertThat(out()).contains("--config", "--set");
  }

  @Test
  void aResultThatCannotBeWrittenIsAFailure() {
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    Terminal terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintStream(full, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of());
    for (String command : List.of("version", "schema", "--help")) {
      err.reset();
      Program program = new Program(terminal, Time.SYSTEM, FileSystem.DISK, (file, config) -> 0);
      assertThat(program.run(command)).as(command).isEqualTo(2);
      assertThat(err()).contains("not all of the result could be written");
    }
  }

  @Test
  void theVersionIsTheSameAsCommandAndAsOption() {
    assertThat(run("version")).isZero();
    String version = out();
    assertThat(version).startsWith("weir ").contains(System.getProperty("java.version"));
    assertThat(run("--version")).isZero();
    assertThat(out()).isEqualTo(version);
  }

  @Test
  void argumentsThatMakeNoSenseAreTheUsersAndSaySo() {
    assertThat(run()).isEqualTo(1);
    assertThat(err()).contains("a command is missing: ", "weir --help");
    assertThat(run("chek")).isEqualTo(1);
    assertThat(err()).startsWith("weir: there is no command 'chek'; weir has run, check, ");
    assertThat(run("notify", "list", "--config", "x")).isEqualTo(1);
    assertThat(err()).startsWith("weir: there is no command 'list'; weir notify has test\n");
    assertThat(run("check")).isEqualTo(1);
    assertThat(err()).contains("--config", "weir check --help");
    assertThat(run("check", "--config", "x", "--nonsense")).isEqualTo(1);
    assertThat(err()).contains("--nonsense");
    assertThat(out()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "run | --config=FILE is missing",
        "buffer replay | --config=FILE and --sink=NAME are missing",
        "user add | --config=FILE and --role=ROLE and NAME are missing",
        "run --config a --set | --set needs a value: --set=KEY=VALUE",
        "check --config a --config b | --config is given more than once; give it once",
        "run --debug=7 | --debug takes no value, not '7'",
        "--nope | there is no option '--nope'",
        "version x | 'x' is not expected",
      })
  void whatIsWrongWithTheArgumentsIsSaidInOurWords(String line, String message) {
    assertThat(run(line.split(" "))).isEqualTo(1);
    assertThat(err()).startsWith("weir: " + message + "\n").contains("Try: weir ");
  }

  /** How a service is started does not go through picocli; it has to mean the same. */
  @Test
  void runMeansTheSameHoweverItsArgumentsAreWritten() throws IOException {
    String config =
        file(
            """
            gateway: { id: g, data-dir: data }
            sources: [ { name: in, type: mqtt, url: "tcp://127.0.0.1:1" } ]
            routes: [ { topic: "#", format: json } ]
            sinks: [ { name: s, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
            """);
    List<String> seen = new ArrayList<>();
    gateway =
        (file, read) -> {
          seen.add(file + " " + read.http().port());
          return 7;
        };
    assertThat(run("run", "--config", config, "--set", "http.port=81", "--watch"))
        .as(err())
        .isEqualTo(7);
    assertThat(run("run", "--watch", "-c", config, "--set=http.port=81")).isEqualTo(7);
    assertThat(run("run", "--set", "http.port=81", "--config=" + config, "--watch")).isEqualTo(7);
    assertThat(seen)
        .hasSize(3)
        .allMatch(seen.get(0)::equals)
        .allMatch(each -> each.contains("[http.port=81, gateway.reload=on-change]"));

    for (String[] wrong :
        new String[][] {
          {"run"},
          {"run", "--config"},
          {"run", "--config", config, "--config", config},
          {"run", "--config", config, "more"},
          {"run", "--config", config, "--nonsense"},
          {"run", "--config", config, "--set"},
        }) {
      assertThat(run(wrong)).isEqualTo(1);
      assertThat(err()).contains("weir run --help");
    }
    assertThat(run("run", "--help")).isZero();
    assertThat(out()).contains("--watch");
    assertThat(seen).hasSize(3);

    gateway =
        (file, read) -> {
          throw new IOException("the disk is gone");
        };
    assertThat(run("run", "--config", config)).isEqualTo(2);
    assertThat(err()).isEqualTo("weir: the disk is gone\n");
    assertThat(run("run", "--config", "none.yaml")).isEqualTo(1);
    assertThat(err()).isEqualTo("none.yaml: there is no such file\n");
  }

  @Test
  void checkSaysWhatAGoodFileWouldRun() {
    assertThat(run("check", "--config", "../config/demo.yaml", "--set", "http.port=8099")).isZero();
    assertThat(out())
        .contains("../config/demo.yaml is valid.")
        .contains("MQTT 5 at tcp://127.0.0.1:1883 as weir-demo-plant")
        .contains("factory/{site}/{area}/{line}/{machine}/telemetry as json")
        .contains("QuestDB inside, on port 9000")
        .contains("127.0.0.1:8099")
        .doesNotContain("warning");
    assertThat(err()).isEmpty();
  }

  @Test
  void checkSaysWhichGroupAGatewayIsOfAndWhoOfItSends() throws IOException {
    String file =
        file(
            """
            gateway: { id: a, group: { name: plant-a, source: plant, mode: standby } }
            sources: [ { name: plant, type: mqtt, url: "tcp://broker:1883" } ]
            routes: [ { topic: a, format: json } ]
            """);
    assertThat(run("check", "--config", file)).isZero();
    assertThat(out())
        .contains(
            "group plant-a      one of its gateways sends; they hear each other by source plant");
  }

  @Test
  void checkSaysWhatGoesOfARouteWhenTheLogIsNearlyFull() throws IOException {
    String file =
        file(
            """
            gateway: { id: a }
            sources: [ { name: p, type: http } ]
            routes:
              - { topic: a, format: json }
              - { topic: b, format: json, when-full: drop-oldest, max-age: 7d }
              - { topic: c, format: json, when-full: thin, thin: { every: 10 } }
              - { topic: d, format: json, when-full: thin, thin: { mean: 1m }, keep: 3 }
            """);
    assertThat(run("check", "--config", file)).isZero();
    assertThat(out())
        .contains("a as json\n")
        .contains("b as json, when full drop-oldest, older than 7d first\n")
        .contains("c as json, when full thin to one of 10 messages\n")
        .contains("d as json, when full thin to a mean for each 1m, keep 3\n");
  }

  @Test
  void checkSaysWhichLineHasWhichCalendar() throws IOException {
    String file =
        file(
            """
            gateway: { id: a }
            sources: [ { name: p, type: http } ]
            efficiency:
              defaults: { state: { metric: state, running: [RUN] } }
              shifts: [ { name: early, start: "06:00", end: "14:00" } ]
              machines: [ { asset: s/b/l-9/m-1, ideal-cycle: 1s } ]
              lines: [ { asset: s/a/l-1, output: [m] }, { asset: s/a/l-2, output: [m] } ]
              calendars:
                - { asset: s/a/l-2, shifts: [ { name: day, start: "07:00", end: "15:00" } ] }
                - { asset: "t/*", holidays: [ 2026-12-25 ] }
            sinks: [ { name: h, type: embedded } ]
            """);
    assertThat(run("check", "--config", file)).as(err()).isZero();
    assertThat(out())
        .contains("calendar s/a/l-2 day: s/a/l-2\n")
        .contains("calendar t/*     early: no line that the file names\n")
        .contains("calendar of the plant early: s/a/l-1, s/b/l-9, all other lines\n");
  }

  @Test
  void checkWarnsOfWhatIsAllowedAndProbablyNotMeant() throws IOException {
    String file =
        file(
            """
            gateway: { id: a }
            sources:
              - { name: p, type: mqtt, url: tcp://broker.example, username: u, password: hunter2, session-expiry: 0s }
            routes:
              - { topic: a, format: json, qos: 0 }
              - { topic: c, format: json, measurement: stops }
              - { topic: b, format: avro, avro: { registry: { url: "http://r.example", username: u, password: hunter2 } } }
            buffer: { when-full: drop-oldest }
            sinks:
              - { name: h, type: influxdb, version: 3, url: http://store.example, database: d, token: hunter2 }
            http: { bind: 0.0.0.0, token: hunter2 }
            """);
    assertThat(run("check", "--config", file)).isZero();
    assertThat(out().lines().filter(line -> line.startsWith("warning: ")))
        .containsExactly(
            "warning: source p: its password crosses the network unencrypted",
            "warning: source p: with session-expiry 0s what comes while away is lost",
            "warning: route a: qos 0 is best effort, messages can be lost",
            "warning: route c: gateways write their figures to measurement stops, so its readings are in"
                + " no figure and not on the page; choose another name",
            "warning: route b: the password of its schema registry crosses the network unencrypted",
            "warning: sink h: its secret crosses the network unencrypted",
            "warning: http: its token crosses the network unencrypted",
            "warning: buffer: when full, the oldest readings are lost");
    assertThat(out()).doesNotContain("hunter2");
  }

  @Test
  void checkSaysThatItDidNotReadWhatPeopleChangedOnThePage() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Config config =
        ConfigLoader.load(
            Path.of(
                file(
                    """
                    gateway: { id: a, data-dir: %s }
                    sources: [ { name: p, type: mqtt, url: tcp://localhost } ]
                    routes: [ { topic: a, format: json } ]
                    """
                        .formatted(data))),
            Map.of());
    assertThat(Warnings.of(config)).isEmpty();
    assertThat(Warnings.of(config, closed -> !closed.equals(data)))
        .containsExactly(
            "site.yaml: not read, because this user may not enter "
                + data
                + "; what people changed on the page is not checked");
  }

  @Test
  void checkWarnsOfADeadbandThatMakesASteadyMachineLookSilent() throws IOException {
    String text =
        """
        gateway: { id: a }
        sources: [ { name: p, type: mqtt, url: tcp://localhost } ]
        routes: [ { topic: "f/{machine}", format: json, deadband: 0%s } ]
        efficiency: { defaults: { silent-after: 60s, state: { metric: s, running: [R] } } }
        """;
    String warning =
        "warning: route f/{machine}: with a deadband, a machine whose values stay the same";
    assertThat(run("check", "--config", file(text.formatted("")))).isZero();
    assertThat(out()).contains(warning);
    assertThat(run("check", "--config", file(text.formatted(", max-silence: 60s")))).isZero();
    assertThat(out()).contains(warning);
    assertThat(run("check", "--config", file(text.formatted(", max-silence: 50s")))).isZero();
    assertThat(out()).doesNotContain(warning);
  }

  @Test
  void checkWarnsOfMoreMachinesThanTheHeapHolds() throws IOException {
    long named = 1 + MemoryBudget.of(Runtime.getRuntime().maxMemory(), 8 << 20).machines();
    String text =
        """
        gateway: { id: a }
        sources: [ { name: p, type: mqtt, url: tcp://localhost } ]
        routes: [ { topic: "f/{machine}", format: json } ]
        efficiency:
          defaults: { state: { metric: s, running: [R] } }
          lines: [%s]
        """;
    for (long more = 0; more < 2; more++) {
      String machines =
          LongStream.range(0, named - 1 + more)
              .mapToObj(i -> "{ asset: s/a/line-%d, machines: [m], output: [m] }".formatted(i))
              .collect(Collectors.joining(", "));
      assertThat(run("check", "--config", file(text.formatted(machines)))).as(err()).isZero();
      String warning = "warning: efficiency: the lines name " + named + " machines";
      assertThat(out().contains(warning)).isEqualTo(more == 1);
    }
  }

  @Test
  void checkReportsEveryProblemOfABadFile() throws IOException {
    String file = file("gatway: { id: a }\nhttp: { port: x }\n");
    assertThat(run("check", "--config", file)).isEqualTo(1);
    assertThat(err().lines())
        .hasSize(4)
        .contains(file + ":1: gatway: unknown key (did you mean 'gateway'?)");
    assertThat(out()).isEmpty();
  }

  @Test
  void checkOfAFileThatIsNotThereIsTheUsersError() {
    assertThat(run("check", "--config", "none.yaml")).isEqualTo(1);
    assertThat(err()).isEqualTo("none.yaml: there is no such file" + System.lineSeparator());
  }

  private static final String SMALL =
      """
      gateway: { id: a }
      sources:
        - { name: plant, type: mqtt, url: tcp://localhost }
      routes:
        - topic: factory/{machine}/telemetry
          format: json
          metrics: [{ from: good, type: integer }]
      """;

  @Test
  void decodeShowsWhatAPayloadWouldBecomeAndKeepsNothing() throws IOException {
    String file = file(SMALL);
    String topic = "factory/press/telemetry";
    String[] decode = {"decode", "--config", file, "--topic", topic};

    assertThat(runWith("{\"temp\": 21.5, \"good\": 7, \"bad\": [}", decode)).isEqualTo(1);
    assertThat(out()).contains("rejected, malformed");
    assertThat(runWith("{\"temp\": 21.5, \"good\": 7}", decode)).isZero();
    assertThat(out())
        .contains("telemetry,machine=press temp=21.5")
        .contains("telemetry,machine=press good=7i")
        .contains("received 2 = readings 2");
    assertThat(folder.resolve("data")).doesNotExist();

    Path payload = Files.writeString(folder.resolve("p.json"), "{\"temp\": 1}");
    String[] fromFile = {
      "decode", "-c", file, "--topic", "other", "--source", "plant", "--file", payload.toString()
    };
    assertThat(run(fromFile)).isEqualTo(1);
    assertThat(out())
        .startsWith(
            "not route 1, factory/{machine}/telemetry: level 1 is 'other', not 'factory'\n"
                + "no route matches other\n");
  }

  @Test
  void decodeWarnsOfLongFormThatTheRouteDoesNotRead() throws IOException {
    String config =
        """
        gateway: { id: a }
        sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
        routes:
          - { topic: rows, format: csv }
          - { topic: tags, format: json }
          - { topic: lines, format: ndjson }
          - { topic: pivot, format: json, json: { pivot: { name: tag, value: value } } }
        """;
    String[] decode = {"decode", "-c", file(config), "--topic"};
    String lines = "{\"parameterName\":\"temp\",\"rawValue\":21.5}\n";
    assertThat(runWith(lines, plant(decode, "lines"))).isZero();
    assertThat(out()).contains("pivot: { name: parameterName, value: rawValue }");
    assertThat(runWith("{\"id\":\"temp\",\"value\":21.5}", plant(decode, "tags"))).isZero();
    assertThat(out()).doesNotContain("warning");
    String tags = "{\"ts\":1,\"d\":[{\"tag\":\"temp\",\"value\":21.5}]}";

    assertThat(runWith(tags, plant(decode, "tags"))).isZero();
    assertThat(out())
        .contains("warning: it looks like long form")
        .contains("add to the route json: { pivot: { name: tag, value: value } }");
    assertThat(runWith("ts;Var Name;VarValue\n1;temp;2\n", plant(decode, "rows"))).isZero();
    assertThat(out()).contains("csv: { pivot: { name: 'Var Name', value: VarValue } }");
    assertThat(runWith(tags, plant(decode, "pivot"))).isZero();
    assertThat(out()).contains("temp=21.5").doesNotContain("warning");
    assertThat(runWith("{\"name\":\"press\",\"temp\":{\"value\":2}}", plant(decode, "tags")))
        .isZero();
    assertThat(out()).doesNotContain("warning");
  }

  @Test
  void decodeWarnsOfARowOfUnitsThatTheRouteDoesNotRead() throws IOException {
    String config =
        """
        gateway: { id: a }
        sources: [ { name: plant, type: mqtt, url: tcp://localhost } ]
        routes:
          - { topic: rows, format: csv }
          - { topic: units, format: csv, csv: { units-row: true } }
        """;
    String[] decode = {"decode", "-c", file(config), "--topic"};
    String rows = "temp,flow\nCel,l/min\n21.5,4\n";

    runWith(rows, plant(decode, "rows"));
    assertThat(out())
        .contains("warning: the row below the header looks like units (Cel, l/min)")
        .contains("add to the route csv: { units-row: true }");
    assertThat(runWith(rows, plant(decode, "units"))).isZero();
    assertThat(out()).contains("temp = 21.5 Cel").doesNotContain("warning");
  }

  @Test
  void decodeUsesTheContentTypeAndSaysWhyAPartIsLeftOut() throws IOException {
    String[] plain = {"decode", "-c", file(SMALL), "--topic", "factory/press/telemetry"};
    String[] packed = Arrays.copyOf(plain, plain.length + 2);
    packed[plain.length] = "--content-type";
    packed[plain.length + 1] = "application/gzip";

    assertThat(runWith("{\"temp\": null}", plain)).isZero();
    assertThat(out()).contains("temp\n  -> filtered: null\n");
    assertThat(runWith("{\"temp\": null}", packed)).isEqualTo(1);
    assertThat(out()).contains("rejected, malformed: declared as application/gzip");
  }

  @Test
  void decodeListsTheRoutesThatDoNotMatchAndMarksTheNearest() throws IOException {
    String file =
        file(
            """
            gateway: { id: a }
            sources:
              - { name: plant, type: mqtt, url: tcp://localhost }
              - { name: other, type: mqtt, url: tcp://localhost, client-id: o }
            routes:
              - { topic: "{machine}/telemetry", format: json }
              - { topic: "factory/{line}/{machine}/telemetry", format: json }
              - { topic: "factory/#", format: scalar, source: other }
              - { topic: "factory/{line}/state", format: json }
            """);
    String[] plant = {"decode", "-c", file, "--source", "plant", "--topic"};

    assertThat(runWith("1", plant(plant, "factory/l1/press/state"))).isEqualTo(1);
    assertThat(out())
        .startsWith(
            """
            not route 1, {machine}/telemetry: level 2 is 'l1', not 'telemetry'
            not route 2, factory/{line}/{machine}/telemetry: level 4 is 'state', not 'telemetry' (the nearest)
            not route 3, factory/#: it serves only the source 'other'
            not route 4, factory/{line}/state: level 3 is 'press', not 'state'
            no route matches factory/l1/press/state
            """);
    assertThat(runWith("{\"state\": 1}", plant(plant, "factory/l1/state"))).isZero();
    assertThat(out())
        .startsWith(
            """
            not route 1, {machine}/telemetry: level 2 is 'l1', not 'telemetry'
            not route 2, factory/{line}/{machine}/telemetry: level 4 is missing
            not route 3, factory/#: it serves only the source 'other'
            route 4: factory/{line}/state, format json
              line = l1
            state = 1
              -> telemetry,line=l1 state=1.0\s\
            """)
        .contains("received now, 2", "the time of values without their own");
  }

  private static String[] plant(String[] begin, String topic) {
    return Stream.concat(Stream.of(begin), Stream.of(topic)).toArray(String[]::new);
  }

  @Test
  void decodeRefusesWhatItCannotBeAskedFor() throws IOException {
    String file = file(SMALL + "buffer: { max-message-size: 1KiB }\n");
    assertThat(runWith("x".repeat(1025), "decode", "-c", file, "--topic", "a")).isEqualTo(1);
    assertThat(err()).contains("larger than buffer.max-message-size, 1024 bytes");
    assertThat(run("decode", "-c", file, "--topic", "a/+")).isEqualTo(1);
    assertThat(err()).contains("one message");
    assertThat(run("decode", "-c", file, "--topic", "a", "--source", "plnt")).isEqualTo(1);
    assertThat(err()).contains("no source 'plnt'");
    assertThat(run("decode", "-c", file, "--topic", "a", "--file", "none")).isEqualTo(1);
    assertThat(err()).isEqualTo("weir: there is no file none" + System.lineSeparator());
    assertThat(run("decode", "-c", file, "--topic", "a", "--file", folder.toString())).isEqualTo(1);
    assertThat(err()).startsWith("weir: " + folder + " cannot be read: ");
  }

  @Test
  void typesAreSetOnceAndListed() throws IOException {
    String file = file(SMALL);
    assertThat(run("types", "list", "--config", file)).isZero();
    assertThat(out()).isEmpty();
    assertThat(folder.resolve("data")).doesNotExist();

    assertThat(run("types", "set", "--config", file, "telemetry", "good", "integer")).isZero();
    assertThat(run("types", "set", "--config", file, "telemetry", "temp", "float")).isZero();
    assertThat(run("types", "set", "--config", file, "telemetry", "temp", "string")).isZero();
    assertThat(run("types", "list", "--config", file)).isZero();
    assertThat(out().lines().map(line -> line.replaceAll(" +", " ")))
        .containsExactly("telemetry good integer", "telemetry temp string");

    assertThat(run("types", "set", "--config", file, "telemetry", "time", "float")).isEqualTo(1);
    assertThat(err()).contains("time");
    assertThat(run("types", "set", "--config", file, "telemetry", "a", "decimal")).isEqualTo(1);
    assertThat(err()).contains("decimal");
    assertThat(run("types")).isEqualTo(1);
    assertThat(err()).contains("a command is missing: list, set");
  }

  @Test
  void typesAreNotSetUnderARunningGateway() throws IOException {
    String file = file(SMALL);
    try (Closeable running = new DataDirectory(folder.resolve("data")).lock(FileSystem.DISK)) {
      assertThat(running).isNotNull();
      assertThat(run("types", "set", "--config", file, "telemetry", "a", "float")).isEqualTo(2);
      assertThat(err()).contains("another gateway uses " + folder.resolve("data"));
    }
    assertThat(run("types", "set", "--config", file, "telemetry", "a", "float")).isZero();
  }

  @Test
  void aFailureIsOneLineAndExitCodeTwoAndItsStoryComesOnDemand() {
    gateway =
        (file, config) -> {
          throw new IOException("port " + config.http().port() + " is taken");
        };
    assertThat(run("run", "--config", "../config/demo.yaml")).isEqualTo(2);
    assertThat(err()).isEqualTo("weir: port 8080 is taken" + System.lineSeparator());
    assertThat(run("run", "--config", "../config/demo.yaml", "--debug")).isEqualTo(2);
    assertThat(err()).contains("java.io.IOException: port 8080", "at io.weir");
    gateway =
        (file, config) -> {
          LoggerFactory.getLogger("io.weir.gateway.Gateway")
              .info("{} is up", config.gateway().id());
          return 0;
        };
    assertThat(run("run", "--config", "../config/demo.yaml")).isZero();
    assertThat(err())
        .contains("INFO  [" + Thread.currentThread().getName() + "] Gateway: demo is up");
    assertThat(run("run", "--config", "none.yaml")).isEqualTo(1);
  }

  @Test
  void whatTheFileSystemRefusesIsSaidInWordsAndNotAsAPathAlone() {
    gateway =
        (file, config) -> {
          throw new FileAlreadyExistsException("data");
        };
    assertThat(run("run", "--config", "../config/demo.yaml")).isEqualTo(2);
    assertThat(err()).startsWith("weir: data: there is a file where a folder is needed");
    gateway =
        (file, config) -> {
          throw new AccessDeniedException("data/lock");
        };
    assertThat(run("run", "--config", "../config/demo.yaml")).isEqualTo(2);
    assertThat(err()).startsWith("weir: data/lock: this user may not read or write it");
  }

  @Test
  void verifyReportsDamageAndFails() throws IOException {
    String file = file(SMALL);
    assertThat(run("buffer", "verify", "--config", file)).isZero();
    assertThat(out()).contains("nothing yet");
    assertThat(run("quarantine", "list", "--config", file)).isZero();
    assertThat(out()).isEmpty();
    assertThat(err()).contains("Nothing to list in " + folder.resolve("data/log/quarantine"));

    Path log = Files.createDirectories(folder.resolve("data/log/readings"));
    Files.write(log.resolve("%020d.seg".formatted(0)), new byte[20_000]);
    assertThat(run("buffer", "verify", "--config", file)).isEqualTo(2);
    assertThat(out()).contains("FAULT: 00000000000000000000.seg, at byte 0: no whole header");

    Path held = Files.createDirectories(folder.resolve("data/log/quarantine"));
    Path segment = Files.write(held.resolve("%020d.seg".formatted(0)), new byte[20_000]);
    assertThat(run("quarantine", "list", "--config", file)).isEqualTo(2);
    assertThat(err()).contains("not listed: " + segment + ", whose header cannot be read");
    assertThat(run("quarantine", "show", "--config", file, "0f3c2a9b11d84e75")).isEqualTo(1);
    assertThat(err()).contains("not read: " + segment + ", whose header cannot be read");
  }
}
