package io.weir.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packages for Debian and RPM, as dpkg and rpm read them. {@code scripts/test-packages}
 * installs them.
 */
@Tag("server")
class PackagesIT {

  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path DIST = REPOSITORY.resolve("target/dist");
  private static final String VERSION =
      Objects.requireNonNull(System.getProperty("weir.version"), "weir.version");

  @TempDir Path folder;

  /** What a program prints. A missing one fails and says how to get it. */
  private static String says(String... command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError(
          command[0] + " is missing. Install it with: apt-get install dpkg rpm", e);
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s\n%s", String.join(" ", command), said).isZero();
    return said;
  }

  private static String deb(String program, String architecture) {
    return DIST.resolve(program + "_" + VERSION + "_" + architecture + ".deb").toString();
  }

  private static String rpm(String program, String architecture) {
    return DIST.resolve(program + "-" + VERSION + "-1." + architecture + ".rpm").toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir", "weir-sim"})
  void bothHoldTheProgram(String program) throws Exception {
    bothHold(program, "amd64", "x86_64", "linux-amd64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"weir", "weir-sim"})
  @Tag("soak")
  void thoseOfArmHoldItToo(String program) throws Exception {
    bothHold(program, "arm64", "aarch64", "linux-arm64");
  }

  private void bothHold(String program, String debian, String fedora, String platform)
      throws Exception {
    String deb = deb(program, debian);
    assertThat(says("dpkg-deb", "-f", deb, "Package", "Version", "Architecture").lines())
        .containsExactly("Package: " + program, "Version: " + VERSION, "Architecture: " + debian);
    assertThat(says("dpkg-deb", "-f", deb, "Depends")).contains("java17-runtime-headless");

    List<String> inDeb =
        says("dpkg-deb", "-c", deb)
            .lines()
            .filter(line -> !line.startsWith("d"))
            .map(line -> line.replaceFirst(" -> .*", "").replaceFirst(".* \\./", "/"))
            .sorted()
            .toList();
    List<String> inRpm =
        says("rpm", "-qp", "--qf", "[%{FILEMODES:perms} %{FILENAMES}\\n]", rpm(program, fedora))
            .lines()
            .filter(line -> !line.startsWith("d"))
            .map(line -> line.substring(line.indexOf(' ') + 1))
            .sorted()
            .toList();
    assertThat(inDeb).isEqualTo(inRpm).contains("/usr/bin/" + program);

    TreeSet<String> jars = new TreeSet<>();
    try (Stream<Path> lib =
        Files.list(DIST.resolve(platform).resolve(program + "-" + VERSION).resolve("lib"))) {
      lib.forEach(jar -> jars.add("/usr/lib/" + program + "/lib/" + jar.getFileName()));
    }
    assertThat(inDeb).containsAll(jars).noneMatch(path -> path.endsWith(".bat"));
    String documents = "/usr/share/doc/" + program + "/";
    assertThat(inDeb)
        .contains(documents + "copyright", documents + "sbom.json", documents + Notices.NAME);
    assertThat(says("rpm", "-K", rpm(program, fedora))).contains("digests OK");
  }

  @Test
  void secretsAreOfRootAndTheGroupAndUpgradesKeepThem() throws Exception {
    says("dpkg-deb", "-R", deb("weir", "amd64"), folder.resolve("deb").toString());
    assertThat(Files.readAllLines(folder.resolve("deb/DEBIAN/conffiles")))
        .containsExactly("/etc/default/weir", "/etc/weir/gateway.yaml");
    assertThat(says("rpm", "-qpc", rpm("weir", "x86_64")).lines())
        .containsExactly("/etc/default/weir", "/etc/weir/gateway.yaml");
    assertThat(
            says(
                "rpm",
                "-qp",
                "--qf",
                "[%{FILEMODES:perms} %{FILEGROUPNAME} %{FILENAMES}\\n]",
                rpm("weir", "x86_64")))
        .contains("-rw-r----- weir /etc/weir/gateway.yaml\n")
        .contains("-rw-r----- weir /etc/default/weir\n")
        .contains("drwxr-x--- weir /etc/weir\n");
    assertThat(says("dpkg-deb", "-c", deb("weir", "amd64")))
        .containsPattern("-rw-r----- root/root .* \\./etc/weir/gateway.yaml\n");
  }

  @Test
  void theScriptsAreRightAndTheUnitStartsTheCommandOfThePackage() throws Exception {
    Path root = folder.resolve("deb");
    says("dpkg-deb", "-R", deb("weir", "amd64"), root.toString());
    for (String script : List.of("postinst", "prerm", "postrm")) {
      says("sh", "-n", root.resolve("DEBIAN").resolve(script).toString());
    }
    String scripts = says("rpm", "-qp", "--scripts", rpm("weir", "x86_64"));
    assertThat(scripts).contains("preinstall scriptlet", "useradd", "posttrans scriptlet");
    String unit = Files.readString(root.resolve("usr/lib/systemd/system/weir.service"));
    assertThat(unit)
        .startsWith("[Unit]")
        .contains("ExecStart=/usr/bin/weir run --config /etc/weir/gateway.yaml")
        .doesNotContain("/opt/");
    assertThat(Files.readSymbolicLink(root.resolve("usr/bin/weir")))
        .isEqualTo(Path.of("../lib/weir/bin/weir"));
    assertThat(
            says(
                root.resolve("usr/bin/weir").toString(),
                "check",
                "--config",
                root.resolve("etc/weir/gateway.yaml").toString()))
        .contains("is valid");
  }

  @Test
  void theSameContentGivesTheSameBytesElsewhere() throws Exception {
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
    try {
      Program simulator =
          Program.of(REPOSITORY).stream()
              .filter(each -> each.name().equals("weir-sim"))
              .findFirst()
              .orElseThrow();
      Path copy = folder.resolve("elsewhere").resolve("weir-sim-" + VERSION);
      Stage.copyTree(DIST.resolve("linux-amd64").resolve("weir-sim-" + VERSION), copy);
      SystemPackage it =
          SystemPackage.of(simulator, REPOSITORY, VERSION, Platform.LINUX_AMD64, copy);
      Instant time = Instant.parse("2026-11-24T00:00:00Z");
      for (Path again :
          List.of(new DebPackage(it, time).write(folder), new RpmPackage(it, time).write(folder))) {
        assertThat(Files.mismatch(again, DIST.resolve(again.getFileName())))
            .as("first differing byte of %s", again.getFileName())
            .isEqualTo(-1);
      }
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }
}
