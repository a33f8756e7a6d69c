package io.weir.gateway.e2e;

import io.weir.peers.Ports;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The classes of the gateway and its libraries as the Java machine maps them into memory, so that a
 * gateway and its embedded store start with half of the work; tests start them a hundred times. The
 * first process that asks makes the archive, for all others of the same classes.
 */
public final class SharedClasses {

  private static final Path FOLDER = Path.of("target", "shared-classes").toAbsolutePath();

  /** What the gateway is compiled to. */
  private static final Path OWN = Path.of("target", "classes").toAbsolutePath();

  /** The class path of the tests; benches name that of a package, without what only tests need. */
  private static final List<String> ALL =
      Arrays.asList(
          System.getProperty("weir.test.programs", System.getProperty("java.class.path"))
              .split(File.pathSeparator));

  private static final Predicate<String> IS_JAR = part -> part.endsWith(".jar");

  /** A bench measures a gateway that starts with the archive of a package. */
  private static final boolean OF_PACKAGE = System.getProperty("weir.test.programs") != null;

  /** In newer lists each class has a number, which differs from process to process. */
  private static final Pattern NUMBER = Pattern.compile(" id: \\d+$");

  private static final String KEY = key();

  /** An archive cannot hold classes of folders, so the gateway's own are in a jar here. */
  private static final Path OWN_JAR = FOLDER.resolve(KEY + ".jar");

  private static final Path ARCHIVE = FOLDER.resolve(KEY + ".jsa");

  /** The same under the name that gateway/pom.xml gives the processes of the tests. */
  private static final Path OF_STORES = FOLDER.resolve("stores.jsa");

  /** The class path may only go on with folders. */
  private static final String ARCHIVED =
      Stream.concat(Stream.of(OWN_JAR.toString()), ALL.stream().filter(IS_JAR))
          .collect(Collectors.joining(File.pathSeparator));

  /** Whether classes of a mutant are to be found before all others: then nothing is archived. */
  private static final boolean IS_MUTANT = Boolean.getBoolean("weir.test.mutant");

  private SharedClasses() {}

  /** A Java machine that soon ends, with the class path of the tests: what begins its command. */
  public static List<String> java(String... flags) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(GatewayProcess.JAVA);
    command.add("-XX:+UseSerialGC");
    command.add(GatewayProcess.SHORT_LIVED);
    command.addAll(flags());
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath()));
    return command;
  }

  /**
   * From now on the embedded stores of this process start with the archive, if another test has
   * made it: a store has the flags of its gateway's process, and here the class path that fits.
   */
  public static void forStores() throws IOException {
    if (!IS_MUTANT && Files.exists(ARCHIVE)) {
      System.setProperty("java.class.path", classPath());
    }
  }

  /** The class path of the tests, with what is archived first. */
  static String classPath() throws IOException {
    if (IS_MUTANT) {
      return String.join(File.pathSeparator, ALL);
    }
    prepare();
    return ALL.stream()
        .filter(IS_JAR.negate())
        .collect(Collectors.joining(File.pathSeparator, ARCHIVED + File.pathSeparator, ""));
  }

  /** Flags of a Java machine whose class path is {@link #classPath}. */
  static List<String> flags() throws IOException {
    if (IS_MUTANT) {
      return List.of();
    }
    prepare();
    return List.of("-XX:SharedArchiveFile=" + ARCHIVE, "-Xlog:cds=off");
  }

  private static synchronized void prepare() throws IOException {
    if (Files.exists(ARCHIVE)) {
      return;
    }
    Files.createDirectories(FOLDER);
    try (FileChannel lock =
            FileChannel.open(
                FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      if (held.isValid() && !Files.exists(ARCHIVE)) {
        make();
      }
    }
  }

  /** Differs for another Java, other libraries and other classes of the gateway. */
  private static String key() {
    CRC32 sum = new CRC32();
    sum.update((Runtime.version() + String.join(":", ALL)).getBytes(StandardCharsets.UTF_8));
    try (Stream<Path> files = Files.walk(OWN)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        sum.update(file.toString().getBytes(StandardCharsets.UTF_8));
        sum.update(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Long.toHexString(sum.getValue());
  }

  private static void make() throws IOException {
    jar("--create", "--no-compress", "--file", OWN_JAR.toString(), "-C", OWN.toString(), ".");
    Path made = FOLDER.resolve("made.jsa");
    if (OF_PACKAGE) {
      run(
          GatewayProcess.JAVA,
          "-XX:+UseSerialGC",
          "-Dweir.home=" + FOLDER,
          "-cp",
          ARCHIVED,
          "io.weir.gateway.Main",
          "share-classes",
          "--to",
          made.toString());
    } else {
      run(
          GatewayProcess.JAVA,
          "-XX:+UseSerialGC",
          GatewayProcess.SHORT_LIVED,
          "-Xshare:dump",
          "-XX:SharedClassListFile=" + list(),
          "-XX:SharedArchiveFile=" + made,
          "-cp",
          ARCHIVED);
    }
    Path linked = Files.createTempDirectory(FOLDER, "linked").resolve("stores.jsa");
    Files.createLink(linked, made);
    Files.move(linked, OF_STORES, StandardCopyOption.ATOMIC_MOVE);
    Files.move(made, ARCHIVE);
  }

  /** The classes of a gateway and its store. */
  private static Path list() throws IOException {
    Path lists = Files.createTempDirectory(FOLDER, "lists");
    try (GatewayProcess gateway = new Recorded(lists)) {
      gateway.start();
      gateway.get("/api/v1/status");
      gateway.stop();
    }
    Set<String> loaded = new LinkedHashSet<>();
    try (Stream<Path> files = Files.list(lists)) {
      for (Path file : files.filter(each -> Files.isRegularFile(each)).toList()) {
        Files.readAllLines(file).forEach(line -> loaded.add(NUMBER.matcher(line).replaceFirst("")));
      }
    }
    return Files.write(FOLDER.resolve("classes"), loaded);
  }

  private static void run(String... command) throws IOException {
    Process dump =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(FOLDER.resolve("log").toFile())
            .start();
    try {
      if (!dump.waitFor(10, TimeUnit.MINUTES) || dump.exitValue() != 0) {
        dump.destroyForcibly();
        throw new IOException("no archive of classes: see " + FOLDER.resolve("log"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void jar(String... arguments) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    if (ToolProvider.findFirst("jar").orElseThrow().run(out, out, arguments) != 0) {
      throw new IOException("no jar of classes: " + said.toString(StandardCharsets.UTF_8));
    }
  }

  /** A gateway that writes down which classes it loads, and so does its store. */
  private static final class Recorded extends GatewayProcess {

    private final Path lists;

    Recorded(Path lists) throws IOException {
      super(
          Files.createDirectories(lists.resolve("gateway")),
          """
          sources: [ { name: in, type: mqtt, url: "tcp://127.0.0.1:%d" } ]
          routes: [ { topic: "#", format: json } ]
          sinks:
            - { name: s, type: influxdb, version: 1, url: "http://127.0.0.1:%d", database: d }
            - { name: e, type: embedded, port: %d }
          """
              .formatted(Ports.free(), Ports.free(), Ports.free()));
      this.lists = lists;
    }

    @Override
    protected List<String> command() {
      return command(List.of("-XX:DumpLoadedClassList=" + lists.resolve("%p")), ARCHIVED);
    }
  }
}
