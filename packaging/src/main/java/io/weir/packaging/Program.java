package io.weir.packaging;

import java.nio.file.Path;
import java.util.List;

/**
 * One of the programs, as its module laid it out.
 *
 * @param name the name of its launcher
 * @param folder {@code bin}, {@code lib} and, where it reads further jars, {@code plugins}
 * @param jar the beginning of the name of its own jar
 * @param extras files and folders that lie beside these, by their path in the repository
 */
record Program(String name, Path folder, String jar, List<String> extras) {

  static List<Program> of(Path repository) {
    return List.of(
        new Program(
            "weir",
            repository.resolve("gateway/target/weir"),
            "weir-gateway",
            List.of(
                "LICENSE",
                "config",
                "grafana/dashboards",
                "grafana/provisioning",
                "grafana/prometheus")),
        new Program(
            "weir-sim",
            repository.resolve("device-sim/target/weir-sim"),
            "weir-device-sim",
            List.of("LICENSE")));
  }

  /** The bill of materials that the build of its module wrote. */
  Path sbom() {
    return folder.resolveSibling("bom.json");
  }
}
