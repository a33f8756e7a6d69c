package io.weir.sim.truth;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.weir.sim.plant.Place;
import io.weir.sim.plant.Sample;
import io.weir.sim.truth.Bucket.Period;
import io.weir.sim.truth.Story.Stretch;
import java.io.IOException;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code efficiency}, {@code efficiency_product}, {@code stops} and {@code
 * machine_state} that must stand in a store once a gateway has taken what was told. A line's
 * machines make each piece once, in the order of the plant: the last is its output, the one with
 * the largest ideal cycle its bottleneck.
 *
 * <p>Keeps an episode and a minute's counts of each machine: it grows with the time played.
 *
 * <p>Mutable; one thread.
 */
public final class Figures {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
          .build();

  /** What a line has from its bottleneck alone. */
  private static final List<String> BOTTLENECKS =
      Stream.concat(Sums.TIMES.stream(), Stream.of("failures", "micro_stops")).toList();

  /** What a row of a product has. */
  private static final List<String> PIECES =
      List.of(
          "total",
          "good",
          "scrap",
          "rework",
          "gap_total",
          "gap_good",
          "ideal_total_s",
          "ideal_good_s",
          "quality_ratio",
          "scrap_ratio");

  private final Rules rules;
  private final Map<Place, Story> stories = new LinkedHashMap<>();

  /**
   * A row of {@code efficiency}.
   *
   * @param level machine, line, area or site; the names below it are absent
   * @param shift its name, {@code all} for hours and days
   * @param start of the bucket, ISO 8601 in UTC
   * @param whole whether the bucket's end was played, so that nothing of it is missing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(
      String bucket,
      String level,
      String site,
      @Nullable String area,
      @Nullable String line,
      @Nullable String machine,
      String shift,
      Instant start,
      Instant end,
      boolean whole,
      Map<String, Double> fields) {}

  /** A row of {@code efficiency_product}: what a machine made of a product in a shift. */
  public record ProductRow(
      @JsonUnwrapped Place place,
      String product,
      String shift,
      Instant start,
      boolean whole,
      Map<String, Double> fields) {}

  /** A row of {@code stops}: a stop that is over, or its part up to a shift's end. */
  public record Stop(
      @JsonUnwrapped Place place,
      Instant start,
      String shift,
      String category,
      String reason,
      double seconds,
      int count) {}

  /** A state that begins; it holds until the next of the machine. */
  public record Change(
      @JsonUnwrapped Place place, Instant at, String state, int code, String reason) {}

  /**
   * @param places the machines, line by line in the direction of flow
   */
  public Figures(List<Place> places, Rules rules) {
    this.rules = rules;
    places.forEach(place -> stories.put(place, new Story(place, rules)));
  }

  /**
   * A message arrives.
   *
   * @param stamp the time it tells, epoch ms
   * @param counted what the machine was like, whatever the message says of it, with the counters
   *     that its controller keeps
   */
  public void told(long stamp, Sample counted) {
    Story story = stories.get(counted.place());
    if (story == null) {
      throw new IllegalArgumentException("no such machine: " + counted.place());
    }
    story.tell(stamp, counted);
  }

  /** The play is over: what waited for late company is worked out too. */
  public void end() {
    stories.values().forEach(Story::end);
  }

  /** Messages that came too late to count. */
  public long late() {
    return stories.values().stream().mapToLong(Story::late).sum();
  }

  /** Rows of a length of time: machines, lines, areas, the site. */
  public List<Row> rows(Bucket bucket) {
    List<Row> rows = new ArrayList<>();
    Map<Place, List<Story>> lines = new LinkedHashMap<>();
    Map<Place, Level> above = new LinkedHashMap<>();
    for (Story story : stories.values()) {
      if (!story.isEmpty()) {
        Place place = story.place;
        lines
            .computeIfAbsent(
                new Place(place.site(), place.area(), place.line(), ""), line -> new ArrayList<>())
            .add(story);
      }
    }
    lines.forEach(
        (line, machines) -> {
          Level level = line(bucket, machines, rows);
          above
              .computeIfAbsent(new Place(line.site(), line.area(), "", ""), area -> new Level(0))
              .add(level);
          above
              .computeIfAbsent(new Place(line.site(), "", "", ""), site -> new Level(0))
              .add(level);
          level.write(line, rows);
        });
    above.forEach((place, level) -> level.write(place, rows));
    return rows;
  }

  /** Sums of a level by the start of the period. */
  private static final class Level {
    private final NavigableMap<Long, Map.Entry<Period, Sums>> sums = new TreeMap<>();
    private long told = Long.MAX_VALUE;
    private int expected;

    Level(int expected) {
      this.expected = expected;
    }

    Sums at(Period period) {
      return sums.computeIfAbsent(period.start(), start -> Map.entry(period, new Sums()))
          .getValue();
    }

    void add(Level part) {
      expected += part.expected;
      told = Math.min(told, part.told);
      part.sums.values().forEach(each -> at(each.getKey()).add(each.getValue()));
    }

    void write(Place place, List<Row> rows) {
      sums.values()
          .forEach(
              each -> {
                Map<String, Double> fields = each.getValue().fields();
                fields.put("expected", (double) expected);
                rows.add(row(place, each.getKey(), fields, each.getKey().end() <= told));
              });
    }
  }

