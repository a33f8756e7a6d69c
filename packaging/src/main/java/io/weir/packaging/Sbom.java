package io.weir.packaging;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The bill of materials of a program (CycloneDX), and the part of it that is in one folder. */
final class Sbom {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode document;

  /** By the name of the jar. */
  private final Map<String, JsonNode> components = new TreeMap<>();

  private Sbom(ObjectNode document) {
    this.document = document;
    for (JsonNode each : document.path("components")) {
      components.put(jar(each), each);
    }
  }

  static Sbom read(Path file) throws IOException {
    return new Sbom((ObjectNode) JSON.readTree(Files.readAllBytes(file)));
  }

  /** The components, by the name of their jar. */
  Map<String, JsonNode> components() {
    return components;
  }

  private static String jar(JsonNode component) {
    String purl = component.path("purl").asText();
    String classifier = purl.replaceFirst(".*[?&]classifier=([^&]*).*", "-$1");
    return component.path("name").asText()
        + "-"
        + component.path("version").asText()
        + (classifier.equals(purl) ? "" : classifier)
        + ".jar";
  }

  /**
   * What of this is in the folder.
   *
   * @param own the name of the program's own jar
   * @param java the version of the Java in the folder, empty if there is none
   * @throws IOException also if the folder holds a jar that is not among the components
   */
  Sbom in(Path lib, String own, Jars jars, String java) throws IOException {
    List<JsonNode> here = new ArrayList<>();
    try (Stream<Path> files = Files.list(lib)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        JsonNode component = components.get(name);
        if (component != null) {
          here.add(jars.isChanged(name) ? changed((ObjectNode) component) : component);
        } else if (!name.equals(own)) {
          throw new IOException(
              file
                  + " is not in the bill of materials. If that has another version of it, a library"
                  + " of the tests brings that one: give one version in dependencyManagement of"
                  + " pom.xml.");
        }
      }
    }
    if (!java.isEmpty()) {
      here.add(openJdk(java));
    }
    here.sort(Comparator.comparing(each -> each.path("bom-ref").asText()));
    ObjectNode part = document.deepCopy();
    part.putArray("components").addAll(here);
    Set<String> references = new HashSet<>();
    here.forEach(each -> references.add(each.path("bom-ref").asText()));
    references.add(document.at("/metadata/component/bom-ref").asText());
    keep(references, (ArrayNode) part.withArray("dependencies"));
    return new Sbom(part);
  }

  /** A jar without some of its entries has not the checksum of the one that was published. */
  private static JsonNode changed(ObjectNode component) {
    ObjectNode changed = component.deepCopy();
    changed.remove("hashes");
    changed
        .putArray("properties")
        .addObject()
        .put("name", "weir:changed")
        .put("value", "without the native libraries of other platforms");
    return changed;
  }

  private static JsonNode openJdk(String version) {
    ObjectNode java = JSON.createObjectNode();
    java.put("type", "platform");
    java.put("bom-ref", "openjdk@" + version);
    java.put("name", "openjdk");
    java.put("version", version);
    java.putArray("licenses")
        .addObject()
        .putObject("license")
        .put("id", "GPL-2.0-with-classpath-exception");
    return java;
  }

  private static void keep(Set<String> references, ArrayNode dependencies) {
    for (int i = dependencies.size() - 1; i >= 0; i--) {
      if (!references.contains(dependencies.path(i).path("ref").asText())) {
        dependencies.remove(i);
      } else if (dependencies.path(i).path("dependsOn") instanceof ArrayNode on) {
        for (int j = on.size() - 1; j >= 0; j--) {
          if (!references.contains(on.path(j).asText())) {
            on.remove(j);
          }
        }
      }
    }
  }

  void write(Path file) throws IOException {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    Files.writeString(file, JSON.writer(printer).writeValueAsString(document) + "\n");
  }
}
