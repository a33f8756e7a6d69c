package io.weir.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.e2e.GatewayProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged programs, started as a user starts them. Runs after the packaging. */
@Execution(ExecutionMode.CONCURRENT)
@Tag("server")
class LauncherIT {

  private static final Path WEIR = Path.of("target/weir/bin/weir").toAbsolutePath();

  /** A class of Java itself, in what Java says of the classes that it loads. */
  private static final Pattern JAVAS_OWN = Pattern.compile("\\] (java|jdk|sun|com\\.sun)\\.");

  private static final Path SIM =
      Path.of("../device-sim/target/weir-sim/bin/weir-sim").toAbsolutePath().normalize();

  /**
   * No program is started while another is written: a new process holds all open files for a
   * moment, and Linux runs none that somebody may still write.
   */
  private static final Object PROGRAMS = new Object();

  @TempDir Path elsewhere;

  private record Ended(int code, String out) {}

  private Ended run(Map<String, String> environment, Object... command)
      throws IOException, InterruptedException {
    Path out = elsewhere.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.of(command).map(Object::toString).toList())
            .directory(elsewhere.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().keySet().removeAll(List.of("JAVA_HOME", "JAVA_OPTS", "WEIR_OPTS"));
    builder.environment().putAll(environment);
    Process process;
    synchronized (PROGRAMS) {
      process = builder.start();
    }
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("did not end: " + Files.readString(out));
    }
    return new Ended(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
  }

  /** A program that answers as java does. */
  private Path java(String body) throws IOException {
    Path java = elsewhere.resolve("jdk/bin/java");
    Files.createDirectories(java.getParent());
    synchronized (PROGRAMS) {
      Files.writeString(java, "#!/bin/sh\n" + body + "\n");
    }
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
    return elsewhere.resolve("jdk");
  }

