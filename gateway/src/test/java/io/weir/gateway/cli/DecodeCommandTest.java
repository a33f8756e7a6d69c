package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding what was heard, and keeping what it becomes. */
class DecodeCommandTest {

  private static final String CONFIG =
      """
      gateway: { id: a, data-dir: DATA }
      sources:
        - { name: plant, type: mqtt, url: tcp://localhost }
      routes:
        - topic: "factory/{line}/{machine}/telemetry"
          format: json
          time: { from: /at, zone: Europe/Berlin }
          asset: { site: { field: /plant } }
          metrics:
            - { from: temp_f, to: temperature, unit: "[degF]", store-unit: Cel }
      """;

  @TempDir Path folder;
  private Path config;

  @BeforeEach
  void configure() throws IOException {
    config =
        Files.writeString(
            folder.resolve("gateway.yaml"),
            CONFIG.replace("DATA", folder.resolve("data").toString()));
  }

  private CommandRun decode(String... args) {
    return CommandRun.of(args("decode", args));
  }

  private CommandRun heard(String messages, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--messages", "-"));
    return CommandRun.reading(messages.getBytes(UTF_8), args("decode", all.toArray(String[]::new)));
  }

  private String[] args(String command, String... rest) {
    List<String> all = new ArrayList<>(List.of(command, "-c", config.toString()));
    all.addAll(List.of(rest));
    return all.toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "factory/l1/press/telemetry\t{\"n\":4,\"at\":\"2026-03-01T12:00:00Z\"}",
        "factory/l1/press/telemetry {\"n\":4,\"at\":\"2026-03-01T12:00:00Z\"}",
        "{\"tst\":\"x\",\"topic\":\"factory/l1/press/telemetry\",\"qos\":1,\"retain\":0,"
            + "\"payload\":\"{\\\"n\\\":4,\\\"at\\\":\\\"2026-03-01T12:00:00Z\\\"}\"}",
        "{\"topic\":\"factory/l1/press/telemetry\","
            + "\"payload\":{\"n\":4,\"at\":\"2026-03-01T12:00:00Z\"}}",
      })
  void aLineIsAMessageHoweverItWasHeard(String line) {
    CommandRun run = heard("# heard on Monday\n\n" + line + "\r\n");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("message 3: factory/l1/press/telemetry\nroute 1: ")
        .contains("telemetry,line=l1,machine=press n=4.0 2026-03-01T12:00:00Z")
        .contains("\n1 message: 0 without a route, 0 with something rejected\nreceived at, ");
    assertThat(run.exit()).isZero();
  }

  @Test
  void payloadsMayBeHexadecimal() {
    CommandRun run = heard("factory/l1/press/telemetry 7b226e223a347d\n", "--hex");
    assertThat(run.out()).contains(" n=4.0 ");
    assertThat(heard("factory/l1/press/telemetry 7b2\n", "--hex").err())
        .contains("line 1: the payload is not in hexadecimal digits");
  }

  @Test
  void theExitCodeSaysWhetherAnyHadNoRouteOrSomethingRejected() {
    String good = "factory/l1/press/telemetry\t{\"n\":4}\n";
    assertThat(heard(good + good).exit()).isZero();
    CommandRun rejected = heard(good + "factory/l1/press/telemetry\t{\"n\":4\n");
    assertThat(rejected.exit()).isEqualTo(1);
    assertThat(rejected.out())
        .contains("2 messages: 0 without a route, 1 with something rejected\n");
    CommandRun unmatched = heard(good + "factory/l1\t4\n");
    assertThat(unmatched.exit()).isEqualTo(1);
    assertThat(unmatched.out())
        .contains("no route matches factory/l1\n")
        .contains("2 messages: 1 without a route, 0 with something rejected\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n# nothing\n", "topic", "{\"topic\":1}", "{\"topic\":\"a\"}", "{"})
  void whatIsNoMessageIsRefused(String text) {
    CommandRun run = heard(text);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("weir: -: ");
  }

  @Test
  void aKeyOfTheRouteThatMatchesNothingIsSaid() {
    CommandRun run = heard("factory/l1/press/telemetry\t{\"n\":4}\n");
    assertThat(run.out())
        .contains("time.from /at matches nothing: the time of arrival counts\n")
        .contains("the field plant, of asset, tags or quality in the route, matches nothing\n");
    CommandRun other =
        heard(
            "factory/l1/press/telemetry\t{\"n\":4,\"plant\":\"p\",\"at\":\"2026-03-01T12:00:00Z\"}\n");
    assertThat(other.out()).doesNotContain("matches nothing").contains("site=p,line=l1");
  }

  @Test
  void whatADeviceSendsDoesNotCommandTheTerminal() {
    String red = "\u001b[31m";
    for (String topic : List.of("factory/l1/" + red + "/telemetry", red + "/x")) {
      CommandRun run = heard(topic + "\t{\"" + red + "\":\"" + red + "\"}\n", "--explain");
      assertThat(run.out()).contains("\ufffd[31m").doesNotContain("\u001b");
    }
  }

  @Test
  void aMessageThatLooksLikeLongFormIsWarnedOf() {
    String payload = "{\"tags\":[{\"tag\":\"a\",\"value\":1},{\"tag\":\"b\",\"value\":2}]}";
    assertThat(heard("factory/l1/press/telemetry\t" + payload + "\n").out())
        .contains("\nwarning: ")
        .contains("pivot");
  }

  @Test
  void aRouteThatHasAPivotIsNotWarnedInAnyEncoding() throws IOException {
    for (String charset : List.of("utf-8", "latin-1")) {
      Files.writeString(
          config,
          """
          gateway: { id: a, data-dir: DATA }
          sources:
            - { name: plant, type: mqtt, url: tcp://localhost }
          routes:
            - topic: "panels/{machine}"
              format: csv
              charset: CHARSET
              csv: { pivot: { name: name, value: value } }
          """
              .replace("DATA", folder.resolve("data").toString())
              .replace("CHARSET", charset));
      CommandRun run =
          CommandRun.reading(
              "name,value\na,1\nb,2\n".getBytes(UTF_8), args("decode", "--topic", "panels/press"));
      assertThat(run.out()).as(charset).contains(" a=1.0 ").doesNotContain("warning");
    }
  }

  @Test
  void textsAreShownWhole() {
    String text = "a long text ".repeat(20);
    CommandRun run = heard("factory/l1/press/telemetry\t{\"s\":\"" + text + "\"}\n");
    assertThat(run.out()).contains("s = \"" + text + "\"").contains(" s=\"" + text + "\"");
  }

  @Test
  void explainSaysWhatEachStepHasDone() {
    CommandRun run = heard("factory/l1/press/telemetry\t{\"temp_f\":212}\n", "--explain");
    assertThat(run.out())
        .contains("     name: temp_f is the metric temperature\n")
        .contains("     place: telemetry,line=l1,machine=press\n")
        .contains("     time: none in the payload, so it is that of arrival\n")
        .contains("     value: 212 is 100.0, float\n");
  }

  @Test
  void whatItBecomesIsKeptAndComparedAsIfItArrivedThen() throws Exception {
    Path messages =
        Files.writeString(
            folder.resolve("messages.txt"), "factory/l1/press/telemetry\t{\"n\":4}\n");
    Path expected = folder.resolve("expected.txt");
    String[] compare = {"--messages", messages.toString(), "--against", expected.toString()};
    assertThat(decode(compare).err()).contains("there is no file " + expected);

    String[] update = Arrays.copyOf(compare, compare.length + 1);
    update[compare.length] = "--update";
    assertThat(decode(update).exit()).isZero();
    String kept = Files.readString(expected);
    Files.writeString(expected, kept.replaceAll("20\\d\\d-", "2020-"));
    assertThat(decode(compare))
        .isEqualTo(new CommandRun(0, "as " + expected + " says" + System.lineSeparator(), ""));

    Files.writeString(expected, kept.replace("n=4.0", "n=5.0"));
    CommandRun other = decode(compare);
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.out())
        .contains("expected:   -> telemetry,line=l1,machine=press n=5.0 ")
        .contains("now:        -> telemetry,line=l1,machine=press n=4.0 ");
    Files.writeString(expected, "nothing\n");
    assertThat(decode(compare).err()).contains("write it with --update");
  }

  @Test
  void checkRunsAllCasesOfAFolder() throws Exception {
    Path cases = folder.resolve("cases");
    for (String name : List.of("one", "two")) {
      Path each = Files.createDirectories(cases.resolve(name));
      Files.writeString(
          each.resolve("messages.txt"), "factory/l1/" + name + "/telemetry\t{\"n\":4}\n");
      decode(
          "--messages",
          each.resolve("messages.txt").toString(),
          "--against",
          each.resolve("expected.txt").toString(),
          "--update");
    }
    CommandRun good = CommandRun.of(args("check", "--cases", cases.toString()));
    assertThat(good.exit()).as(good.err()).isZero();
    assertThat(good.out()).endsWith("2 cases: 0 not as expected" + System.lineSeparator());

    Files.writeString(cases.resolve("one/messages.txt"), "factory/l1/one/telemetry\t{\"n\":5}\n");
    Files.delete(cases.resolve("two/messages.txt"));
    CommandRun bad = CommandRun.of(args("check", "--cases", cases.toString()));
    assertThat(bad.exit()).isEqualTo(1);
    assertThat(bad.out()).endsWith("2 cases: 2 not as expected" + System.lineSeparator());
    assertThat(bad.err()).contains("case one: line ").contains("case two: has no messages.txt");
    assertThat(CommandRun.of(args("check", "--cases", folder + "/none")).err())
        .contains("there is no folder");
  }

  @Test
  void typesPinnedOnThisMachineDoNotChangeACase() throws Exception {
    assertThat(
            CommandRun.of("types", "set", "-c", config.toString(), "telemetry", "n", "string")
                .exit())
        .isZero();
    Path messages =
        Files.writeString(
            folder.resolve("messages.txt"), "factory/l1/press/telemetry\t{\"n\":4}\n");
    Path expected = folder.resolve("expected.txt");
    decode("--messages", messages.toString(), "--against", expected.toString(), "--update");
    assertThat(Files.readString(expected)).contains(" n=4.0 ");
    assertThat(decode("--messages", messages.toString()).out()).contains("type-conflict");
  }
}
