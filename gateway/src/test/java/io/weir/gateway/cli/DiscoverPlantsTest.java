package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.discover.Findings;
import io.weir.gateway.intake.Decoded;
import io.weir.gateway.intake.Decoding;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Reading;
import io.weir.gateway.normalize.RouteConfig;
import io.weir.gateway.normalize.Types;
import io.weir.gateway.settings.ConfigLoader;
import io.weir.gateway.source.mqtt.MqttConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code weir discover} proposes for twelve plants, put to use as it is written: {@code weir
 * check} takes it, and each message that was heard becomes what an engineer of the plant expects.
 * The expectations are older than the code that they judge, but for those of the brewery.
 */
class DiscoverPlantsTest {

  /** Topics whose proposal is usable as written, at least, of 233. */
  private static final int FEWEST_RIGHT = 224;

  /** Topics that are read wrongly without a word, at most. */
  private static final int MOST_SILENT = 0;

  private enum Verdict {
    /** As expected. */
    RIGHT,
    /** Not as expected, and the proposal says that it may not be. */
    REMARKED,
    /** Not as expected, without a word. */
    SILENT
  }

  /**
   * What is proposed.
   *
   * @param routes of a configuration, from {@code routes:} on
   * @param remarks on topics that were heard, or on patterns of them
   */
  private record Proposal(String routes, Map<String, String> remarks) {}

  @TempDir Path folder;

  @Test
  void whatIsProposedForPlantsIsUsableAsItIsWritten() throws Exception {
    Map<Verdict, List<String>> all = new LinkedHashMap<>();
    for (Verdict each : Verdict.values()) {
      all.put(each, new ArrayList<>());
    }
    for (PlantFolder plant : PlantFolder.all()) {
      assertThat(new HashSet<>(plant.messages().stream().map(Capture::topic).toList()))
          .as("topics that were heard at " + plant.name())
          .isEqualTo(plant.topics().keySet());
      judge(plant, all);
    }
    int topics = all.values().stream().mapToInt(List::size).sum();
    String told =
        "of %d topics %d are right, %d are not but say so, %d are wrong without a word:%n%s"
            .formatted(
                topics,
                all.get(Verdict.RIGHT).size(),
                all.get(Verdict.REMARKED).size(),
                all.get(Verdict.SILENT).size(),
                String.join("\n", all.get(Verdict.REMARKED))
                    + "\n"
                    + String.join("\n", all.get(Verdict.SILENT)));
    System.out.println(told);
    assertThat(all.get(Verdict.RIGHT).size()).as(told).isGreaterThanOrEqualTo(FEWEST_RIGHT);
    assertThat(all.get(Verdict.SILENT).size()).as(told).isLessThanOrEqualTo(MOST_SILENT);
  }

