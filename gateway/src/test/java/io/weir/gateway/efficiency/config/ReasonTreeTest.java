package io.weir.gateway.efficiency.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.model.Asset;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tree of reasons: its file, its machines, its words. */
class ReasonTreeTest {

  private static final Asset PRESS = new Asset("plant-a", "press-shop", "line-1", "press-01");
  private static final Asset PACK = new Asset("plant-a", "packing", "line-9", "pack-01");

  @TempDir Path folder;

  private ReasonTree read(String reasons) throws IOException, ConfigException {
    Files.writeString(folder.resolve("reasons.yaml"), reasons);
    Path file =
        Files.writeString(
            folder.resolve("weir.yaml"),
            """
            gateway: { id: a }
            sources: [ { name: m, type: mqtt, url: tcp://h } ]
            routes: [ { topic: t, format: json } ]
            sinks: [ { name: i, type: influxdb, version: 1, url: http://h, database: d } ]
            efficiency:
              reasons: reasons.yaml
              defaults: { count: { total: n } }
            """);
    Config config = ConfigLoader.load(file, Map.of());
    assertThat(config.efficiency()).isNotNull();
    return Objects.requireNonNull(config.efficiency()).reasons();
  }

  @Test
  void aNodeHasFromTheLevelAboveWhatItDoesNotSay() throws Exception {
    ReasonTree tree =
        read(
            """
            reasons:
              - name: Organisation
                planned: true
                comment: true
                assets: [plant-a]
                reasons:
                  - { name: Meeting }
                  - name: Waiting
                    planned: false
                    comment: false
                    reasons: [ { name: For the quality department, id: wait-q } ]
            """);
    assertThat(tree.node("Meeting"))
        .isNotNull()
        .matches(ReasonTree.Node::planned)
        .matches(ReasonTree.Node::comment)
        .matches(node -> node.category().equals("Organisation"))
        .matches(node -> node.holdsFor(PRESS));
    assertThat(tree.node("wait-q"))
        .isNotNull()
        .matches(node -> !node.planned())
        .matches(node -> !node.comment())
        .matches(node -> node.name().equals("For the quality department"))
        .matches(node -> node.category().equals("Organisation"))
        .matches(node -> !node.holdsFor(new Asset("plant-b", "press-shop", "line-1", "press-01")));
    assertThat(tree.node("For the quality department")).isNull();
  }

  @Test
  void aLabelIsForThePageAlone() throws Exception {
    ReasonTree tree =
        read("reasons: [ { name: Jam, label: { de: Stau }, reasons: [ { name: Infeed } ] } ]");
    assertThat(tree.node("Jam"))
        .isNotNull()
        .matches(it -> it.labels().equals(Map.of("de", "Stau")));
    assertThat(tree.of(PRESS).categories()).isEqualTo(tree.categories());
    assertThat(tree.withoutLabels())
        .isEqualTo(read("reasons: [ { name: Jam, reasons: [ { name: Infeed } ] } ]"));
  }

  @Test
  void aCodeMeansWhatHoldsForTheMachineAndGoesBeforeAnId() throws Exception {
    ReasonTree tree =
        read(
            """
            reasons:
              - name: Mechanical
                codes: [M]
                reasons:
                  - { name: Jam, codes: [12], assets: ["plant-a/press-shop/*/press-*"] }
                  - { name: Film torn, codes: [12], assets: [plant-a/packing] }
                  - { name: Other jam, codes: [Jam, true] }
            """);
    Map<String, ReasonTree.Node> press = tree.words(PRESS);
    assertThat(press.keySet()).containsOnly("M", "Mechanical", "12", "Jam", "true", "Other jam");
    assertThat(press.get("12").id()).isEqualTo("Jam");
    assertThat(press.get("M").id()).isEqualTo("Mechanical");
    assertThat(press.get("Jam").id()).isEqualTo("Other jam");
    assertThat(tree.words(PACK).get("12").id()).isEqualTo("Film torn");
    assertThat(tree.of(PACK).node("Jam")).isNull();
    assertThat(tree.of(PACK).node("Film torn")).isNotNull();
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    reasons:
                      - name: Jam
                        codes: [A, B]
                        reasons: [ { name: Jam } ]
                      - name: Other
                        planed: true
                        codes: [B]
                        assets: [a/b/c/d/e]
                        reasons: [ { name: O1, reasons: [ { name: O2, reasons: [ { name: O3 } ] } ] } ]
                      - { id: x }
                      - { name: Third, codes: [B] }
                    """))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(
            "reasons.yaml:4",
            "'Jam' stands in line 2 already (give one of them an id of its own)",
            "reasons.yaml:6",
            "unknown key (did you mean 'planned'?)",
            "reasons.yaml:8",
            "'a/b/c/d/e' must be a pattern",
            "reasons.yaml:9",
            "is a fourth level; there are category, reason and detail",
            "reasons.yaml:10",
            "is missing; it must be text of 1 to 128 characters",
            "reasons.yaml:11",
            "'B' stands in line 3 for the same machines");
    assertThatThrownBy(() -> read("reasons: 7"))
        .hasMessageContaining("must be a list of reasons such as [ { name: Jam, codes: [JAM] } ]");
  }

  @Test
  void theExampleAndThePublishedSchemaAreThoseOfTheProgram() throws Exception {
    Path config = Path.of("../config");
    assertThat(read(Files.readString(config.resolve("reasons.yaml"))).words(PRESS))
        .containsKeys("JAM", "121", "CLEANING");
    try (var schema = ReasonReader.class.getResourceAsStream(ReasonReader.SCHEMA)) {
      assertThat(config.resolve(ReasonReader.SCHEMA))
          .hasBinaryContent(Objects.requireNonNull(schema).readAllBytes());
    }
  }
}
