package io.weir.gateway.efficiency.config;

import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.SchemaCheck;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.config.YamlReader;
import io.weir.gateway.model.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the key {@code reasons}: the tree of reasons, or the file that holds it. */
final class ReasonReader {

  static final String SCHEMA = "reasons.schema.json";

  private static final int MOST_BYTES = 1 << 20;
  private static final int LEVELS_OF_A_MACHINE = 4;

  private final Path folder;
  private final Problems problems;
  private final Map<String, FilePosition> ids = new HashMap<>();
  private final Map<String, FilePosition> codes = new HashMap<>();

  private ReasonReader(Path folder, Problems problems) {
    this.folder = folder;
    this.problems = problems;
  }

  /** The tree in the file that a key of the section names; an empty one where there is none. */
  static ReasonTree read(Section section, String key) {
    YamlNode.Mapping tree = section.list(key);
    if (tree != null) {
      return new ReasonReader(section.folder(), section.problems()).checked(tree, section.key());
    }
    Path file = section.content(key);
    if (file == null || !Files.isReadable(file) || Files.isDirectory(file)) {
      return ReasonTree.NONE;
    }
    try {
      if (Files.size(file) > MOST_BYTES) {
        section.problem(key, section.written(key) + " is larger than 1MiB");
        return ReasonTree.NONE;
      }
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return new ReasonReader(section.folder(), section.problems())
          .tree(text, section.written(key));
    } catch (CharacterCodingException e) {
      section.problem(key, section.written(key) + " is not UTF-8");
    } catch (IOException e) {
      section.problem(key, section.written(key) + " cannot be read: " + Failure.why(e));
    }
    return ReasonTree.NONE;
  }

  private ReasonTree tree(String text, String name) {
    YamlNode root = YamlReader.read(text, name, problems);
    return root == null ? ReasonTree.NONE : checked(root, "");
  }

  private ReasonTree checked(YamlNode root, String parent) {
    try (InputStream schema = ReasonReader.class.getResourceAsStream(SCHEMA)) {
      SchemaCheck.by(Objects.requireNonNull(schema, SCHEMA)).check(root, parent, problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return root instanceof YamlNode.Mapping tree
        ? new ReasonTree(
            nodes(new Section(tree, parent, folder, problems, new HashSet<>()), null, 0, List.of()))
        : ReasonTree.NONE;
  }

  private List<ReasonTree.Node> nodes(
      Section above, ReasonTree.@Nullable Node parent, int level, List<List<String>> assets) {
    List<ReasonTree.Node> nodes = new ArrayList<>();
    if (level == ReasonTree.LEVELS && above.has("reasons")) {
      above.problem("reasons", "is a fourth level; there are category, reason and detail");
      return nodes;
    }
    for (Section section : above.sections("reasons")) {
      nodes.add(node(section, parent, level, assets));
    }
    return List.copyOf(nodes);
  }

  private ReasonTree.Node node(
      Section section, ReasonTree.@Nullable Node parent, int level, List<List<String>> assets) {
    String name = section.text("name", "");
    String key = section.has("id") ? "id" : "name";
    String id = section.text(key, "");
    FilePosition before = ids.putIfAbsent(id, section.place(key));
    if (before != null) {
      section.problem(
          key,
          "'" + id + "' stands in line " + before.line() + " already",
          "give one of them an id of its own");
    }
    List<List<String>> own = new ArrayList<>(assets);
    if (section.has("assets")) {
      own.add(assets(section));
    }
    ReasonTree.Node node =
        new ReasonTree.Node(
            id,
            name,
            labels(section),
            parent == null ? id : parent.category(),
            section.flag("planned", parent != null && parent.planned()),
            section.flag("comment", parent != null && parent.comment()),
            codes(section, own),
            List.copyOf(own),
            List.of());
    return node.with(node.labels(), nodes(section, node, level + 1, own));
  }

  private static Map<String, String> labels(Section section) {
    return section.hasSection("label")
        ? AssetLabelReader.languages(section.section("label"))
        : Map.of();
  }

  private static List<String> assets(Section section) {
    List<String> patterns = List.copyOf(section.texts("assets"));
    for (String pattern : patterns) {
      String[] levels = pattern.split("/", -1);
      boolean blank = List.of(levels).stream().anyMatch(String::isBlank);
      if (levels.length > LEVELS_OF_A_MACHINE || blank || pattern.contains("**")) {
        section.problem(
            "assets",
            "'"
                + pattern
                + "' must be a pattern of a site, area, line or machine such as"
                + " plant-a/hall-1/*/press-*");
      }
    }
    return patterns;
  }

  /** A code may stand again only where it holds for other machines. */
  private List<String> codes(Section section, List<List<String>> assets) {
    List<String> words = List.copyOf(section.texts("codes"));
    for (String word : words) {
      FilePosition before = codes.putIfAbsent(word + '\n' + assets, section.place("codes"));
      if (before != null) {
        section.problem(
            "codes", "'" + word + "' stands in line " + before.line() + " for the same machines");
      }
    }
    return words;
  }
}
