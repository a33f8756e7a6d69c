package io.weir.gateway.alarm;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class AlarmsTest {

  private static final Path ROOT = Path.of("..");
  private static final Set<String> IDS =
      Arrays.stream(AlarmKind.values()).map(AlarmKind::id).collect(toCollection(TreeSet::new));

  private static final Trouble DOWN = new Trouble(AlarmKind.SINK_DOWN, "history", "refused");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long nowNs = 1_000_000_000L;
  private final Alarms alarms =
      new Alarms(
          new Time() {
            @Override
            public long wallNs() {
              return nowNs;
            }

            @Override
            public long elapsedNs() {
              return nowNs;
            }
          },
          meters);

  private double gauge(AlarmKind kind) {
    return meters.get(Alarms.METER).tag(Alarms.TAG, kind.id()).gauge().value();
  }

  // ---- Each kind is known everywhere

  @Test
  void everyAlarmHasItsRunbookPageAndNoOtherPageExists() throws IOException {
    try (Stream<Path> pages = Files.list(ROOT.resolve("docs/runbook"))) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(Stream.of("README.md"), IDS.stream().map(id -> id + ".md")).toList());
    }
    String index = Files.readString(ROOT.resolve("docs/runbook/README.md"));
    for (AlarmKind kind : AlarmKind.values()) {
      String severity = word(kind);
      assertThat(index)
          .contains("| [`%s`](%s.md) | %s |".formatted(kind.id(), kind.id(), severity));
      assertThat(Files.readString(ROOT.resolve("docs/runbook/" + kind.id() + ".md")))
          .startsWith("# " + kind.id() + "\n\nSeverity: " + severity + ".\n")
          .contains("## What it means", "## What to look at", "## What to do");
    }
  }

  private static String word(AlarmKind kind) {
    return kind.severity().name().toLowerCase(Locale.ROOT);
  }

  @Test
  void everyAlarmHasItsRuleInGrafanaAndNoOtherIsNamedThere() throws IOException {
    Path file = ROOT.resolve("grafana/provisioning/alerting/weir.yaml");
    Set<String> asked = new TreeSet<>();
    for (JsonNode rules : new YAMLMapper().readTree(file.toFile()).findValues("rules")) {
      for (JsonNode rule : rules) {
        String id = rule.at("/labels/alarm").asText();
        if (rule.path("uid").asText().startsWith("weir-alarm-")) {
          assertThat(rule.path("uid").asText()).isEqualTo("weir-alarm-" + id);
          assertThat(rule.at("/data/0/model/expr").asText())
              .contains("weir_alarm{id=\"" + id + "\"}");
          assertThat(rule.at("/annotations/description").asText())
              .contains("docs/runbook/" + id + ".md");
          assertThat(rule.at("/labels/severity").asText())
              .isEqualTo(
                  Arrays.stream(AlarmKind.values())
                      .filter(kind -> kind.id().equals(id))
                      .map(AlarmsTest::word)
                      .findFirst()
                      .orElse("no such alarm"));
          asked.add(id);
        } else if (!id.isEmpty()) {
          assertThat(IDS).contains(id);
        }
      }
    }
    assertThat(asked).isEqualTo(IDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"en", "zh"})
  void everyAlarmHasItsTextOnThePageAndNoOtherHas(String language) throws IOException {
    String texts = Files.readString(Path.of("page/src/" + language + ".js"));
    // A text of an alarm has a hyphenated key; the others are parts of details.
    Set<String> titles =
        Pattern.compile("\"alarm\\.([a-z]+-[a-z-]+)\": \"[^\"]+\"")
            .matcher(texts)
            .results()
            .map(text -> text.group(1))
            .collect(toCollection(TreeSet::new));
    assertThat(titles).isEqualTo(IDS);
  }

  @Test
  void everyAlarmHasItsMeterAndNoOtherHas() {
    assertThat(meters.find(Alarms.METER).gauges())
        .extracting(gauge -> gauge.getId().getTag(Alarms.TAG))
        .containsExactlyInAnyOrderElementsOf(IDS);
  }

  // ---- The board

  @Test
  void anAlarmHasTheTimeWhenItWasRaisedUntilItIsCleared() {
    alarms.update(List.of(DOWN));
    nowNs = 5_000_000_000L;
    alarms.update(List.of(new Trouble(AlarmKind.SINK_DOWN, "history", "timeout")));
    assertThat(alarms.raised())
        .containsExactly(
            new Alarm(
                "sink-down",
                "history",
                Instant.ofEpochSecond(1),
                AlarmKind.Severity.CRITICAL,
                "the store of sink history is down: timeout",
                "timeout"));
    assertThat(gauge(AlarmKind.SINK_DOWN)).isEqualTo(1);
    assertThat(gauge(AlarmKind.SINK_HELD)).isZero();

    alarms.update(List.of());
    assertThat(alarms.raised()).isEmpty();
    assertThat(gauge(AlarmKind.SINK_DOWN)).isZero();

    alarms.update(List.of(DOWN));
    assertThat(alarms.raised()).extracting(Alarm::since).containsExactly(Instant.ofEpochSecond(5));
  }

  @Test
  void twoSubjectsHaveTwoAlarmsAndTwoConditionsOfOneSubjectHaveOne() {
    alarms.update(
        List.of(
            new Trouble(AlarmKind.LOG_FILLING, "readings", ""),
            DOWN,
            new Trouble(AlarmKind.SINK_DOWN, "history", "of its second log"),
            new Trouble(AlarmKind.SINK_DOWN, "archive", "")));
    assertThat(alarms.raised())
        .extracting(Alarm::text)
        .containsExactly(
            "the store of sink history is down: refused",
            "the store of sink archive is down",
            "log readings is filling up");
  }

  @Test
  void anAlarmIsLoggedOnceWhenItIsRaisedAndOnceWhenItIsCleared() {
    Logger logger = (Logger) LoggerFactory.getLogger(Alarms.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    Level before = logger.getLevel();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
    try {
      alarms.update(List.of(DOWN));
      alarms.update(List.of(DOWN));
      alarms.update(List.of());
      alarms.update(List.of());
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "Alarm sink-down: the store of sink history is down: refused"
                + " (docs/runbook/sink-down.md)",
            "Alarm sink-down cleared: the store of sink history is down: refused");
  }
}