  private static void copy(Path from, Path to) throws IOException {
    synchronized (PROGRAMS) {
      Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  @Test
  void theGatewayStartsFromAnyFolderAndThroughLinks() throws Exception {
    Ended version = run(Map.of(), WEIR, "version");
    assertThat(version.code()).isZero();
    assertThat(version.out()).matches("weir [0-9]+\\.[0-9.]+\\S* \\(Java .*\\)\n");

    Path bin = Files.createDirectories(elsewhere.resolve("a folder/bin"));
    Path first = Files.createSymbolicLink(elsewhere.resolve("a folder/weir"), WEIR);
    Files.createSymbolicLink(bin.resolve("weir"), Path.of("../" + first.getFileName()));
    assertThat(run(Map.of(), bin.resolve("weir"), "version")).isEqualTo(version);
  }

  @Test
  void theExitCodeOfTheProgramIsThatOfTheLauncher() throws Exception {
    Ended check = run(Map.of(), WEIR, "check", "--config", "none.yaml");
    assertThat(check).isEqualTo(new Ended(1, "none.yaml: there is no such file\n"));
  }

  @Test
  void jarsInPluginsBesideLibAreRead() throws Exception {
    Path home = elsewhere.resolve("with a plugin");
    Files.createDirectories(home.resolve("bin"));
    copy(WEIR, home.resolve("bin/weir"));
    Files.createSymbolicLink(home.resolve("lib"), WEIR.resolve("../../lib").normalize());
    Path plugins = Files.createDirectories(home.resolve("plugins"));
    Files.writeString(plugins.resolve("broken.jar"), "not a jar");

    Ended ended = run(Map.of(), home.resolve("bin/weir"), "version");
    assertThat(ended.out()).contains("plugins/broken.jar: is not a jar");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(WEIR.resolve("../../plugins").normalize()).isDirectory();
  }

  @Test
  void optionsForTheVirtualMachineReachIt() throws Exception {
    Ended flags =
        run(
            Map.of("WEIR_OPTS", "-Xmx160m -XX:+PrintFlagsFinal", "JAVA_OPTS", "-Xmx20m"),
            WEIR,
            "version");
    assertThat(flags.out()).containsPattern("MaxHeapSize += " + (160 << 20) + " ");
    assertThat(flags.out()).containsPattern("UseSerialGC += true");
    assertThat(flags.out()).containsPattern("ExitOnOutOfMemoryError += true");
    assertThat(flags.out()).containsPattern("PerMethodRecompilationCutoff += 10000 ");
    assertThat(flags.out()).containsPattern("CompileThresholdScaling += 4\\.0");
  }

  @Test
  void anotherCollectorCanBeAskedFor() throws Exception {
    Ended flags =
        run(
            Map.of("WEIR_OPTS", "-XX:-UseSerialGC -XX:+UseParallelGC -XX:+PrintFlagsFinal"),
            WEIR,
            "version");
    assertThat(flags.out()).containsPattern("UseParallelGC += true");
    assertThat(flags.code()).isZero();
  }

  /** A copy of the program, whose archive of classes may be made and broken. */
  private final class Copy {
    final Path weir;
    final Path archive;
    final Ended expected;

    Copy() throws IOException, InterruptedException {
      Path home = elsewhere.resolve("a-home");
      for (String folder : List.of("bin", "lib", "plugins")) {
        Files.createDirectories(home.resolve(folder));
        try (Stream<Path> files = Files.list(WEIR.resolve("../..").normalize().resolve(folder))) {
          for (Path file : files.toList()) {
            copy(file, home.resolve(folder).resolve(file.getFileName()));
          }
        }
      }
      weir = home.resolve("bin/weir");
      archive = home.resolve("lib/weir.jsa");
      expected = run(Map.of(), weir, "version");
    }

    void shareClasses() throws IOException, InterruptedException {
      String options = GatewayProcess.SHORT_LIVED + " -Xmx96m"; // of a small machine
      Ended made = run(Map.of("WEIR_OPTS", options), weir, "share-classes");
      assertThat(made.out()).startsWith(archive.toRealPath() + " has the classes of a start, ");
      assertThat(made.code()).isZero();
    }

    /** How many classes that are not Java's came from it, where the output is as without one. */
    long shared(String options) throws IOException, InterruptedException {
      Path log = elsewhere.resolve("classes.txt");
      Files.deleteIfExists(log);
      Ended ended =
          run(Map.of("WEIR_OPTS", options + " -Xlog:class+load:file=" + log), weir, "version");
      assertThat(ended).isEqualTo(expected);
      return Files.readAllLines(log).stream()
          .filter(line -> line.endsWith("shared objects file"))
          .filter(line -> !JAVAS_OWN.matcher(line).find())
          .count();
    }
  }

  /** Java compares; what it thinks of an archive that does not fit is not shown to anybody. */
  @Test
  @Tag("soak")
  void anArchiveOfClassesIsTakenOnlyWhereItFits() throws Exception {
    Copy copy = new Copy();
    copy.shareClasses();
    assertThat(copy.shared("")).isGreaterThan(500);

    Path jar;
    try (Stream<Path> jars = Files.list(copy.archive.getParent())) {
      jar = jars.filter(each -> each.toString().contains("picocli")).findFirst().orElseThrow();
    }
    FileTime time = Files.getLastModifiedTime(jar);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(time.toMillis() + 5_000));
    assertThat(copy.shared("")).isZero();
    Files.setLastModifiedTime(jar, time);

    byte[] bytes = Files.readAllBytes(copy.archive);
    Files.write(copy.archive, Arrays.copyOf(bytes, bytes.length / 2)); // Java would crash on it
    assertThat(copy.shared("")).isZero();
  }

  @Test
  void anArchiveOfClassesThatIsNoneIsNotTaken() throws Exception {
    Copy copy = new Copy();
    Files.write(copy.archive, new byte[1 << 20]);
    assertThat(copy.shared("")).isZero();
  }

  @Test
  @Tag("soak")
  void anArchiveOfClassesFitsAnotherHeapAndNoOtherKindOfPointersOrFile() throws Exception {
    Copy copy = new Copy();
    assertThat(copy.shared("")).isZero();
    copy.shareClasses();
    assertThat(copy.shared("-Xmx96m")).isGreaterThan(500);
    assertThat(copy.shared("-Xshare:off")).isZero();
    assertThat(copy.shared("-XX:-UseCompressedOops")).isZero();
    Files.write(copy.archive, new byte[(int) Files.size(copy.archive)]);
    assertThat(copy.shared("")).isZero();
    Files.delete(copy.archive);
    assertThat(copy.shared("")).isZero();
  }

  /**
   * As in a service. The shell makes the names, as the Java of this test may have no locale either.
   */
  @Test
  void pathsOfAnyLettersAreOpenedWhereTheLocaleHasAsciiOnly() throws Exception {
    Files.writeString(
        elsewhere.resolve("gateway.yaml"),
        """
        gateway: { id: a, data-dir: "größe/data" }
        sources: [ { name: direct, type: mqtt-listener } ]
        routes: [ { topic: "{machine}", format: json } ]
        sinks: [ { name: h, type: influxdb, version: 1, url: "http://127.0.0.1:9", database: d } ]
        """);
    String inFolder =
        """
        d=$(printf 'gr\\303\\266\\303\\237e') && mkdir "$d" && cp gateway.yaml "$d" &&
        exec "$0" check --config "$d/gateway.yaml"
        """;
    Ended ended = run(Map.of("LC_ALL", "C"), "sh", "-c", inFolder, WEIR);
    assertThat(ended.code()).as(ended.out()).isZero();
  }

  @Test
  void argumentsPassAsTheyAre() throws Exception {
    Path jdk =
        java("[ \"$1\" = -version ] && echo 'openjdk version \"17.0.9\"' || printf '<%s>' \"$@\"");
    Ended ended = run(Map.of("JAVA_HOME", jdk.toString()), WEIR, "a b", "", "*", "$HOME");
    assertThat(ended.out()).endsWith("<io.weir.gateway.Main><a b><><*><$HOME>");
  }

  @Test
  void aJavaThatIsTooOldOrMissingIsNamed() throws Exception {
    Path jdk = java("echo 'java version \"1.8.0_392\"' >&2");
    Ended old = run(Map.of("JAVA_HOME", jdk.toString()), WEIR, "version");
    assertThat(old.code()).isEqualTo(2);
    assertThat(old.out()).contains("1.8.0_392").contains("Java 17 or newer is needed");

    Ended none = run(Map.of("JAVA_HOME", "/nowhere"), WEIR, "version");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.out()).contains("JAVA_HOME is /nowhere");
  }

