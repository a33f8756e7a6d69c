package io.weir.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a package for Debian and one for RPM have in common.
 *
 * @param name of the package
 * @param version of the program
 * @param summary one line
 * @param description further lines
 * @param platform whose machine code is in it
 * @param files what it installs
 * @param scripts the folder whose {@code deb} and {@code rpm} hold what runs at installation and
 *     removal; a package without a service has no such folder
 */
record SystemPackage(
    String name,
    String version,
    String summary,
    List<String> description,
    Platform platform,
    List<Installed> files,
    Path scripts) {

  /** The package of a program that lies in a folder as in its archive. */
  static SystemPackage of(
      Program program, Path repository, String version, Platform platform, Path folder)
      throws IOException {
    return program.name().equals("weir")
        ? gateway(repository, version, platform, folder)
        : simulator(repository, version, platform, folder);
  }

  /** The gateway, as a service. */
  private static SystemPackage gateway(
      Path repository, String version, Platform platform, Path folder) throws IOException {
    Path linux = repository.resolve("packaging/linux");
    List<Installed> files = program("weir", folder);
    files.add(Installed.folder("usr/share/weir", 0755));
    files.add(Installed.folder("etc/weir", 0750).of("weir"));
    files.add(configuration("etc/weir/gateway.yaml", linux.resolve("gateway.yaml")));
    files.add(configuration("etc/default/weir", linux.resolve("default")));
    files.add(
        Installed.file(
            "usr/lib/systemd/system/weir.service",
            unit(Files.readString(repository.resolve("config/weir.service"))),
            0644));
    return new SystemPackage(
        "weir",
        version,
        "edge gateway for factory telemetry",
        List.of(
            "Weir subscribes to device topics over MQTT, turns what the devices send into",
            "clean readings, keeps them in a durable log, and forwards them to time-series",
            "stores. It shows a live page, figures by ISO 22400-2, meters and alarms."),
        platform,
        Installed.sorted(files),
        linux);
  }

  /** The simulator, a program without a service. */
  private static SystemPackage simulator(
      Path repository, String version, Platform platform, Path folder) throws IOException {
    return new SystemPackage(
        "weir-sim",
        version,
        "simulated factory for the gateway Weir",
        List.of(
            "Plays a factory with its machines, faults and payload formats, publishes over",
            "MQTT, and writes down what it played. Brings a broker of its own."),
        platform,
        Installed.sorted(program("weir-sim", folder)),
        repository.resolve("packaging/none"));
  }

  private static List<Installed> program(String name, Path folder) throws IOException {
    List<Installed> files = new ArrayList<>();
    files.add(Installed.folder("usr/lib/" + name, 0755));
    files.add(Installed.folder("usr/share/doc/" + name, 0755));
    files.add(Installed.link("usr/bin/" + name, "../lib/" + name + "/bin/" + name));
    List<Path> parts;
    try (Stream<Path> all = Files.list(folder)) {
      parts = all.sorted().toList();
    }
    for (Path part : parts) {
      files.addAll(Installed.tree(part, place(name, part.getFileName().toString())));
    }
    files.removeIf(each -> each.path().endsWith(".bat"));
    return files;
  }

  /** Where a part of the archive lies in the system. */
  private static String place(String program, String part) {
    return switch (part) {
      case "bin", "lib", "plugins" -> "usr/lib/" + program + "/" + part;
      case "grafana" -> "usr/share/" + program + "/" + part;
      case "config" -> "usr/share/doc/" + program + "/examples";
      case "LICENSE" -> "usr/share/doc/" + program + "/copyright";
      default -> "usr/share/doc/" + program + "/" + part;
    };
  }

  private static Installed configuration(String path, Path file) {
    return new Installed(path, new Installed.Copy(file), 0640, "weir", true);
  }

  /** The unit without its advice on copying it, for the folder that the package installs. */
  private static String unit(String text) {
    String unit = text.substring(text.indexOf("[Unit]"));
    if (!unit.contains("/opt/weir/bin/weir")) {
      throw new IllegalStateException("config/weir.service starts no /opt/weir/bin/weir");
    }
    return unit.replace("/opt/weir/bin/weir", "/usr/bin/weir");
  }

  /** A script of the packages' format, or "". */
  String script(String format, String script) throws IOException {
    Path file = scripts.resolve(format).resolve(script);
    return Files.exists(file) ? Files.readString(file) : "";
  }
}