  private Level line(Bucket bucket, List<Story> machines, List<Row> rows) {
    Level line = new Level(machines.size());
    Story output = machines.get(machines.size() - 1);
    Story bottleneck = machines.get(0);
    for (Story machine : machines) {
      if (machine.firstCycle() > bottleneck.firstCycle()) {
        bottleneck = machine;
      }
    }
    Map<Long, Double> cycles = new TreeMap<>();
    for (Story machine : machines) {
      line.told = Math.min(line.told, machine.told());
      NavigableMap<Long, Map.Entry<Period, Sums>> all = machine.sums(bucket);
      for (Map.Entry<Period, Sums> each : all.values()) {
        Period period = each.getKey();
        Sums own = each.getValue();
        Sums sums = line.at(period);
        if (machine == bottleneck) {
          sums.take(own, BOTTLENECKS);
          double pieces = own.get(Sums.TIMED_TOTAL);
          cycles.put(
              period.start(),
              pieces > 0 ? own.get("ideal_total_s") / pieces : machine.cycleBefore(period.end()));
        }
        piecesOfLine(sums, own, machine == output);
        Map<String, Double> fields = own.fields();
        fields.put("expected", 1.0);
        rows.add(row(machine.place, period, fields, period.end() <= machine.told()));
      }
    }
    for (Map.Entry<Period, Sums> each : line.sums.values()) {
      Sums sums = each.getValue();
      double cycle =
          cycles.getOrDefault(each.getKey().start(), bottleneck.cycleBefore(each.getKey().end()));
      double total = sums.get(Sums.TIMED_TOTAL);
      sums.add("ideal_total_s", cycle * total);
      sums.add("ideal_good_s", cycle * (total - sums.get(Sums.TIMED_SCRAP)));
    }
    return line;
  }

  /** A line makes what its output makes, and lost what was scrapped before. */
  private static void piecesOfLine(Sums sums, Sums own, boolean output) {
    sums.take(own, List.of("scrap", "energy_kwh", "members", Sums.TIMED_SCRAP));
    double gapScrap = own.get("gap_total") - own.get("gap_good");
    sums.add("total", own.get(output ? "total" : "scrap"));
    sums.add("good", output ? own.get("good") : 0);
    sums.add("gap_total", output ? own.get("gap_total") : gapScrap);
    sums.add("gap_good", output ? own.get("gap_good") : 0);
    sums.add(Sums.TIMED_TOTAL, own.get(output ? Sums.TIMED_TOTAL : Sums.TIMED_SCRAP));
  }

  private static Row row(Place place, Period period, Map<String, Double> fields, boolean whole) {
    return new Row(
        period.bucket().word(),
        place.area().isEmpty()
            ? "site"
            : place.line().isEmpty() ? "area" : place.machine().isEmpty() ? "line" : "machine",
        place.site(),
        orNull(place.area()),
        orNull(place.line()),
        orNull(place.machine()),
        period.shift(),
        Instant.ofEpochMilli(period.start()),
        Instant.ofEpochMilli(period.end()),
        whole,
        fields);
  }

  private static @Nullable String orNull(String name) {
    return name.isEmpty() ? null : name;
  }

  /** What each machine made of each product, by shift. */
  public List<ProductRow> products() {
    List<ProductRow> rows = new ArrayList<>();
    for (Story story : stories.values()) {
      story
          .products()
          .forEach(
              (product, shifts) ->
                  shifts
                      .values()
                      .forEach(
                          shift -> {
                            Period period = shift.getKey();
                            Map<String, Double> fields = shift.getValue().fields();
                            fields.keySet().retainAll(PIECES);
                            rows.add(
                                new ProductRow(
                                    story.place,
                                    product,
                                    period.shift(),
                                    Instant.ofEpochMilli(period.start()),
                                    period.end() <= story.told(),
                                    fields));
                          }));
    }
    return rows;
  }

  /** Every stop that is over, split where shifts meet. */
  public List<Stop> stops() {
    List<Stop> stops = new ArrayList<>();
    for (Story story : stories.values()) {
      for (Stretch stretch : story.stretches()) {
        if (!stretch.category().isStop()) {
          continue;
        }
        for (Stretch part : story.cut(stretch, Bucket.SHIFT)) {
          if (part.over()) {
            stops.add(
                new Stop(
                    story.place,
                    Instant.ofEpochMilli(part.from()),
                    Bucket.SHIFT.at(part.from(), rules.zone()).shift(),
                    part.category().word(),
                    part.reason(),
                    (part.to() - part.from()) / 1000.0,
                    part.from() == stretch.from() ? 1 : 0));
          }
        }
      }
    }
    return stops;
  }

  /** Every change of state, by machine, then by time. */
  public List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    for (Story story : stories.values()) {
      for (Stretch stretch : story.stretches()) {
        if (stretch.from() < stretch.to()) {
          Category category = stretch.category();
          changes.add(
              new Change(
                  story.place,
                  Instant.ofEpochMilli(stretch.from()),
                  category.word(),
                  category.ordinal(),
                  stretch.reason()));
        }
      }
    }
    return changes;
  }

  /** Writes all of it as one JSON object, a row a line. */
  public void write(Writer out) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Bucket bucket : List.of(Bucket.HOUR, Bucket.SHIFT, Bucket.DAY)) {
      rows.addAll(rows(bucket));
    }
    list(out, "{\n\"efficiency\"", rows);
    list(out, ",\n\"efficiency_product\"", products());
    list(out, ",\n\"stops\"", stops());
    list(out, ",\n\"machine_state\"", changes());
    out.append("\n}\n");
  }

  private static void list(Writer out, String name, List<?> entries) throws IOException {
    out.append(name).append(": [");
    String separator = "\n";
    for (Object entry : entries) {
      out.append(separator).append(JSON.<JsonNode>valueToTree(entry).toString());
      separator = ",\n";
    }
    out.append("\n]");
  }
}
