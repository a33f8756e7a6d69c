package io.weir.gateway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.passwords.Passwords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserCommandTest {

  @TempDir Path folder;

  private String config = "";

  @BeforeEach
  void configure() throws IOException {
    config = new StoppedGateway(folder).file(8080);
  }

  private CommandRun run(String in, String... args) {
    String[] all = new String[args.length + 5];
    all[0] = "user";
    System.arraycopy(args, 0, all, 1, args.length);
    System.arraycopy(
        new String[] {"--config", config, "--set", "http.users=users.yaml"},
        0,
        all,
        args.length + 1,
        4);
    return CommandRun.reading(in.getBytes(UTF_8), all);
  }

  @Test
  void theFirstAdminIsMadeWithAPasswordThatIsNeverAnArgument() throws IOException {
    CommandRun added = run("correct horse\n", "add", "anna", "--role", "admin");
    assertThat(added.exit()).as(added.err()).isZero();
    Path file = folder.resolve("users.yaml");
    assertThat(Files.readString(file)).contains("anna", "admin", "$2a$").doesNotContain("horse");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(run("", "list").out()).isEqualTo("user   admin     anna\n");
  }

  @Test
  void theHashOfADevicesPasswordIsPrintedWithoutAConfiguration() {
    CommandRun hashed = CommandRun.reading("correct horse\n".getBytes(UTF_8), "user", "hash");
    assertThat(hashed.exit()).as(hashed.err()).isZero();
    assertThat(hashed.out()).startsWith("$2a$06$").hasLineCount(1);
    assertThat(Passwords.matches("correct horse", hashed.out().strip())).isTrue();
    assertThat(
            CommandRun.reading("correct horse\n".getBytes(UTF_8), "user", "hash", "--cost", "15")
                .err())
        .contains("from 4 to 14");
  }

  @Test
  void aPasswordThatIsShortOrTooLongAndANameThatIsThereAreRefused() {
    assertThat(run("short\n", "add", "anna", "--role", "viewer").err())
        .contains("at least 10 characters");
    assertThat(run("x".repeat(73), "add", "anna", "--role", "viewer").err())
        .contains("at most 72 bytes");
    assertThat(run("x".repeat(72), "add", "anna", "--role", "viewer").exit()).isZero();
    assertThat(run("correct horse", "add", "anna", "--role", "viewer").err())
        .contains("there is a user or token anna already");
    assertThat(run("correct horse", "add", "a/b", "--role", "viewer").exit()).isEqualTo(1);
    assertThat(run("correct horse", "add", "bert", "--role", "ingest").exit()).isEqualTo(1);
    assertThat(run("correct horse", "add", "bert", "--role", "king").err())
        .startsWith("weir: --role takes viewer, operator, engineer or admin, not 'king'");
  }

  @Test
  void aTokenIsPrintedOnceAndOnlyItsHashIsKept() throws IOException {
    CommandRun made = run("", "token", "scada", "--role", "ingest");
    assertThat(made.out().strip()).hasSize(43);
    assertThat(Files.readString(folder.resolve("users.yaml")))
        .contains("scada", "ingest", "sha256")
        .doesNotContain(made.out().strip());
    assertThat(run("", "token", "scada", "--role", "metrics").exit()).isEqualTo(1);
    assertThat(run("", "list").out()).isEqualTo("token  ingest    scada\n");
  }

  @Test
  void aUserGetsAnotherPasswordAndIsRemoved() throws IOException {
    run("correct horse\r\n", "add", "anna", "--role", "operator");
    String before = Files.readString(folder.resolve("users.yaml"));
    assertThat(run("battery staple\n", "password", "anna").exit()).isZero();
    assertThat(Files.readString(folder.resolve("users.yaml")))
        .contains("operator")
        .isNotEqualTo(before);
    assertThat(run("battery staple\n", "password", "bert").exit()).isEqualTo(1);
    assertThat(run("", "remove", "anna").exit()).isZero();
    assertThat(run("", "remove", "anna").exit()).isEqualTo(1);
    assertThat(run("", "list").out()).isEmpty();
  }

  @Test
  void withoutAFileInTheConfigurationItSaysWhatToWriteThere() {
    assertThat(CommandRun.of("user", "list", "--config", config).err())
        .contains("http.users is not set");
  }
}
