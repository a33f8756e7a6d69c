package io.weir.gateway.normalize;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.weir.gateway.config.FilePosition;
import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.config.YamlReader;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a table of assets, UTF-8, at most 8 MiB.
 *
 * <ul>
 *   <li>{@code .csv}: a header of {@code id} and any of {@code site, area, line, machine}, then one
 *       asset a line.
 *   <li>{@code .yaml}: {@code id: site/area/line/machine}, where a level may be empty and those at
 *       the end may be missing.
 * </ul>
 */
final class AssetTableReader {

  private static final int MOST_BYTES = 8 << 20;
  private static final List<String> COLUMNS = List.of("id", "site", "area", "line", "machine");
  private static final CsvMapper CSV =
      CsvMapper.builder()
          .enable(CsvParser.Feature.TRIM_SPACES)
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .enable(CsvParser.Feature.WRAP_AS_ARRAY)
          .build();

  private final String name;
  private final Problems problems;
  private final Map<String, Asset> assets = new HashMap<>();

  private AssetTableReader(String name, Problems problems) {
    this.name = name;
    this.problems = problems;
  }

  /**
   * The assets by id; whatever is wrong becomes a problem with the table's own line.
   *
   * @param name the file as the configuration names it
   */
  static Map<String, Asset> read(Path file, String name, Section route) {
    AssetTableReader reader = new AssetTableReader(name, route.problems());
    String lower = name.toLowerCase(Locale.ROOT);
    boolean yaml = lower.endsWith(".yaml") || lower.endsWith(".yml");
    if (!yaml && !lower.endsWith(".csv")) {
      route.problem("asset-table", "must end with .csv or .yaml");
      return Map.of();
    }
    String text = reader.text(file);
    if (text != null && yaml) {
      reader.yaml(text);
    } else if (text != null) {
      reader.csv(text);
    }
    return Map.copyOf(reader.assets);
  }

  private @Nullable String text(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        problem(0, "", "is larger than " + Quantities.show(MOST_BYTES));
        return null;
      }
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      problem(0, "", "is not UTF-8");
    } catch (IOException e) {
      problem(0, "", "cannot be read: " + Failure.why(e));
    }
    return null;
  }

  private void yaml(String text) {
    YamlNode root = YamlReader.read(text, name, problems);
    if (!(root instanceof YamlNode.Mapping table)) {
      if (root != null) {
        problem(
            1, "", "must be a list of lines such as sn-1001: plant-a/press-shop/line-1/press-02");
      }
      return;
    }
    table.entries().forEach(this::yamlEntry);
  }

  private void yamlEntry(String id, YamlNode.Entry entry) {
    int line = entry.place().line();
    if (!(entry.value() instanceof YamlNode.Scalar path)) {
      problem(line, id, "must be a path such as plant-a/press-shop/line-1/press-02");
      return;
    }
    List<String> levels = new ArrayList<>(List.of(path.text().split("/", -1)));
    if (levels.size() > 4) {
      problem(line, id, "must be at most site/area/line/machine, not '" + path.written() + "'");
      return;
    }
    while (levels.size() < 4) {
      levels.add("");
    }
    put(line, id, new Asset(levels.get(0), levels.get(1), levels.get(2), levels.get(3)));
  }

  private void csv(String text) {
    CsvSchema schema = CsvSchema.emptySchema();
    try (MappingIterator<String[]> rows =
        CSV.readerFor(String[].class).with(schema).readValues(text)) {
      List<String> header = rows.hasNextValue() ? List.of(rows.nextValue()) : List.of();
      if (!isHeader(header)) {
        return;
      }
      while (rows.hasNextValue()) {
        String[] row = rows.nextValue();
        row(rows.getParser().currentTokenLocation().getLineNr(), header, row);
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      problem(line, "", "not CSV: " + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text in memory
    }
  }

  private boolean isHeader(List<String> header) {
    for (String column : header) {
      if (!COLUMNS.contains(column)) {
        problem(1, column, "unknown column", Nearest.suggest(column, COLUMNS));
        return false;
      }
    }
    if (!header.contains("id") || header.size() < 2 || header.size() != Set.copyOf(header).size()) {
      problem(1, "", "must begin with a header such as id,site,area,line,machine");
      return false;
    }
    return true;
  }

  private void row(int line, List<String> header, String[] row) {
    if (row.length != header.size()) {
      problem(line, "", "has " + row.length + " columns, and the header has " + header.size());
      return;
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < row.length; i++) {
      values.put(header.get(i), row[i]);
    }
    put(
        line,
        values.getOrDefault("id", ""),
        new Asset(
            values.get("site"), values.get("area"), values.get("line"), values.get("machine")));
  }

  private void put(int line, String id, Asset asset) {
    if (id.isEmpty()) {
      problem(line, "", "has no id");
    } else if (asset.equals(Asset.NONE)) {
      problem(line, id, "names no level of the asset");
    } else if (assets.putIfAbsent(id, asset) != null) {
      problem(line, id, "stands twice");
    }
  }

  private void problem(int line, String key, String message) {
    problem(line, key, message, null);
  }

  private void problem(int line, String key, String message, @Nullable String suggestion) {
    problems.add(new FilePosition(name, line), key, message, suggestion);
  }
}
