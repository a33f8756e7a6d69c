package io.weir.gateway.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.Gateway;
import io.weir.gateway.SteppedParts;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.api.QuarantinePage;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.mqtt.SteppedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The data directory of an earlier version opens, and nothing in it is lost: readings that a store
 * has not got yet, figures, the quarantine, positions and counts. Each was left behind by a program
 * that was killed; the same program said what was in it. {@link MakeFixture} makes them.
 */
class EarlierVersionsTest {

  private static final int ENOUGH = 60;
  private static final int LONGEST = 1_000;

  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final SteppedBroker broker = new SteppedBroker();
  private final Map<String, Set<String>> written = new TreeMap<>();
  private Expected expected;

  /** The commits whose data directories are kept, the oldest first. */
  static List<String> versions() {
    return List.of("772091f", "5676493", "e108c4f");
  }

  private static InputStream resource(String name) {
    InputStream file = EarlierVersionsTest.class.getResourceAsStream(name);
    assertThat(file).as(name).isNotNull();
    return file;
  }

  /** Opens the fixture of a version; time goes on a minute after it was left. */
  private Gateway open(String version, boolean withEfficiency) throws Exception {
    try (InputStream json = resource(version + ".json")) {
      expected = Expected.read(json);
    }
    unzip(version, folder.resolve("data"));
    time.advance(Duration.ofNanos(expected.stoppedAtNs() - time.wallNs()).plusMinutes(1));
    return build(withEfficiency);
  }

  private Gateway build(boolean withEfficiency) throws Exception {
    return SteppedParts.build(
        configuration(withEfficiency), SteppedParts.of(time, FileSystem.DISK, broker, this::write));
  }

  private Path configuration(boolean withEfficiency) throws IOException {
    String yaml;
    try (InputStream in = resource("weir.yaml")) {
      yaml = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    yaml =
        yaml.replace("data-dir: data", "data-dir: \"" + folder.resolve("data") + "\"")
            .replace("BROKER", "tcp://broker:1883")
            .replace("NEAR", "http://near:8086")
            .replace("AWAY", "http://away:8086");
    Path file = folder.resolve("weir.yaml");
    int efficiency = yaml.indexOf("efficiency:");
    return Files.writeString(file, withEfficiency ? yaml : yaml.substring(0, efficiency));
  }

  private void unzip(String version, Path into) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(resource(version + ".zip"))) {
      for (ZipEntry each = zip.getNextEntry(); each != null; each = zip.getNextEntry()) {
        Path file = into.resolve(each.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }

  private Answer write(String sink, List<String> lines) {
    for (String line : lines) {
      String kind = line.startsWith("telemetry,") ? "readings" : "figures";
      written.computeIfAbsent(sink + " " + kind, name -> new LinkedHashSet<>()).add(line);
    }
    return new Answer.Stored();
  }

  private void settle(Gateway gateway) {
    for (int i = 0; i < ENOUGH || i < LONGEST && isPending(gateway); i++) {
      gateway.step();
      broker.link().answerAll();
      broker.link().sendAll();
      time.advance(Duration.ofMillis(500));
    }
    assertThat(gateway.view().ledger().sinks())
        .allSatisfy(sink -> assertThat(sink.pending()).as("pending of %s", sink).isZero())
        .allSatisfy(sink -> assertThat(sink.getUnexplained()).as("of %s", sink).isZero())
        .allSatisfy(sink -> assertThat(sink.corrupt() + sink.dropped()).as("of %s", sink).isZero());
    long rejected =
        gateway.view().ledger().sources().stream().mapToLong(LedgerResponse.Source::rejected).sum();
    assertThat(gateway.view().ledger().quarantine())
        .isEqualTo(new LedgerResponse.Quarantine(rejected, rejected, 0, 0, 0));
  }

  private static boolean isPending(Gateway gateway) {
    return gateway.view().ledger().sinks().stream().anyMatch(sink -> sink.pending() > 0);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void whatAStoreHadNotGotIsStored(String version) throws Exception {
    try (Gateway gateway = open(version, false)) {
      settle(gateway);
    }
    assertThat(expected.away()).hasSizeGreaterThan(expected.near().size());
    assertThat(expected.near()).isNotEmpty();
    assertThat(expected.figures()).isNotEmpty();
    assertThat(written.get("near readings")).containsExactlyInAnyOrderElementsOf(expected.near());
    assertThat(written.get("away readings")).containsExactlyInAnyOrderElementsOf(expected.away());
    assertThat(written.get("away figures")).containsExactlyInAnyOrderElementsOf(expected.figures());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theLedgerGoesOnFromItsCounts(String version) throws Exception {
    try (Gateway gateway = open(version, true)) {
      settle(gateway);
      LedgerResponse ledger = gateway.view().ledger();
      Map<String, List<Long>> sources = new TreeMap<>();
      for (LedgerResponse.Source one : ledger.sources()) {
        sources.put(
            one.name(),
            List.of(one.received(), one.appended(), one.filtered(), one.rejected(), one.refused()));
      }
      assertThat(sources).isEqualTo(new TreeMap<>(expected.sources()));
      LedgerResponse.Sink near = ledger.sinks().get(0);
      assertThat(near.log()).isEqualTo("readings");
      assertThat(near.quarantined()).as("set aside before the upgrade").isPositive();
      assertThat(near.stored() + near.quarantined()).isGreaterThan(expected.stored());
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void whatWasSetAsideIsThere(String version) throws Exception {
    try (Gateway gateway = open(version, true)) {
      settle(gateway);
      QuarantinePage page = gateway.view().quarantine(500, Long.MAX_VALUE);
      assertThat(page.entries())
          .extracting(entry -> entry.faults().get(0).reason() + ": " + entry.preview())
          .containsExactlyElementsOf(expected.quarantine());
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void figuresGoOnFromTheirState(String version) throws Exception {
    try (Gateway gateway = open(version, true)) {
      settle(gateway);
      EfficiencyResponse efficiency = gateway.view().efficiency();
      assertThat(efficiency).isNotNull();
      assertThat(efficiency.machines())
          .as("known before a new reading comes")
          .extracting(machine -> machine.place().path().get(0))
          .contains("press-00", "press-01");
      assertThat(written.get("away figures")).containsAll(expected.figures());
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theBrokerIsAskedToForgetWhatItMayHold(String version) throws Exception {
    try (Gateway gateway = open(version, true)) {
      DataDirectory data = new DataDirectory(folder.resolve("data"));
      List<String> damaged = new ArrayList<>();
      assertThat(data.session(FileSystem.DISK, "plant", damaged::add).load())
          .containsExactlyInAnyOrderElementsOf(expected.filters());
      assertThat(damaged).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void theDirectoryOpensAgainAndTypesStayPinned(String version) throws Exception {
    try (Gateway gateway = open(version, true)) {
      settle(gateway);
    }
    written.clear();
    try (Gateway gateway = build(true)) {
      settle(gateway);
      assertThat(written.get("away readings")).isNull();
      broker.publish("{\"n\": 7000, \"t\": 7}", "plant/+");
      settle(gateway);
      assertThat(written.get("away readings"))
          .as("a whole number, written as the pinned type")
          .singleElement()
          .asString()
          .startsWith("telemetry,machine=a n=7000.0,t=7.0 ");
    }
  }
}
