package io.weir.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lays out one program for one platform, as a folder that runs where it lies. */
final class Stage {

  private final Path repository;
  private final String version;
  private final LocalDateTime time;
  private final Licences licences;

  Stage(Path repository, String version, LocalDateTime time, Licences licences) {
    this.repository = repository;
    this.version = version;
    this.time = time;
    this.licences = licences;
  }

  /**
   * Lays it out.
   *
   * @param java the folder of a Java that comes with it, if there is one
   */
  void layOut(Program program, Platform platform, Optional<Path> java, Path to) throws IOException {
    Sbom sbom = Sbom.read(program.sbom());
    sbom.components().values().forEach(licences::correct);
    licences.check(sbom.components().values());
    Jars jars = new Jars(platform, time);
    String own = program.jar() + "-" + version + ".jar";
    Files.createDirectories(to.resolve("lib"));
    for (Path jar : list(program.folder().resolve("lib"))) {
      if (jar.getFileName().toString().equals(own)) {
        jars.copyOwn(jar, to.resolve("lib"));
      } else {
        jars.copy(jar, to.resolve("lib"));
      }
    }
    copyTree(program.folder().resolve("bin"), to.resolve("bin"));
    if (Files.isDirectory(program.folder().resolve("plugins"))) {
      copyTree(program.folder().resolve("plugins"), to.resolve("plugins"));
    }
    for (String extra : program.extras()) {
      copyTree(repository.resolve(extra), to.resolve(extra));
    }
    if (java.isPresent()) {
      copyTree(java.get(), to.resolve("java"));
    }
    String javaVersion = java.isPresent() ? Runtime.version().toString() : "";
    Sbom part = sbom.in(to.resolve("lib"), own, jars, javaVersion);
    part.write(to.resolve("sbom.json"));
    new Notices(licences).write(to.resolve("lib"), part, to.resolve(Notices.NAME));
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IOException(folder + " is missing. Build all modules: make dist.");
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  /** Copies a file, or a folder with all in it. */
  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
  }
}
