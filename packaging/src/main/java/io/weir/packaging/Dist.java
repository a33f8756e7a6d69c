package io.weir.packaging;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Makes the folder {@code target/dist}: in {@code PLATFORM/PROGRAM-VERSION} what the archive of
 * that platform contains, in {@code linux-amd64-with-java} the same with Java, and beside these the
 * archives, and the packages for Debian and RPM.
 */
public final class Dist {

  private final Path repository;
  private final String version;
  private final LocalDateTime time;
  private final Path out;
  private final String only;

  private Dist(Path repository, String version, LocalDateTime time, Path out, String only) {
    this.repository = repository;
    this.version = version;
    this.time = time;
    this.out = out;
    this.only = only;
  }

  /**
   * Makes the folder.
   *
   * @param arguments the repository, the version, the time of all files (ISO 8601), the folder to
   *     make, and the one platform to make it for, without Java, or {@code all}
   */
  public static void main(String[] arguments) throws IOException {
    LocalDateTime time =
        OffsetDateTime.parse(arguments[2]).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
    new Dist(
            Path.of(arguments[0]).toRealPath(),
            arguments[1],
            time,
            Path.of(arguments[3]).toAbsolutePath().normalize(),
            arguments[4])
        .make();
  }

  private void make() throws IOException {
    List<Platform> platforms =
        Platform.ALL.stream().filter(each -> isAll() || each.name().equals(only)).toList();
    if (platforms.isEmpty()) {
      throw new IOException("no archive is for the platform " + only);
    }
    clear(out);
    Licences licences = Licences.read(repository.resolve("packaging/licences.txt"));
    Stage stage = new Stage(repository, version, time, licences);
    Archive archive = new Archive(time);
    Writings writings = new Writings();
    try {
      for (Program program : Program.of(repository)) {
        for (Platform platform : platforms) {
          layOut(stage, program, platform);
          archives(archive, program, platform.name()).forEach(writings::begin);
          packages(program, platform).forEach(writings::begin);
        }
        Optional<String> withJava = isAll() ? withJava(stage, program) : Optional.empty();
        withJava.ifPresent(it -> archives(archive, program, it).forEach(writings::begin));
      }
      writings.finish();
    } finally {
      writings.end();
    }
  }

  private boolean isAll() {
    return only.equals("all");
  }

  private List<Writing> archives(Archive archive, Program program, String platform) {
    Path folder = folder(program, platform);
    String name = program.name() + "-" + version + "-" + platform;
    return List.of(
        () -> archive.tarGz(folder, out.resolve(name + ".tar.gz")),
        () -> archive.zip(folder, out.resolve(name + ".zip")));
  }

  /** Writes one file, of which nothing else is made. */
  private interface Writing {
    void write() throws IOException;
  }

  /** Compressing takes longest, so all processors do it, while further folders are laid out. */
  private static final class Writings {

    private final ExecutorService pool =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    private final List<Future<?>> all = new ArrayList<>();

    void begin(Writing writing) {
      all.add(
          pool.submit(
              () -> {
                writing.write();
                return null;
              }));
    }

    void finish() throws IOException {
      try {
        for (Future<?> each : all) {
          each.get();
        }
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      } catch (InterruptedException e) {
        throw new InterruptedIOException("interrupted");
      }
    }

    void end() {
      pool.shutdownNow();
    }
  }

  /** For Linux also what its systems install. */
  private List<Writing> packages(Program program, Platform platform) throws IOException {
    if (!"linux".equals(platform.system())) {
      return List.of();
    }
    Path folder = folder(program, platform.name());
    SystemPackage it = SystemPackage.of(program, repository, version, platform, folder);
    return List.of(
        () -> new DebPackage(it, time.toInstant(ZoneOffset.UTC)).write(out),
        () -> new RpmPackage(it, time.toInstant(ZoneOffset.UTC)).write(out));
  }

  private Path folder(Program program, String platform) {
    return out.resolve(platform).resolve(program.name() + "-" + version);
  }

  private void layOut(Stage stage, Program program, Platform platform) throws IOException {
    Path folder = folder(program, platform.name());
    stage.layOut(program, platform, Optional.empty(), folder);
    Permissions.set(folder);
  }

  /** The same with Java, for the platform of this build: another one's needs that one's JDK. */
  private Optional<String> withJava(Stage stage, Program program) throws IOException {
    Optional<Platform> here = Platform.here().filter(Platform.LINUX_AMD64::equals);
    if (here.isEmpty()) {
      System.out.println(
          "No archive with Java is made: it needs a JDK for " + Platform.LINUX_AMD64.name());
      return Optional.empty();
    }
    String name = here.get().name() + "-with-java";
    Path folder = folder(program, name);
    Path java = out.resolve("java");
    if (!Files.exists(java)) {
      JavaRuntime.link(java);
    }
    stage.layOut(program, here.get(), Optional.of(java), folder);
    Permissions.set(folder);
    return Optional.of(name);
  }

  /** Removes what an earlier build left. */
  private static void clear(Path out) throws IOException {
    if (Files.exists(out)) {
      try (Stream<Path> all = Files.walk(out)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    Files.createDirectories(out);
  }
}
