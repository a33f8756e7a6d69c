package io.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.Decoders;
import io.weir.gateway.intake.Explain;
import io.weir.gateway.normalize.Memory;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.sim.payload.DeviceMessage;
import io.weir.sim.payload.Formats;
import io.weir.sim.payload.PayloadFormat;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.SimulatedState;
import io.weir.sim.plant.Truth;
import io.weir.sim.scenario.Poison;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the simulator says in a format, the gateway reads with the route that comes with it. */
class SimulatedFormatsTest {

  private static final Instant START = Instant.parse("2026-03-01T11:40:00Z");
  private static final Instant RECEIVED = Instant.parse("2026-03-01T12:00:00Z");

  /** Formats whose messages carry no time. */
  private static final Set<String> TIMELESS = Set.of("homie", "scalar");

  /** Formats in which only the machine has a name. */
  private static final Set<String> LINELESS =
      Set.of("homie", "shelly", "siemens-databus", "tasmota", "thingsboard");

  private static final Pattern READING =
      Pattern.compile(
          "  -> telemetry,(\\S*machine=(\\S+?)(?:,\\S*)?) (\\S+?)=(\"[^\"]*\"|\\S+) (\\S+)");

  @TempDir Path folder;

  static Stream<String> formats() {
    return Formats.all().stream().map(Formats.NamedFormat::name);
  }

  private record Read(String metric, String value, String time) {}

