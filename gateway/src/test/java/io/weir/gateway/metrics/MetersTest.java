package io.weir.gateway.metrics;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MetersTest {

  private static final Path DOCUMENT = Path.of("../docs/reference/metrics.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| (\\S*) \\| (.*?) \\| (.*?) \\|");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-z][a-z0-9_]*)(\\{[a-z][a-z0-9_]*=\".*\"})? -?(\\S+)");

  /** As Prometheus shows it. */
  private static String shown(MeterNames.Described described) {
    String name = described.name().replace('.', '_');
    return switch (described.kind()) {
      case COUNTER -> name + "_total";
      case GAUGE -> name;
      case TIMER -> name + "_seconds";
    };
  }

  /** A scrape in which every meter of ours is registered once, as a stage would. */
  private static String scrape() {
    try (Meters meters = new Meters("plant-a-1", "0.1.0")) {
      meters.start();
      MeterRegistry registry = meters.registry();
      for (MeterNames.Described described : MeterNames.all().values()) {
        List<String> tags = new ArrayList<>();
        described.tags().forEach(tag -> tags.addAll(List.of(tag, "some")));
        switch (described.kind()) {
          case COUNTER -> registry.counter(described.name(), tags.toArray(String[]::new));
          case TIMER -> registry.timer(described.name(), tags.toArray(String[]::new));
          case GAUGE -> registry.gauge(described.name(), Tags.of(tags.toArray(String[]::new)), 1);
        }
      }
      return meters.registry().scrape();
    }
  }

  private static Map<String, String> rows(String heading) throws IOException {
    String text = Files.readString(DOCUMENT);
    int start = text.indexOf("## " + heading);
    assertThat(start).as("the heading '%s' of %s", heading, DOCUMENT).isNotNegative();
    int end = text.indexOf("\n## ", start + 1);
    Map<String, String> rows = new TreeMap<>();
    Matcher row = ROW.matcher(text.substring(start, end < 0 ? text.length() : end));
    while (row.find()) {
      rows.put(row.group(1), row.group());
    }
    return rows;
  }

  @Test
  void theDocumentListsEveryMeterAsItIsAndNoOther() throws IOException {
    Map<String, String> wanted = new TreeMap<>();
    for (MeterNames.Described described : MeterNames.all().values()) {
      wanted.put(
          shown(described),
          "| `%s` | %s | %s | %s | %s |"
              .formatted(
                  shown(described),
                  described.kind().name().toLowerCase(Locale.ROOT),
                  described.unit().isEmpty() ? "-" : described.unit(),
                  described.tags().isEmpty() ? "-" : String.join(", ", described.tags()),
                  described.meaning()));
    }
    assertThat(rows("Weir's own").values()).containsExactlyElementsOf(wanted.values());
  }

  @Test
  void theMetersOfTheMachineAreListedToo() throws IOException {
    TreeSet<String> scraped =
        Pattern.compile("(?m)^# TYPE (\\w+) ")
            .matcher(scrape())
            .results()
            .map(type -> type.group(1))
            .filter(name -> !name.startsWith("weir_"))
            .collect(toCollection(TreeSet::new));
    assertThat(scraped).isNotEmpty();
    assertThat(rows("The JVM, the process, the machine").keySet()).containsAll(scraped);
  }

  @Test
  void everyMeterOfWeirHasADescription() {
    String scrape = scrape();
    for (MeterNames.Described described : MeterNames.all().values()) {
      assertThat(scrape).contains("# HELP " + shown(described) + " " + described.meaning());
    }
  }

  @Test
  void namesFollowTheConventionsOfPrometheus() {
    for (MeterNames.Described described : MeterNames.all().values()) {
      String name = shown(described);
      assertThat(name).matches("weir(_[a-z]+)+").doesNotContain("__");
      switch (described.kind()) {
        case COUNTER -> assertThat(name).endsWith("_total");
        case TIMER -> assertThat(name).endsWith("_seconds");
        case GAUGE -> assertThat(name).doesNotMatch(".*_(total|count|sum|bucket|info)");
      }
      assertThat(name).doesNotMatch(".*_(ms|millis|ns|minutes|kb|mb|kib|mib|percent)(_total)?");
      assertThat(described.tags()).allMatch(tag -> tag.matches("[a-z][a-z_]*"));
      assertThat(described.tags()).doesNotContain("le", "quantile", "job", "instance");
      assertThat(described.meaning()).isNotBlank();
    }
  }

  @Test
  void theScrapeIsTextThatPrometheusReads() {
    TreeSet<String> typed = new TreeSet<>();
    for (String line : scrape().split("\n")) {
      if (line.startsWith("# TYPE ")) {
        String[] words = line.split(" ");
        assertThat(typed.add(words[2])).as("one TYPE for %s", words[2]).isTrue();
        assertThat(words[3]).isIn("counter", "gauge", "summary", "histogram");
      } else if (!line.startsWith("# HELP ")) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String family = sample.group(1).replaceAll("_(count|sum)$", "");
        assertThat(typed.contains(sample.group(1)) || typed.contains(family)).as(line).isTrue();
      }
    }
  }
}