  @Test
  void theJavaBesideBinIsTakenBeforeThatOfJavaHome() throws Exception {
    Path home = elsewhere.resolve("with java");
    Files.createDirectories(home.resolve("bin"));
    copy(WEIR, home.resolve("bin/weir"));
    Path jdk = java("[ \"$1\" = -version ] && echo 'openjdk version \"17.0.9\"' || echo its own");
    Files.move(jdk, home.resolve("java"));
    Ended ended = run(Map.of("JAVA_HOME", "/nowhere"), home.resolve("bin/weir"), "version");
    assertThat(ended).isEqualTo(new Ended(0, "its own\n"));
  }

  @Test
  void bothLaunchersPassTheSameFlags() throws Exception {
    String unix = Files.readString(WEIR);
    String windows = Files.readString(WEIR.resolveSibling("weir.bat"));
    assertThat(windows)
        .contains("\r\n")
        .doesNotContainPattern("[^\r]\n")
        .doesNotContain("@program");
    List<String> flags =
        Pattern.compile("(?<= )(-XX:|--add-|--enable-|--sun-)\\S+?(?=[ \"])")
            .matcher(unix.replace("\n", " "))
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(flags).hasSizeGreaterThan(4).allMatch(windows::contains);
  }

  @Test
  void theSimulatorIsLaidOutTheSameWay() throws Exception {
    Path jdk =
        java("[ \"$1\" = -version ] && echo 'openjdk version \"21\"' || printf '<%s>' \"$@\"");
    Ended ended = run(Map.of("JAVA_HOME", jdk.toString()), SIM, "--help");
    assertThat(ended.out()).endsWith("<io.weir.sim.Simulator><--help>");
    assertThat(SIM.resolveSibling("../lib")).isDirectoryContaining("glob:**/weir-device-sim-*.jar");
  }
}