  @Test
  void everyFormatThatIsReadCanBeSimulatedButBytesThatSayNothingByThemselves() {
    List<String> read = new ArrayList<>(Decoders.names());
    assertThat(read.remove("raw")).isTrue();
    assertThat(formats()).containsExactlyElementsOf(read);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void everySampleIsReadWhole(String format) throws Exception {
    Explain explain = new Explain(List.of(route(format)), Types.load(new Memory()));
    PayloadFormat payload = Formats.of(format).format().get();
    List<MachineSample> samples = samples();
    assertThat(samples.stream().map(MachineSample::state).distinct()).hasSizeGreaterThan(2);

    for (MachineSample sample : samples) {
      Map<String, Read> read = new HashMap<>();
      for (DeviceMessage message : payload.messages(sample)) {
        String explanation = explained(explain, message.topic(), message.payload());
        assertThat(explanation).endsWith("rejected 0\n");
        Matcher readings = READING.matcher(explanation);
        while (readings.find()) {
          assertThat(readings.group(2)).endsWith(sample.path().machine());
          Read one = new Read(readings.group(3), readings.group(4), readings.group(5));
          read.put(one.metric.replaceAll(".*\\.", "").replace('-', '_'), one);
        }
      }
      Instant time =
          TIMELESS.contains(format)
              ? RECEIVED
              : format.equals("tasmota")
                  ? Instant.ofEpochMilli(sample.at()).truncatedTo(ChronoUnit.SECONDS)
                  : Instant.ofEpochMilli(sample.at());
      number(read.get("total"), BigDecimal.valueOf(sample.total()), time);
      number(read.get("good"), BigDecimal.valueOf(sample.good()), time);
      number(read.get("reject"), BigDecimal.valueOf(sample.reject()), time);
      number(read.get("temperature"), sample.temperature(), time);
      number(read.get("vibration"), sample.vibration(), time);
      number(read.get("power_kw"), sample.powerKw(), time);
      number(read.get("energy_kwh"), sample.energyKwh(), time);
      number(read.get("speed"), sample.speed(), time);
      number(read.get("ideal_cycle"), sample.idealCycle(), time);
      text(read.get("state"), sample.state().name(), time);
      text(read.get("product"), sample.product(), time);
      if (!sample.reason().isEmpty()) {
        text(read.get("reason"), sample.reason(), time);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void whateverAnOperatorSaysArrives(String format) throws Exception {
    String reason = "oil, \"hot\"; at 5\t% \\ Öl = 🛢";
    MachineSample quiet = samples().get(0);
    MachineSample sample =
        new MachineSample(
            quiet.path(),
            quiet.at(),
            SimulatedState.DOWN,
            reason,
            "P1, blue",
            quiet.total(),
            quiet.good(),
            quiet.reject(),
            quiet.temperature(),
            quiet.vibration(),
            quiet.powerKw(),
            quiet.energyKwh(),
            quiet.speed(),
            quiet.idealCycle(),
            quiet.number());
    Explain explain = new Explain(List.of(route(format)), Types.load(new Memory()));
    StringBuilder explanation = new StringBuilder();
    for (DeviceMessage message : Formats.of(format).format().get().messages(sample)) {
      explanation.append(explained(explain, message.topic(), message.payload()));
    }
    // what is explained shows a tab as the sign for what cannot be shown
    assertThat(explanation.toString())
        .contains("reason=\"" + reason.replace('\t', '\uFFFD') + "\"")
        .contains("product=\"P1, blue\"");
  }

  @Test
  void thePageOfTheSimulatorListsEveryFormatWithItsTopic() throws Exception {
    String page = Files.readString(Path.of("../docs/guide/simulator.md"));
    for (Formats.NamedFormat known : Formats.all()) {
      String topic = known.route().replaceFirst(".*?topic: \"([^\"]*)\".*", "$1");
      assertThat(page).contains("| `" + known.name() + "` | `" + topic + "` |");
    }
    assertThat(page)
        .contains(
            "machines speak kepware; the gateway's route: - " + Formats.of("kepware").route());
    assertThat(TIMELESS).allMatch(name -> page.contains("`" + name + "`"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void theLineOfAMachineIsKnownOrIsSaidNotToBe(String format) throws Exception {
    Explain explain = new Explain(List.of(route(format)), Types.load(new Memory()));
    StringBuilder explanation = new StringBuilder();
    for (DeviceMessage message : Formats.of(format).format().get().messages(samples().get(0))) {
      explanation.append(explained(explain, message.topic(), message.payload()));
    }
    assertThat(explanation.toString().contains("line=line-1"))
        .isEqualTo(!LINELESS.contains(format));
  }

  private static String explained(Explain explain, String topic, byte[] payload) throws Exception {
    return explain.text(null, topic, payload, false, RECEIVED.toEpochMilli() * 1_000_000);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void aBrokenPayloadOfAnyFormatIsNoReading(String format) throws Exception {
    Explain explain = new Explain(List.of(route(format)), Types.load(new Memory()));
    PayloadFormat payload = Formats.of(format).format().get();
    for (MachineSample sample : samples()) {
      List<DeviceMessage> messages = payload.messages(sample);
      for (DeviceMessage message : messages) {
        explained(explain, message.topic(), message.payload());
      }
      DeviceMessage last = messages.get(messages.size() - 1);
      for (int turn = 0; turn < 3; turn++) {
        String explanation = explained(explain, last.topic(), Poison.damage(last.payload(), turn));
        assertThat(explanation).as("turn %d", turn).doesNotContain("  -> telemetry");
      }
    }
  }

  private static List<MachineSample> samples() {
    Truth truth = new Truth(new Shifts(ZoneOffset.UTC));
    Plant plant =
        new Plant(new PlantLayout("plant-a", 2, 2), 7, START.toEpochMilli(), 10_000, truth);
    List<MachineSample> samples = new ArrayList<>();
    plant.play(START.toEpochMilli() + 900_000, samples::add);
    return samples;
  }

  private static void text(Read read, String expected, Instant time) {
    assertThat(read).isNotNull();
    assertThat(read.value).isEqualTo('"' + expected + '"');
    assertThat(Instant.parse(read.time)).as(read.metric).isEqualTo(time);
  }

  private static void number(Read read, BigDecimal expected, Instant time) {
    assertThat(read).isNotNull();
    assertThat(new BigDecimal(read.value.replaceFirst("i$", ""))).isEqualByComparingTo(expected);
    assertThat(Instant.parse(read.time)).as(read.metric).isEqualTo(time);
  }

  private RouteConfig route(String format) throws Exception {
    Formats.RouteFile beside = Formats.of(format).file();
    if (beside != null) {
      Files.write(folder.resolve(beside.name()), beside.content().get());
    }
    Path file = folder.resolve("gateway.yaml");
    Files.writeString(
        file,
        """
        gateway: { id: sim }
        sources: [ { name: in, type: http } ]
        routes: [ %s ]
        """
            .formatted(Formats.of(format).route()));
    return ConfigLoader.load(file, Map.of()).routes().get(0);
  }
}
