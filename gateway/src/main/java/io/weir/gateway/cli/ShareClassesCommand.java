package io.weir.gateway.cli;

import io.weir.gateway.plugin.Plugins;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code weir share-classes}: starts a gateway in a folder of its own, lets it take a few messages,
 * and has Java write the classes that it loaded to an archive, which later starts map into memory.
 * Java itself compares an archive with its version, the jars and their times, and takes none that
 * does not fit.
 *
 * <p>The archive has Java's own classes too, those of them that a gateway needs. One on top of the
 * archive that Java brings is mapped beside that, and lacks what Java makes of lambdas while it
 * runs: a gateway took 6 MB more.
 */
@Command(
    name = "share-classes",
    description = {
      "Write an archive of loaded classes, so that a start takes half of the processor time.",
      "Once after each installation, and after another Java."
    },
    footer = {
      "",
      "  weir share-classes",
      "  weir share-classes --to /var/cache/weir/weir.jsa     for WEIR_ARCHIVE=/var/cache/weir/weir.jsa"
    })
final class ShareClassesCommand implements Callable<Integer> {

  /** The environment variable with the archive that the launcher gives to Java. */
  static final String ARCHIVE = "WEIR_ARCHIVE";

  /** Of these the child has its own, or shares none with this process. */
  private static final List<String> NOT_INHERITED =
      List.of("-XX:SharedArchiveFile", "-Xlog", "-Dcom.sun.management.", "-agentlib", "-javaagent");

  private static final long MOST_MINUTES = 10;

  private final Terminal terminal;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "The archive; without it WEIR_ARCHIVE, else weir.jsa beside the libraries.")
  private @Nullable Path to;

  ShareClassesCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InputException, IOException, InterruptedException {
    Path archive = target();
    Path beside = beside(archive);
    Files.newOutputStream(beside)
        .close(); // before the work: where it cannot be written, all is in vain
    Files.delete(beside);
    Path folder = Files.createTempDirectory("weir-share-classes");
    try {
      Path made = folder.resolve("made.jsa");
      dump(folder, record(folder), made);
      if (!Files.exists(made)) {
        throw new IOException(
            "Java wrote no archive: " + Files.readString(folder.resolve("out")).strip());
      }
      replace(archive, made);
      terminal
          .out()
          .printf("%s has the classes of a start, %d MB%n", archive, Files.size(archive) >> 20);
      return Program.DONE;
    } finally {
      delete(folder);
    }
  }

  private Path target() throws InputException {
    String home = System.getProperty(Plugins.HOME);
    if (home == null) {
      throw new InputException("only the installed program has jars that can be archived");
    }
    String given = terminal.environment().getOrDefault(ARCHIVE, "");
    Path beside = Path.of(home, "lib", "weir.jsa");
    return to != null ? to : given.isEmpty() ? beside : Path.of(given);
  }

  /** The list of the classes that a gateway loads. */
  private static Path record(Path folder) throws InputException, IOException, InterruptedException {
    Path list = folder.resolve("classes");
    List<String> command = java("-XX:DumpLoadedClassList=" + list);
    Rehearsal rehearsal = Rehearsal.in(folder);
    command.add("io.weir.gateway.Main");
    command.addAll(List.of("run", "--config", rehearsal.config().toString()));
    Process gateway = started(folder, command);
    try {
      if (!gateway.supportsNormalTermination()) {
        throw new InputException(
            "this system ends a process without asking it, so none is written");
      }
      rehearsal.play(gateway, MOST_MINUTES);
      gateway.destroy(); // it stops cleanly, with the classes that it needs for that
      end(gateway);
      return list;
    } finally {
      gateway.destroyForcibly();
    }
  }

  private static void dump(Path folder, Path list, Path archive)
      throws IOException, InterruptedException {
    end(
        started(
            folder,
            java(
                "-Xshare:dump",
                "-XX:SharedClassListFile=" + list,
                "-XX:SharedArchiveFile=" + archive)));
  }

  /** Begins a command: this Java, its flags and further ones, and its class path. */
  private static List<String> java(String... further) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> NOT_INHERITED.stream().noneMatch(flag::startsWith))
        .forEach(command::add);
    command.addAll(List.of("-Xlog:disable", "-Xlog:all=error:stderr"));
    command.addAll(List.of(further));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    return command;
  }

  private static Process started(Path folder, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()))
        .start();
  }

  private static void end(Process process) throws IOException, InterruptedException {
    if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException("did not end in " + MOST_MINUTES + " minutes");
    }
  }

  private static Path beside(Path archive) {
    return archive.resolveSibling(archive.getFileName() + ".new");
  }

  /**
   * A start at the same moment sees the earlier archive or this one. Java believes an archive that
   * has the right beginning, and crashes on one that is cut off: so the disk has all of it before
   * it gets its name, and a file beside it says how long it is, for the launcher to compare.
   */
  private static void replace(Path archive, Path made) throws IOException {
    Path size = archive.resolveSibling(archive.getFileName() + ".size");
    Path beside = beside(archive);
    Files.deleteIfExists(size); // from here on there is none, until the last line
    Files.copy(made, beside, StandardCopyOption.REPLACE_EXISTING);
    readable(beside);
    try (FileChannel file = FileChannel.open(beside, StandardOpenOption.WRITE)) {
      file.force(true);
    }
    Files.move(beside, archive, StandardCopyOption.ATOMIC_MOVE);
    Files.writeString(beside, Files.size(archive) + "\n");
    readable(beside);
    Files.move(beside, size, StandardCopyOption.ATOMIC_MOVE);
  }

  /** By whoever runs the program: the launcher makes what is written the user's alone. */
  private static void readable(Path file) throws IOException {
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
