package io.weir.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.peers.Ports;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code make dist} made, unpacked and started as a user does: in {@code make test} for Linux
 * on x86-64, in {@code make soak} for every platform.
 */
@Tag("server")
@Execution(ExecutionMode.CONCURRENT)
class ArchivesIT {

  private static final Path DIST = Path.of("../target/dist").toAbsolutePath().normalize();
  private static final String VERSION =
      Objects.requireNonNull(System.getProperty("weir.version"), "weir.version");

  /** All that the launcher and {@code ready.sh} call, and no java. */
  private static final List<String> TOOLS =
      List.of("sh", "bash", "dirname", "readlink", "sed", "head", "cat", "sleep");

  /** What runs for seconds starts with less work where little of it is optimized. */
  private static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  @TempDir Path folder;

  private record Ended(int code, String out) {}

  /** {@code make soak} sets {@code weir.seeds=all}. */
  private static final boolean ALL = "all".equals(System.getProperty("weir.seeds"));

  static Stream<String> platforms() {
    return Stream.of("linux-amd64", "linux-arm64", "windows-amd64").limit(ALL ? 3 : 1);
  }

  static Stream<String> archives() {
    return ALL ? Stream.concat(platforms(), Stream.of("linux-amd64-with-java")) : platforms();
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void everyNativeLibraryIsForThePlatformOfItsArchive(String platform) throws Exception {
    Map<String, String> natives = new TreeMap<>();
    for (String program : List.of("weir", "weir-sim")) {
      Path lib = DIST.resolve(platform).resolve(program + "-" + VERSION).resolve("lib");
      try (Stream<Path> jars = Files.list(lib)) {
        for (Path jar : jars.toList()) {
          natives(jar, natives);
        }
      }
    }
    String format = platform.startsWith("windows") ? "PE" : "ELF";
    String machine = platform.endsWith("arm64") ? "aarch64" : "x86_64";
    assertThat(natives).isNotEmpty();
    assertThat(natives.values()).containsOnly(format + " " + machine);
    assertThat(natives.keySet().toString()).contains("questdb").doesNotContain("quic");
  }

  /** Adds each file of machine code in the jar, with its format and processor. */
  private static void natives(Path jar, Map<String, String> natives) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        try (InputStream in = zip.getInputStream(entry)) {
          byte[] head = in.readNBytes(1024);
          String kind = MachineCode.of(head);
          if (kind != null) {
            natives.put(jar.getFileName() + "!" + entry.getName(), kind);
          }
        }
      }
    }
  }

  @Test
  void theTwoFormatsHoldTheSameFilesWithTheSamePermissions() throws Exception {
    String name = "weir-" + VERSION + "-linux-amd64";
    Map<String, Integer> tar = new TreeMap<>();
    try (InputStream file = Files.newInputStream(DIST.resolve(name + ".tar.gz"));
        TarArchiveInputStream in =
            new TarArchiveInputStream(new GzipCompressorInputStream(file), "UTF-8")) {
      for (TarArchiveEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
        tar.put(each.getName(), each.getMode());
        assertThat(each.getUserName() + each.getLongUserId()).isEqualTo("root0");
        assertThat(each.getLastModifiedTime().toInstant()).isEqualTo("2026-11-24T00:00:00Z");
      }
    }
    Map<String, Integer> zip = new TreeMap<>();
    try (var in =
        org.apache.commons.compress.archivers.zip.ZipFile.builder()
            .setPath(DIST.resolve(name + ".zip"))
            .get()) {
      for (ZipArchiveEntry each : Collections.list(in.getEntries())) {
        zip.put(each.getName(), each.getUnixMode());
      }
    }
    assertThat(zip).isEqualTo(tar);
    String base = "weir-" + VERSION;
    assertThat(tar)
        .containsEntry(base + "/bin/weir", 0100755)
        .containsEntry(base + "/bin/", 040755)
        .containsEntry(base + "/LICENSE", 0100644)
        .containsKeys(
            base + "/bin/weir.bat",
            base + "/plugins/README.txt",
            base + "/config/gateway.yaml",
            base + "/lib/weir-gateway-" + VERSION + ".jar");
  }

  @ParameterizedTest
  @MethodSource("archives")
  void everyArchiveListsItsLibrariesAndTheirLicences(String platform) throws Exception {
    for (String program : List.of("weir", "weir-sim")) {
      Path home = DIST.resolve(platform).resolve(program + "-" + VERSION);
      Sbom sbom = Sbom.read(home.resolve("sbom.json"));
      List<String> components = new ArrayList<>(sbom.components().keySet());
      assertThat(components.removeIf(each -> each.startsWith("openjdk-")))
          .isEqualTo(Files.isDirectory(home.resolve("java")));
      List<String> jars = new ArrayList<>();
      try (Stream<Path> files = Files.list(home.resolve("lib"))) {
        files.forEach(each -> jars.add(each.getFileName().toString()));
      }
      assertThat(jars.removeIf(each -> each.matches("weir-(gateway|device-sim)-[0-9.]+\\.jar")))
          .isTrue();
      assertThat(components).containsExactlyInAnyOrderElementsOf(jars);
      String notices = Files.readString(home.resolve(Notices.NAME));
      assertThat(notices)
          .contains("\nch.qos.logback:logback-core ", ": EPL-2.0 or LGPL-2.1-only\n")
          .contains("\njackson-core-2", ".jar: META-INF/LICENSE\n", "Apache License")
          .doesNotContain(System.getProperty("user.dir"), "BSD-4");
    }
  }

  @Test
  void theGatewayRunsFromItsArchive() throws Exception {
    runs("weir-" + VERSION + "-linux-amd64.tar.gz", System.getenv("PATH"));
  }

  @Test
  @Tag("soak")
  void theGatewayRunsWithTheJavaOfItsArchiveWhereNoJavaIsInstalled() throws Exception {
    Path tools = Files.createDirectory(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), find(tool));
    }
    runs("weir-" + VERSION + "-linux-amd64-with-java.tar.gz", tools.toString());
  }

  /** Unpacks the archive, and asks the gateway in it for all that a first try asks. */
  private void runs(String archive, String path) throws Exception {
    Ended unpacked = run(System.getenv("PATH"), "tar", "-xzf", DIST.resolve(archive), "-C", folder);
    assertThat(unpacked).isEqualTo(new Ended(0, ""));
    Path weir = folder.resolve("weir-" + VERSION).resolve("bin/weir");

    Ended version = run(path, weir, "version");
    assertThat(version.out()).startsWith("weir " + VERSION + " (Java ");
    assertThat(version.code()).isZero();

    Path config = folder.resolve("gateway.yaml");
    int port = Ports.free();
    Files.writeString(
        config,
        """
        gateway: { id: fresh, data-dir: data }
        sources:
          - { name: http-in, type: http }
        routes:
          - { topic: "factory/{site}/telemetry", format: json }
        sinks:
          - { name: local, type: embedded, port: %d }
        http: { port: %d }
        """
            .formatted(Ports.free(), port));
    assertThat(run(path, weir, "check", "--config", config).code()).isZero();

    List<Object> command = new ArrayList<>(alone());
    command.addAll(
        List.of(find("bash"), Path.of("src/test/resources/ready.sh").toAbsolutePath(), weir));
    command.addAll(List.of(config, port));
    Ended ended = run(path, command.toArray());
    assertThat(ended.out()).contains("ready: HTTP/1.1 200 OK");
    assertThat(ended.code()).as(ended.out()).isZero();
  }

  /**
   * What starts a command without any network but loopback: namespaces of its own. Nothing, where
   * the kernel or the machine's rules do not let us have them.
   */
  private List<Object> alone() throws Exception {
    List<Object> alone =
        List.of("/usr/bin/unshare", "--user", "--map-root-user", "--net", "/bin/sh", "-c");
    String loopback = "PATH=/usr/sbin:/sbin:/usr/bin:/bin ip link set lo up && exec \"$@\"";
    List<Object> probe = new ArrayList<>(alone);
    probe.addAll(List.of(loopback, "sh", "/bin/true"));
    if (!Files.isExecutable(Path.of("/usr/bin/unshare"))
        || run(System.getenv("PATH"), probe.toArray()).code() != 0) {
      return List.of();
    }
    List<Object> command = new ArrayList<>(alone);
    command.addAll(List.of(loopback, "sh"));
    return command;
  }

  private Ended run(String path, Object... command) throws IOException, InterruptedException {
    Path out = folder.resolve("out.txt");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.of(command).map(Object::toString).toList())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    Map<String, String> environment = new HashMap<>(Map.of("PATH", path, "WEIR_OPTS", SHORT_LIVED));
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("did not end: " + Files.readString(out));
    }
    return new Ended(process.exitValue(), Files.readString(out));
  }

  private static Path find(String tool) {
    return Stream.of("/bin", "/usr/bin")
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("this test needs " + tool));
  }
}
