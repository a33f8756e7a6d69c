package io.weir.gateway.normalize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weir.gateway.config.ConfigException;
import io.weir.gateway.config.Problem;
import io.weir.gateway.model.Asset;
import io.weir.gateway.settings.Config;
import io.weir.gateway.settings.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssetTableTest {

  @TempDir Path folder;

  private Path config(String name, byte[] table) throws IOException {
    Files.write(folder.resolve(name), table);
    return Files.writeString(
        folder.resolve("weir.yaml"),
        """
        gateway: { id: a }
        sources: [{ name: in, type: http }]
        routes:
          - { topic: "a/{id}", format: json, asset-table: %s, asset-id: "{id}" }
        """
            .formatted(name));
  }

  private Map<String, Asset> table(String name, String text) throws Exception {
    Config config = ConfigLoader.load(config(name, text.getBytes(UTF_8)), Map.of());
    RouteConfig.AssetRule rule = Objects.requireNonNull(config.routes().get(0).asset());
    return Objects.requireNonNull(rule.table()).assets();
  }

  private List<String> problems(String name, String text) throws IOException {
    Path file = config(name, text.getBytes(UTF_8));
    return catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file, Map.of()))
        .problems()
        .stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void aCsvTableNamesItsColumnsInAnyOrder() throws Exception {
    assertThat(
            table(
                "t.csv",
                "\uFEFFmachine,id,site\r\npress-02, sn-1 ,plant-a\r\n\r\n\"oven, old\",2,\r\n"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "sn-1", new Asset("plant-a", null, null, "press-02"),
                "2", new Asset(null, null, null, "oven, old")));
  }

  @Test
  void aYamlTableHasAPathForEachId() throws Exception {
    assertThat(table("t.yaml", "sn-1: plant-a/press-shop/line-1/press-02\n2: plant-a//line-2\n"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "sn-1", new Asset("plant-a", "press-shop", "line-1", "press-02"),
                "2", new Asset("plant-a", null, "line-2", null)));
  }

  @Test
  void errorsInACsvTableAreReportedWithTheirLine() throws IOException {
    assertThat(problems("t.csv", "id,site\nx,plant-a\n,plant-a\nx,plant-b\ny,\nz,a,b\n"))
        .containsExactly(
            "t.csv:3: has no id",
            "t.csv:4: x: stands twice",
            "t.csv:5: y: names no level of the asset",
            "t.csv:6: has 3 columns, and the header has 2");
    assertThat(problems("t.csv", "id,cite\nx,a\n"))
        .containsExactly("t.csv:1: cite: unknown column (did you mean 'site'?)");
    assertThat(problems("t.csv", "x,y\n")).hasSize(1);
    assertThat(problems("t.csv", ""))
        .containsExactly("t.csv:1: must begin with a header such as id,site,area,line,machine");
  }

  @Test
  void errorsInAYamlTableAreReportedWithTheirLine() throws IOException {
    assertThat(problems("t.yaml", "x: a/b/c/d/e\ny: { site: a }\nz: a\nz: b\n"))
        .containsExactly(
            "t.yaml:1: x: must be at most site/area/line/machine, not 'a/b/c/d/e'",
            "t.yaml:2: y: must be a path such as plant-a/press-shop/line-1/press-02",
            "t.yaml:4: z: stands twice, first in line 3");
    assertThat(problems("t.yaml", "- a\n")).singleElement().asString().startsWith("t.yaml:1: must");
  }

  @Test
  void aTableOfAnotherKindIsRefused() throws IOException {
    assertThat(problems("t.xlsx", "PK"))
        .containsExactly(
            folder.resolve("weir.yaml") + ":4: routes[0].asset-table: must end with .csv or .yaml");
  }

  @Test
  void whateverTheTableHoldsLoadingEndsWithAConfigOrItsProblems() throws IOException {
    Random random = new Random(20260301);
    byte[] seed = "id,site,area\n\"a\",b,c\nd,\"e\"\"\",f\n".getBytes(UTF_8);
    for (int i = 0; i < 60; i++) {
      byte[] bytes = seed.clone();
      for (int change = 0; change < 3; change++) {
        bytes[random.nextInt(bytes.length)] =
            (byte)
                (random.nextBoolean() ? random.nextInt(256) : "\",\n:-{".charAt(random.nextInt(6)));
      }
      Path file = config(random.nextBoolean() ? "t.csv" : "t.yaml", bytes);
      try {
        ConfigLoader.load(file, Map.of());
      } catch (ConfigException e) {
        assertThat(e.problems()).isNotEmpty();
      }
    }
  }
}
