package io.weir.packaging;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The file {@code THIRD-PARTY.txt}: each library with its licence, and the texts of licences and
 * notices that the libraries themselves contain, each text once.
 */
final class Notices {

  static final String NAME = "THIRD-PARTY.txt";

  private static final Pattern TEXT =
      Pattern.compile(
          "(META-INF/)?(licen[cs]es?/)?[^/]*(licen[cs]e|notice|copying)[^/]*",
          Pattern.CASE_INSENSITIVE);

  private static final String RULE = "=".repeat(100) + "\n";

  private final Licences licences;

  Notices(Licences licences) {
    this.licences = licences;
  }

  void write(Path lib, Sbom sbom, Path to) throws IOException {
    StringBuilder out = new StringBuilder("Libraries in lib, with their licences.\n\n");
    List<JsonNode> components =
        sbom.components().values().stream()
            .filter(each -> each.path("type").asText().equals("library"))
            .sorted(Comparator.comparing(each -> each.path("bom-ref").asText()))
            .toList();
    for (JsonNode each : components) {
      out.append(each.path("group").asText())
          .append(':')
          .append(each.path("name").asText())
          .append(' ')
          .append(each.path("version").asText())
          .append(": ")
          .append(String.join(" or ", licences.of(each)))
          .append('\n');
    }
    for (Map.Entry<String, Set<String>> text : texts(lib).entrySet()) {
      out.append('\n').append(RULE);
      text.getValue().forEach(where -> out.append(where).append('\n'));
      out.append(RULE).append(text.getKey()).append('\n');
    }
    Files.writeString(to, out);
  }

  /** Each text, with where it is found. */
  private static Map<String, Set<String>> texts(Path lib) throws IOException {
    Map<String, Set<String>> texts = new TreeMap<>();
    try (Stream<Path> jars = Files.list(lib)) {
      for (Path jar : jars.sorted().toList()) {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
          for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
            ZipEntry entry = all.nextElement();
            if (!entry.isDirectory()
                && TEXT.matcher(entry.getName()).matches()
                && !entry.getName().endsWith(".class")) {
              texts
                  .computeIfAbsent(text(zip, entry), unused -> new TreeSet<>())
                  .add(jar.getFileName() + ": " + entry.getName());
            }
          }
        }
      }
    }
    return texts;
  }

  private static String text(ZipFile zip, ZipEntry entry) throws IOException {
    byte[] bytes = zip.getInputStream(entry).readAllBytes();
    return new String(bytes, StandardCharsets.UTF_8).replace("\r", "").strip();
  }
}
