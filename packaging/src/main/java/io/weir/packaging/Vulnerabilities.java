package io.weir.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Compares the libraries in {@code target/dist} with a list of vulnerabilities in the format of
 * OSV, without a network: one file with one entry or an array of entries, a folder of such files,
 * or a zip of them as OSV offers it for the ecosystem Maven.
 */
public final class Vulnerabilities {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The versions in use, by group and name. */
  private final Map<String, TreeSet<String>> libraries = new TreeMap<>();

  private final TreeSet<String> found = new TreeSet<>();
  private int entries;

  Vulnerabilities(Iterable<JsonNode> components) {
    for (JsonNode each : components) {
      libraries
          .computeIfAbsent(
              each.path("group").asText() + ":" + each.path("name").asText(),
              unused -> new TreeSet<>())
          .add(each.path("version").asText());
    }
  }

  /**
   * Prints what is found.
   *
   * @param arguments the list, and the folder that {@code make dist} made
   * @throws IllegalStateException if a library has a vulnerability
   */
  public static void main(String[] arguments) throws IOException {
    List<JsonNode> components = new ArrayList<>();
    try (Stream<Path> files =
        Files.find(Path.of(arguments[1]), 3, (file, unused) -> file.endsWith("sbom.json"))) {
      for (Path each : files.sorted().toList()) {
        components.addAll(Sbom.read(each).components().values());
      }
    }
    if (components.isEmpty()) {
      throw new IOException("There is no sbom.json in " + arguments[1] + ". Run make dist first.");
    }
    Vulnerabilities check = new Vulnerabilities(components);
    List<String> found = check.compare(Path.of(arguments[0]));
    System.out.printf(
        "%d libraries compared with %d entries of %s: %d vulnerabilities%n",
        check.libraries.size(), check.entries, arguments[0], found.size());
    found.forEach(System.out::println);
    if (!found.isEmpty()) {
      throw new IllegalStateException(
          found.size()
              + " vulnerabilities: take the version that repairs each, or another library");
    }
  }

  /**
   * One line for each vulnerability of each library.
   *
   * @throws IOException also if the list has no entry in it: an empty list proves nothing
   */
  List<String> compare(Path list) throws IOException {
    if (list.toString().endsWith(".zip")) {
      try (ZipFile zip = new ZipFile(list.toFile())) {
        for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
          ZipEntry each = all.nextElement();
          if (each.getName().endsWith(".json")) {
            try (InputStream in = zip.getInputStream(each)) {
              read(list + "!" + each.getName(), in.readAllBytes());
            }
          }
        }
      }
    } else {
      try (Stream<Path> files = Files.walk(list)) {
        for (Path each :
            files.filter(file -> file.toString().endsWith(".json")).sorted().toList()) {
          read(each.toString(), Files.readAllBytes(each));
        }
      }
    }
    if (entries == 0) {
      throw new IOException(
          list + " holds no entry in the format of OSV (.json, or a .zip of them).");
    }
    return List.copyOf(found);
  }

  private void read(String name, byte[] bytes) throws IOException {
    JsonNode content = JSON.readTree(bytes);
    for (JsonNode entry : content.isArray() ? content : List.of(content)) {
      check(name, entry);
      compare(new Advisory(entry));
    }
  }

  private static void check(String name, JsonNode entry) throws IOException {
    if (!entry.hasNonNull("id") || (!entry.path("affected").isArray() && !entry.has("withdrawn"))) {
      throw new IOException(
          name + " is no entry in the format of OSV: it has no id or no affected");
    }
  }

  private void compare(Advisory advisory) {
    entries++;
    if (advisory.isWithdrawn()) {
      return;
    }
    libraries.forEach(
        (library, versions) -> {
          for (String version : versions) {
            if (advisory.concerns(library, version)) {
              found.add(
                  "%-50s %-16s %s %s  fixed in: %s  %s"
                      .formatted(
                          library,
                          version,
                          advisory.id(),
                          advisory.alias(),
                          advisory.fixedIn(library, version).orElse("no version"),
                          advisory.summary()));
            }
          }
        });
  }
}
