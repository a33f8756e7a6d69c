package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleCommandTest {

  private static final String MAIN =
      """
      gateway: { id: any }
      sources: [ { name: plant, type: mqtt, url: "tcp://h", username: weir, password: "${PASSWORD}" } ]
      routes:
        - { topic: "a/{machine}", format: json, asset-table: assets.csv, asset-id: "{machine}" }
      """;

  @TempDir Path folder;
  private String key;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("main.yaml"), MAIN);
    Files.writeString(folder.resolve("assets.csv"), "id,site,area,line,machine\np,s,a,l,m\n");
    CommandRun made = run("bundle", "key", "--to", path("fleet.key"));
    assertThat(made.exit()).isZero();
    key = made.out().strip();
    Files.writeString(
        folder.resolve("own.yaml"),
        """
        gateway: { id: plant-a-1, data-dir: data }
        sources: [ { name: none, type: http } ]
        fleet: { follow: { from: a.bundle, keys: ["%s"] } }
        """
            .formatted(key));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandRun run(String... args) {
    return CommandRun.of(Map.of("PASSWORD", "hunter2"), args);
  }

  private CommandRun make(String gateway, String... more) {
    List<String> args =
        new ArrayList<>(List.of("bundle", "make", "--key", path("fleet.key"), "--version", "12"));
    args.addAll(List.of("--gateway", gateway, "--main", path("main.yaml"), "--to"));
    args.add(path("a.bundle"));
    args.addAll(List.of(more));
    return run(args.toArray(String[]::new));
  }

  @Test
  void aKeyIsTheOwnersAloneAndNeverReplaced() throws Exception {
    assertThat(key).startsWith("ed25519:");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(Path.of(path("fleet.key")))))
        .isEqualTo("rw-------");
    CommandRun again = run("bundle", "key", "--to", path("fleet.key"));
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("is not replaced");
  }

  @Test
  void aBundleHoldsTheFileWithItsTablesAndNoSecret() throws Exception {
    CommandRun made = make("plant-a-1");

    assertThat(made.err()).contains("no fleet.follow");
    assertThat(made.exit()).isZero();
    assertThat(made.out()).contains("main.yaml").contains("assets.csv");
    assertThat(Files.readString(folder.resolve("a.bundle")))
        .contains("${PASSWORD}")
        .doesNotContain("hunter2");
    CommandRun verified = run("bundle", "verify", path("a.bundle"), "--key", key);
    assertThat(verified.exit()).isZero();
    assertThat(verified.out())
        .contains("version   12")
        .contains("plant-a-1")
        .contains("assets.csv");
  }

  @Test
  void aGatewayThatWouldTakeItIsShownAndOthersAreNot() throws Exception {
    make("plant-a-1");
    CommandRun would = run("bundle", "verify", path("a.bundle"), "--config", path("own.yaml"));
    assertThat(would.exit()).isZero();
    assertThat(would.out()).contains("This gateway would run:").contains("source plant");

    CommandRun lacks =
        CommandRun.of("bundle", "verify", path("a.bundle"), "--config", path("own.yaml"));
    assertThat(lacks.exit()).isEqualTo(1);
    assertThat(lacks.err()).contains("the environment has no PASSWORD");

    make("plant-b-1");
    CommandRun other = run("bundle", "verify", path("a.bundle"), "--config", path("own.yaml"));
    assertThat(other.exit()).isEqualTo(1);
    assertThat(other.err()).contains("not for this gateway, 'plant-a-1'");
  }

  @Test
  void aConfigurationWithAProblemBecomesABundleOnlyUnchecked() throws Exception {
    Files.writeString(folder.resolve("main.yaml"), MAIN.replace("json", "yaml"));
    CommandRun refused = make("*");
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("main.yaml:4");
    assertThat(folder.resolve("a.bundle")).doesNotExist();

    assertThat(make("*", "--unchecked").exit()).isZero();
    CommandRun wrong = run("bundle", "verify", path("a.bundle"), "--config", path("own.yaml"));
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).contains("main.yaml:4");
  }

  @Test
  void whatIsChangedOrOfAnotherKeyIsRefused() throws Exception {
    make("*");
    String other = run("bundle", "key", "--to", path("other.key")).out().strip();
    CommandRun stranger = run("bundle", "verify", path("a.bundle"), "--key", other);
    assertThat(stranger.exit()).isEqualTo(1);
    assertThat(stranger.err()).contains("signed by none of the keys");
    CommandRun none = run("bundle", "verify", path("a.bundle"));
    assertThat(none.err()).contains("give --key, or --config");
    CommandRun missing = run("bundle", "verify", path("b.bundle"), "--key", other);
    assertThat(missing.exit()).isEqualTo(1);
    assertThat(missing.err()).contains("there is no file").doesNotContain("created");
  }

  @Test
  void aVersionOfNoneIsRefusedInASentence() throws Exception {
    CommandRun refused =
        run(
            "bundle",
            "make",
            "--key",
            path("fleet.key"),
            "--version",
            "0",
            "--gateway",
            "*",
            "--main",
            path("main.yaml"),
            "--to",
            path("a.bundle"));
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.err()).contains("the bundle has a version that is no whole number");
    assertThat(run("bundle", "make", "--help").out()).contains("${NAME}", "${file:PATH}");
  }

  @Test
  void aFileBesideTheFolderDoesNotGoIn() throws Exception {
    Path outside = Files.createTempFile("weir", ".csv");
    try {
      CommandRun refused = make("*", "--file", outside.toString());
      assertThat(refused.exit()).isEqualTo(1);
      assertThat(refused.err()).contains("not in the folder of the configuration");
    } finally {
      Files.delete(outside);
    }
  }
}
