package io.weir.gateway.settings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle takes the place of the main file, but for who the gateway is. */
class BundleConfigTest {

  private static final String OWN =
      """
      gateway: { id: "${ID}", data-dir: "${file:where}" }
      sources: [ { name: none, type: http } ]
      fleet:
        follow: { from: a.bundle, keys: ["ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="] }
      """;

  private static final String NEXT =
      """
      gateway: { id: other, data-dir: other }
      sources: [ { name: plant, type: mqtt, url: "tcp://h" } ]
      routes:
        - { topic: "a/{machine}", format: json, asset-table: tables/assets.csv, asset-id: "{machine}" }
      """;

  @TempDir Path folder;
  private Path bundle;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("gateway.yaml"), OWN);
    Files.writeString(folder.resolve("where"), "kept");
    bundle = Files.createDirectories(folder.resolve("kept/fleet/1-0123456789abcdef"));
    Files.writeString(bundle.resolve("main.yaml"), NEXT);
    Files.createDirectories(bundle.resolve("tables"));
    Files.writeString(
        bundle.resolve("tables/assets.csv"), "id,site,area,line,machine\np,s,a,l,m\n", UTF_8);
  }

  private ConfigFile file(String... settings) {
    return new ConfigFile(
        folder.resolve("gateway.yaml"), Map.of("ID", "plant-a-1"), List.of(settings));
  }

  private Config next(String... settings) throws ConfigException {
    return file(settings).loadWithBundle(bundle.resolve("main.yaml"));
  }

  @Test
  void everythingIsOfTheBundleButTheGroupGateway() throws Exception {
    Config next = next();

    assertThat(next.gateway().id()).isEqualTo("plant-a-1");
    assertThat(next.gateway().dataDir()).isEqualTo(folder.resolve("kept"));
    assertThat(next.sources()).extracting(each -> each.name()).containsExactly("plant");
    assertThat(next.routes()).hasSize(1);
    assertThat(next.fleet().follow()).isNull();
  }

  @Test
  void settingsLieOverTheBundle() throws Exception {
    Config next = next("sources[plant].url=tcp://other:1884", "gateway.id=set");

    assertThat(next.sources().get(0).address()).contains("other:1884");
    assertThat(next.gateway().id()).isEqualTo("set");
  }

  @Test
  void whatPeopleChangedOnThePageLiesOverTheBundle() throws Exception {
    Files.writeString(
        folder.resolve("kept/site.yaml"), "routes: [ { topic: \"b/{machine}\", format: json } ]\n");

    assertThat(next().routes()).extracting(each -> each.topic()).contains("b/{machine}");
  }

  @Test
  void aProblemNamesTheFileOfTheBundle() throws Exception {
    Files.writeString(bundle.resolve("main.yaml"), NEXT.replace("format: json", "format: yaml"));

    assertThatThrownBy(this::next)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("main.yaml:4");
  }

  @Test
  void withoutABundleInUseTheMainFileHolds() throws Exception {
    assertThat(file().load().sources()).extracting(each -> each.name()).containsExactly("none");
    assertThat(file().followsIn()).isEqualTo(folder.resolve("kept"));
  }

  @Test
  void aDamagedStateLeavesTheMainFile() throws Exception {
    Files.writeString(folder.resolve("kept/fleet/state"), "weir-fleet 1\nrunning 1 x main.yaml\n");

    assertThat(file().load().sources()).extracting(each -> each.name()).containsExactly("none");
  }

  /** Those are found before there are routes; {@code site.yaml} holds no sources. */
  @Test
  void sourcesAreThoseOfTheBundleInUseWithSettingsOverIt() throws Exception {
    String state =
        "weir-fleet 1\nrunning 1 0123456789abcdef main.yaml\nback \ntrial false\nrestart false\n"
            + "starts 0\nhighest 1\n";
    byte[] check = MessageDigest.getInstance("SHA-256").digest(state.getBytes(UTF_8));
    Files.writeString(
        folder.resolve("kept/fleet/state"),
        state + "check " + HexFormat.of().formatHex(check) + "\n");
    Files.writeString(
        folder.resolve("kept/site.yaml"), "routes: [ { topic: \"b/{machine}\", format: json } ]\n");
    Files.writeString(
        bundle.resolve("main.yaml"), NEXT.substring(0, NEXT.indexOf("routes:")), UTF_8);

    assertThat(file().load().routes()).hasSize(1);
    assertThat(file("sources[plant].url=tcp://set").loadSources().sources())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.name()).isEqualTo("plant");
              assertThat(each.address()).contains("set");
            });
  }
}
