package io.weir.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.settings.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a form shows and sends back unchanged means the same, whatever was written by hand. */
@Tag("slow")
class SiteTextTest {

  private static final List<String> WORDS =
      List.of(
          "RUNNING",
          "7",
          "007",
          "1.0",
          "1e3",
          "-0",
          "0",
          "0.10",
          "12345678901234567890",
          "123456789012345678901234567890.5",
          "true",
          "\"true\"",
          "'7'",
          "yes",
          "0x1F",
          "1_000",
          "'a: b'",
          "\"<b> \\\"x\\\" #\"",
          "\"line\\nbreak \\t\"",
          "2026-12-25",
          "\"06:00\"",
          "' x '",
          "مضخة",
          "\"\\u202Eevil\"",
          "😀",
          "\"\\u2028\"",
          "'- a'",
          "'*'",
          "'%'",
          "\"[a]\"");

  @TempDir Path home;

  @BeforeEach
  void write() throws Exception {
    Files.writeString(
        home.resolve("weir.yaml"),
        """
        gateway: { id: g, data-dir: data }
        sources: [ { name: plant, type: mqtt, url: "tcp://127.0.0.1:1" } ]
        routes: [ { topic: "a/{machine}", format: json } ]
        efficiency: { zone: UTC, defaults: { state: { metric: state, running: [RUNNING] } } }
        """);
  }

  private Config config(String site) throws Exception {
    return new ConfigFile(home.resolve("weir.yaml"), Map.of(), List.of()).loadWithSite(site);
  }

  private static String site(Random random) {
    return """
        routes:
          - topic: "b/{machine}"
            format: json
            deadband: 0.10
            metrics: [ { from: %s, to: m, scale: 0.10, range: [-40.50, 4e2] } ]
        efficiency:
          labels: [ { asset: s/a/l/m, label: 007 }, { asset: s/a/l/n, label: { de: %s } } ]
          target: { oee: 0.80 }
          targets: [ { product: %s, oee: 7e-1 } ]
          reasons: [ { name: Jam, codes: [ %s ], planned: true } ]
          templates:
            - name: "007"
              state: [ { metric: %s, running: [ %s ] }, { metric: b, preset: packml-state } ]
              alive: { metric: %s, dead: [ %s ], within: 30s }
              energy: { metric: %s }
          machines:
            - asset: s/a/l/m
              like: "007"
              count: { total: %s, rollover: 18446744073709551616 }
              ideal-cycle: { product: %s, table: [ { product: %s, seconds: 0.80 } ] }
              order: { id: %s }
          shifts:
            - { name: "12", start: "06:00", end: "14:00", breaks: [ { start: "10:00", minutes: 30 } ] }
        """
        .formatted(random.ints(13, 0, WORDS.size()).mapToObj(WORDS::get).toArray());
  }

  /** Numbers as JavaScript has them. */
  private static JsonNode inABrowser(JsonNode node) {
    if (node.isObject()) {
      ObjectNode group = JsonNodeFactory.instance.objectNode();
      node.fields().forEachRemaining(each -> group.set(each.getKey(), inABrowser(each.getValue())));
      return group;
    }
    if (node.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      node.forEach(each -> list.add(inABrowser(each)));
      return list;
    }
    double number = node.asDouble();
    return !node.isNumber()
        ? node
        : number == Math.rint(number) && Math.abs(number) < 1e15
            ? LongNode.valueOf((long) number)
            : DoubleNode.valueOf(number);
  }

  @Test
  void whatWasReadAndNotChangedMeansTheSame() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      String before = site(new Random(seed));
      String after = SiteText.of(inABrowser(Site.json(before)));
      Config read = config(before);
      Config again = config(after);
      assertThat(again.efficiency()).as("seed %s%n%s", seed, after).isEqualTo(read.efficiency());
      assertThat(again.routes()).as("seed %s%n%s", seed, after).isEqualTo(read.routes());
    }
  }

  @Test
  void aNumberThatIsOneStaysOne() {
    assertThat(Site.json("efficiency: { target: { oee: 0.80 } }").at("/efficiency/target/oee"))
        .isEqualTo(DoubleNode.valueOf(0.8));
  }
}
