package io.weir.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.Decoders;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds every Markdown document of the repository to a few rules that a reader relies on. */
class DocumentsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path GATEWAY = ROOT.resolve("gateway/src/main/java/io/weir/gateway");
  private static final int WIDTH = 120;

  /** Folders with files that are not the repository's own. */
  private static final Set<String> FOREIGN = Set.of("target", "node_modules");

  private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Pattern ADDRESS =
      Pattern.compile("\\]\\([^()\\s]+\\)|<?https?://[^\\s>]+>?");
  private static final Pattern CODE = Pattern.compile("(`+)(?:(?!\\1).)+?\\1");
  private static final Pattern SCHEME = Pattern.compile("[a-z][a-z+.-]*:.*");

  private static final Pattern TEST_CLASS = Pattern.compile("`([A-Z]\\w*(?:Test|Soak|Fuzz))`");

  private static final Map<Path, List<String>> DOCUMENTS = new TreeMap<>();

  @BeforeAll
  static void readDocuments() throws IOException {
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean foreign = FOREIGN.contains(name) || name.startsWith(".");
            return foreign && !folder.equals(ROOT)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (file.toString().endsWith(".md")) {
              DOCUMENTS.put(file, Files.readAllLines(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Test
  void everyLinkLeadsToAFileAndHeadingThatExist() {
    List<String> broken = new ArrayList<>();
    for (Path document : DOCUMENTS.keySet()) {
      for (String link : links(document)) {
        Path target = target(document, link);
        int hash = link.indexOf('#');
        if (!Files.exists(target)) {
          broken.add(name(document) + " links to " + link + ", but there is no " + name(target));
        } else if (hash >= 0 && !anchors(target).contains(link.substring(hash + 1))) {
          broken.add(name(document) + " links to " + link + ", but there is no such heading");
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void everyDocumentIsReachedFromTheReadme() {
    Set<Path> reached = new HashSet<>();
    Deque<Path> next = new ArrayDeque<>(List.of(ROOT.resolve("README.md")));
    while (!next.isEmpty()) {
      Path document = next.remove();
      if (DOCUMENTS.containsKey(document) && reached.add(document)) {
        links(document).forEach(link -> next.add(target(document, link)));
      }
    }
    Set<String> lost = new TreeSet<>();
    for (Path document : DOCUMENTS.keySet()) {
      if (!reached.contains(document)) {
        lost.add(name(document));
      }
    }
    assertThat(lost).as("documents to which docs/README.md should link").isEmpty();
  }

  @Test
  void linesBreakBelow120CharactersExceptTablesAndAddresses() {
    List<String> tooLong = new ArrayList<>();
    DOCUMENTS.forEach(
        (document, lines) -> {
          for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean table = line.stripLeading().startsWith("|");
            if (!table && ADDRESS.matcher(line).replaceAll("").length() >= WIDTH) {
              tooLong.add(name(document) + ":" + (i + 1));
            }
          }
        });
    assertThat(tooLong).isEmpty();
  }

  @Test
  void theReadmeCountsTheFormatsAndPresetsThatThereAre() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(readme.replaceAll("\\s+", " "))
        .contains(
            "reads [%d payload formats](docs/formats/README.md)".formatted(Decoders.names().size()),
            "%d [presets](docs/formats/presets.md)".formatted(Decoders.presets().size()));
  }

  @Test
  void theFilesThatContributingNamesForATaskExist() {
    List<String> cells = tableCells("CONTRIBUTING.md", "| Task | Open first | Then |");
    List<String> files =
        cells.stream()
            .flatMap(cell -> CODE.matcher(cell).results())
            .map(code -> code.group().replace("`", ""))
            .filter(name -> name.contains("/"))
            .toList();

    assertThat(cells).as("ten tasks of three cells").hasSize(30);
    assertThat(files).hasSizeGreaterThan(20);
    assertThat(files)
        .filteredOn(file -> !Files.exists(ROOT.resolve(file)))
        .as("files that are neither in the repository nor in the gateway's source")
        .allMatch(file -> Files.exists(GATEWAY.resolve(file)));
  }

  @Test
  void architectureNamesEveryPackageAndTheClassesToStartWith() throws IOException {
    String packages = String.join(" ", tableCells("ARCHITECTURE.md", "| layer | package | owns |"));
    try (Stream<Path> folders = Files.list(GATEWAY).filter(Files::isDirectory)) {
      assertThat(folders)
          .extracting(folder -> "`" + folder.getFileName() + "`")
          .allMatch(packages::contains);
    }
    assertThat(ROOT.resolve("ARCHITECTURE.md"))
        .content()
        .containsSubsequence("`log/package-info.java`", "`intake/Intake`", "`sink/Drain`");
    assertThat(
            Stream.of(
                "Gateway.java", "log/package-info.java", "intake/Intake.java", "sink/Drain.java"))
        .allMatch(file -> Files.exists(GATEWAY.resolve(file)));
  }

  @ParameterizedTest
  @CsvSource({"README.md, 15", "docs/reference/threat-model.md, 16"})
  void everyPromiseAndDefenceNamesATestThatExists(String document, int least) throws IOException {
    Path page = ROOT.resolve(document);
    Set<String> named = new TreeSet<>();
    TEST_CLASS.matcher(Files.readString(page)).results().forEach(name -> named.add(name.group(1)));
    Set<String> existing = new HashSet<>();
    for (String module : List.of("gateway", "device-sim")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module + "/src/test/java"))) {
        files.forEach(file -> existing.add(file.getFileName().toString().replace(".java", "")));
      }
    }
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(existing).containsAll(named);
    assertThat(rowsUnder("shown by", DOCUMENTS.get(page)))
        .as("rows that say in their last cell what shows a promise or a defence")
        .hasSizeGreaterThanOrEqualTo(least)
        .allMatch(row -> TEST_CLASS.matcher(row.substring(lastCell(row))).find());
  }

  /** The rows of all tables whose last column has this head. */
  private static List<String> rowsUnder(String head, List<String> lines) {
    List<String> rows = new ArrayList<>();
    boolean wanted = false;
    for (String line : lines) {
      if (!line.startsWith("|")) {
        wanted = false;
      } else if (wanted && !line.startsWith("|--")) {
        rows.add(line);
      } else if (line.endsWith("| " + head + " |")) {
        wanted = true;
      }
    }
    return rows;
  }

  private static int lastCell(String row) {
    return row.lastIndexOf('|', row.length() - 2);
  }

  /** The cells of a table, row by row, without its head. */
  private static List<String> tableCells(String document, String head) {
    List<String> lines = DOCUMENTS.get(ROOT.resolve(document));
    return lines.stream()
        .skip(lines.indexOf(head) + 2L)
        .takeWhile(line -> line.startsWith("|"))
        .flatMap(line -> Stream.of(line.substring(1, line.length() - 1).split("\\|")))
        .toList();
  }

  /** The links to places in the repository, without those in code. */
  private static List<String> links(Path document) {
    return LINK.matcher(CODE.matcher(text(document)).replaceAll(""))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !SCHEME.matcher(link).matches())
        .toList();
  }

  private static Path target(Path document, String link) {
    String path = URLDecoder.decode(link.replaceFirst("#.*", ""), StandardCharsets.UTF_8);
    Path folder = document.resolveSibling(".").normalize();
    return path.isEmpty() ? document : folder.resolve(path).normalize();
  }

  /** The anchors that GitHub gives the headings of a document. */
  private static Set<String> anchors(Path document) {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    for (String line : text(document).split("\n")) {
      if (line.matches("#{1,6} .*")) {
        String anchor =
            line.replaceFirst("#+ +", "")
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        int before = seen.merge(anchor, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? anchor : anchor + "-" + before);
      }
    }
    return anchors;
  }

  /** A document without its blocks of code. */
  private static String text(Path document) {
    StringBuilder text = new StringBuilder();
    boolean code = false;
    for (String line : DOCUMENTS.getOrDefault(document, List.of())) {
      if (line.stripLeading().startsWith("```")) {
        code = !code;
      } else if (!code) {
        text.append(line).append('\n');
      }
    }
    return text.toString();
  }

  private static String name(Path path) {
    return ROOT.relativize(path).toString();
  }
}
