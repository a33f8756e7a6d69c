package io.weir.gateway.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.config.YamlReader;
import io.weir.gateway.efficiency.config.CycleTable;
import io.weir.gateway.efficiency.config.EfficiencyConfig.CycleSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts in the place of files that the main file names what they hold, as {@link Site#NAME} may have
 * it: the tree of reasons, and tables of cycles. So people can go on from there on the page.
 */
final class NamedFiles {

  /** As many cycles as the schema lets a list have. */
  private static final int MOST_CYCLES = 1000;

  /** More than this no file of the page holds. */
  private static final int MOST_BYTES = 1 << 20;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Path main;

  /**
   * @param main the main file, from whose folder the others are named
   */
  NamedFiles(Path main) {
    this.main = main.toAbsolutePath();
  }

  void putInto(ObjectNode efficiency) {
    if (efficiency.path("reasons").isTextual()) {
      JsonNode reasons = reasons(efficiency.remove("reasons").asText());
      if (reasons.isArray()) {
        efficiency.set("reasons", reasons);
      }
    }
    for (String list : List.of("machines", "templates")) {
      for (JsonNode item : efficiency.path(list)) {
        if (item.path("ideal-cycle") instanceof ObjectNode cycle
            && cycle.path("table").isTextual()) {
          ArrayNode cycles = cycles(cycle.path("table").asText());
          cycle.set("table", cycles == null ? cycle.path("table") : cycles);
        }
      }
    }
  }

  private JsonNode reasons(String name) {
    String text = text(name);
    YamlNode tree = text == null ? null : YamlReader.read(text, name, new Problems());
    return tree instanceof YamlNode.Mapping group
        ? new SiteJson(JSON.missingNode()).of(group).path("reasons")
        : JSON.missingNode();
  }

  /** The cycles of a table; nothing where it cannot be read, or has too many for a list. */
  private @Nullable ArrayNode cycles(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    List<String> lines = text.lines().toList();
    ArrayNode cycles = JSON.arrayNode();
    try {
      if (CycleTable.isDated(lines)) {
        CycleTable.dated(lines).forEach(span -> cycles.add(cycle(span)));
      } else {
        CycleTable.parse(lines)
            .forEach((product, time) -> cycles.addObject().setAll(cycle(product, time)));
      }
    } catch (IllegalArgumentException e) {
      return null; // reading the configuration says why
    }
    return cycles.isEmpty() || cycles.size() > MOST_CYCLES ? null : cycles;
  }

  private static ObjectNode cycle(CycleSpan span) {
    ObjectNode cycle = cycle(span.product(), span.cycle());
    if (!span.machine().equals(CycleSpan.ALL)) {
      cycle.put("machine", span.machine());
    }
    if (!span.validFrom().equals(LocalDate.MIN)) {
      cycle.put("valid-from", span.validFrom().toString());
    }
    if (!span.validTo().equals(LocalDate.MAX)) {
      cycle.put("valid-to", span.validTo().toString());
    }
    return cycle;
  }

  private static ObjectNode cycle(String product, Duration time) {
    return JSON.objectNode().put("product", product).put("seconds", time.toNanos() / 1e9);
  }

  private @Nullable String text(String name) {
    try {
      Path file = main.resolveSibling(name);
      return Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES
          ? Files.readString(file, UTF_8)
          : null;
    } catch (IOException | InvalidPathException e) {
      return null; // reading the configuration says why
    }
  }
}