  /** The one place that knows how discovery is asked: as the command prints it. */
  private static Proposal propose(List<Capture> messages) throws IOException, ConfigException {
    Findings findings = new Findings();
    messages.forEach(each -> findings.heard(each.topic(), each.payload(), each.retained()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, UTF_8);
    Terminal terminal = new Terminal(new ByteArrayInputStream(new byte[0]), print, print, Map.of());
    try (ScratchConfig scratch = ScratchConfig.of("plant", "tcp://broker:1883", "")) {
      MqttConfig broker = (MqttConfig) scratch.file().load().sources().get(0);
      new DiscoverReport(
              terminal, at(PlantFolder.ARRIVAL_NS), broker, false, findings, Duration.ofMinutes(5))
          .print();
    }
    String printed = out.toString(UTF_8);
    int begin = printed.lastIndexOf("\nroutes:") + 1;
    Map<String, String> remarks = new LinkedHashMap<>();
    Matcher unknown =
        Pattern.compile("(?m)^ +# topic: '(.*)'  (.*)$").matcher(printed.substring(begin));
    while (unknown.find()) {
      remarks.put(unknown.group(1).replace("''", "'"), unknown.group(2));
    }
    String pattern = "";
    String before = "";
    for (String line : printed.substring(0, begin).lines().toList()) {
      pattern = line.startsWith("  format ") ? before : pattern;
      if (line.startsWith("    warning: ")) {
        remarks.merge(pattern, line.strip(), (one, other) -> one + "; " + other);
      }
      before = line;
    }
    return new Proposal(printed.substring(begin), remarks);
  }

  private void judge(PlantFolder plant, Map<Verdict, List<String>> all)
      throws IOException, ConfigException {
    Proposal proposal = propose(plant.messages());
    Path file = folder.resolve(plant.name() + ".yaml");
    Files.writeString(
        file,
        "gateway: { id: plants }\nsources: [ { name: plant, type: mqtt, url: 'tcp://broker:1883' } ]\n"
            + proposal.routes());
    CommandRun check = CommandRun.of("check", "--config", file.toString());
    assertThat(check.exit()).as(check.err() + proposal.routes()).isZero();
    List<RouteConfig> routes = ConfigLoader.load(file, Map.of()).routes();
    Map<String, String> faults = faults(plant, routes);
    plant
        .topics()
        .forEach(
            (topic, expected) -> {
              String remark = remark(proposal, topic);
              String fault = faults.getOrDefault(topic, "");
              Verdict verdict = Verdict.RIGHT;
              if (expected.remark()) {
                verdict = remark.isEmpty() ? Verdict.SILENT : Verdict.RIGHT;
                fault = "needs a remark";
              } else if (!fault.isEmpty()) {
                verdict = remark.isEmpty() ? Verdict.SILENT : Verdict.REMARKED;
              }
              all.get(verdict)
                  .add("  %s %s: %s: %s".formatted(verdict, plant.name(), topic, fault));
            });
  }

  /** What is not as expected, by topic. */
  private static Map<String, String> faults(PlantFolder plant, List<RouteConfig> routes)
      throws IOException {
    Map<String, String> faults = new LinkedHashMap<>();
    Decoding decoding = new Decoding(routes, Types.load(new DiscardingLineStore(null)));
    Set<String> begun = new HashSet<>();
    long now = PlantFolder.ARRIVAL_NS;
    for (Capture each : plant.messages()) {
      PlantFolder.Expected expected = plant.topics().get(each.topic());
      now += 1_000_000;
      String fault;
      if (decoding.routes().match(null, each.topic()) == null) {
        fault = expected.leave() ? "" : "no route";
      } else {
        Decoded decoded =
            decoding.decode("plant", each.topic(), each.payload(), each.retained(), null, now);
        if (decoded.pending() != null) {
          decoded.pending().commit();
        }
        decoded.kept().run();
        fault = fault(expected, decoded, !each.retained() && begun.add(each.topic()));
      }
      if (!fault.isEmpty()) {
        faults.putIfAbsent(each.topic(), fault);
      }
    }
    return faults;
  }

  private static String fault(PlantFolder.Expected expected, Decoded decoded, boolean first) {
    List<Reading> readings = decoded.readings();
    if (!decoded.rejected().isEmpty()) {
      return "rejected: " + decoded.rejected().get(0).detail();
    }
    if (expected.leave()) {
      return readings.isEmpty() ? "" : "is no reading, but " + readings.get(0).metric() + " is";
    }
    return first ? expected.difference(readings) : expected.unknown(readings);
  }

  private static String remark(Proposal proposal, String topic) {
    StringBuilder all = new StringBuilder();
    proposal.remarks().forEach((pattern, text) -> all.append(isOf(topic, pattern) ? text : ""));
    return all.toString();
  }

  /** Whether a topic is one of a pattern, or the same. */
  private static boolean isOf(String topic, String pattern) {
    String regex =
        Pattern.quote(pattern)
            .replaceAll("\\{[^}/]*\\.\\.\\.}|#", "\\\\E.*\\\\Q")
            .replaceAll("\\{[^}/]*}|\\+", "\\\\E[^/]*\\\\Q");
    return topic.equals(pattern) || topic.matches(regex);
  }

  /** A clock that stands. */
  private static Time at(long wallNs) {
    return new Time() {
      @Override
      public long wallNs() {
        return wallNs;
      }

      @Override
      public long elapsedNs() {
        return 0;
      }
    };
  }
}
