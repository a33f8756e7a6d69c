package io.weir.sim.expected;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.weir.sim.expected.BucketSize.Period;
import io.weir.sim.expected.ExpectedTimeline.Interval;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
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
public final class ExpectedFigures {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
          .build();

  /** What a line has from its bottleneck alone. */
  private static final List<String> BOTTLENECKS =
      Stream.concat(FieldSums.TIMES.stream(), Stream.of("failures", "micro_stops")).toList();

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

  private final GatewayRules rules;
  private final Map<MachinePath, ExpectedTimeline> timelines = new LinkedHashMap<>();

  /**
   * A row of {@code efficiency}.
   *
   * @param level machine, line, area or site; the names below it are absent
   * @param shift its name, {@code all} for hours and days
   * @param start of the bucket, ISO 8601 in UTC
   * @param whole whether the bucket's end was played, so that nothing of it is missing
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record EfficiencyRow(
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
      @JsonUnwrapped MachinePath path,
      String product,
      String shift,
      Instant start,
      boolean whole,
      Map<String, Double> fields) {}

  /** A row of {@code stops}: a stop that is over, or its part up to a shift's end. */
  public record StopRow(
      @JsonUnwrapped MachinePath path,
      Instant start,
      String shift,
      String category,
      String reason,
      double seconds,
      int count) {}

  /** A state that begins; it holds until the next of the machine. */
  public record StateRow(
      @JsonUnwrapped MachinePath path, Instant at, String state, int code, String reason) {}

  /**
   * @param places the machines, line by line in the direction of flow
   */
  public ExpectedFigures(List<MachinePath> paths, GatewayRules rules) {
    this.rules = rules;
    paths.forEach(path -> timelines.put(path, new ExpectedTimeline(path, rules)));
  }

  /**
   * A message arrives.
   *
   * @param stamp the time it tells, epoch ms
   * @param counted what the machine was like, whatever the message says of it, with the counters
   *     that its controller keeps
   */
  public void receive(long stamp, MachineSample counted) {
    ExpectedTimeline timeline = timelines.get(counted.path());
    if (timeline == null) {
      throw new IllegalArgumentException("no such machine: " + counted.path());
    }
    timeline.receive(stamp, counted);
  }

  /** The play is over: what waited for late company is worked out too. */
  public void end() {
    timelines.values().forEach(ExpectedTimeline::end);
  }

  /** Messages that came too late to count. */
  public long late() {
    return timelines.values().stream().mapToLong(ExpectedTimeline::late).sum();
  }

  /** Rows of a length of time: machines, lines, areas, the site. */
  public List<EfficiencyRow> rows(BucketSize bucket) {
    List<EfficiencyRow> rows = new ArrayList<>();
    Map<MachinePath, List<ExpectedTimeline>> lines = new LinkedHashMap<>();
    Map<MachinePath, LevelSums> above = new LinkedHashMap<>();
    for (ExpectedTimeline timeline : timelines.values()) {
      if (!timeline.isEmpty()) {
        MachinePath path = timeline.path;
        lines
            .computeIfAbsent(
                new MachinePath(path.site(), path.area(), path.line(), ""),
                line -> new ArrayList<>())
            .add(timeline);
      }
    }
    lines.forEach(
        (line, machines) -> {
          LevelSums level = line(bucket, machines, rows);
          above
              .computeIfAbsent(
                  new MachinePath(line.site(), line.area(), "", ""), area -> new LevelSums(0))
              .add(level);
          above
              .computeIfAbsent(new MachinePath(line.site(), "", "", ""), site -> new LevelSums(0))
              .add(level);
          level.write(line, rows);
        });
    above.forEach((path, level) -> level.write(path, rows));
    return rows;
  }

  /** Sums of a level by the start of the period. */
  private static final class LevelSums {
    private final NavigableMap<Long, Map.Entry<Period, FieldSums>> sums = new TreeMap<>();
    private long told = Long.MAX_VALUE;
    private int expected;

    LevelSums(int expected) {
      this.expected = expected;
    }

    FieldSums at(Period period) {
      return sums.computeIfAbsent(period.start(), start -> Map.entry(period, new FieldSums()))
          .getValue();
    }

    void add(LevelSums part) {
      expected += part.expected;
      told = Math.min(told, part.told);
      part.sums.values().forEach(each -> at(each.getKey()).add(each.getValue()));
    }

    void write(MachinePath path, List<EfficiencyRow> rows) {
      sums.values()
          .forEach(
              each -> {
                Map<String, Double> fields = each.getValue().fields();
                fields.put("expected", (double) expected);
                rows.add(row(path, each.getKey(), fields, each.getKey().end() <= told));
              });
    }
  }

  private LevelSums line(
      BucketSize bucket, List<ExpectedTimeline> machines, List<EfficiencyRow> rows) {
    LevelSums line = new LevelSums(machines.size());
    ExpectedTimeline output = machines.get(machines.size() - 1);
    ExpectedTimeline bottleneck = machines.get(0);
    for (ExpectedTimeline machine : machines) {
      if (machine.firstCycle() > bottleneck.firstCycle()) {
        bottleneck = machine;
      }
    }
    Map<Long, Double> cycles = new TreeMap<>();
    for (ExpectedTimeline machine : machines) {
      line.told = Math.min(line.told, machine.told());
      NavigableMap<Long, Map.Entry<Period, FieldSums>> all = machine.sums(bucket);
      for (Map.Entry<Period, FieldSums> each : all.values()) {
        Period period = each.getKey();
        FieldSums own = each.getValue();
        FieldSums sums = line.at(period);
        if (machine == bottleneck) {
          sums.take(own, BOTTLENECKS);
          double pieces = own.get(FieldSums.TIMED_TOTAL);
          cycles.put(
              period.start(),
              pieces > 0 ? own.get("ideal_total_s") / pieces : machine.cycleBefore(period.end()));
        }
        piecesOfLine(sums, own, machine == output);
        Map<String, Double> fields = own.fields();
        fields.put("expected", 1.0);
        rows.add(row(machine.path, period, fields, period.end() <= machine.told()));
      }
    }
    for (Map.Entry<Period, FieldSums> each : line.sums.values()) {
      FieldSums sums = each.getValue();
      double cycle =
          cycles.getOrDefault(each.getKey().start(), bottleneck.cycleBefore(each.getKey().end()));
      double total = sums.get(FieldSums.TIMED_TOTAL);
      sums.add("ideal_total_s", cycle * total);
      sums.add("ideal_good_s", cycle * (total - sums.get(FieldSums.TIMED_SCRAP)));
    }
    return line;
  }

  /** A line makes what its output makes, and lost what was scrapped before. */
  private static void piecesOfLine(FieldSums sums, FieldSums own, boolean output) {
    sums.take(own, List.of("scrap", "energy_kwh", "members", FieldSums.TIMED_SCRAP));
    double gapScrap = own.get("gap_total") - own.get("gap_good");
    sums.add("total", own.get(output ? "total" : "scrap"));
    sums.add("good", output ? own.get("good") : 0);
    sums.add("gap_total", output ? own.get("gap_total") : gapScrap);
    sums.add("gap_good", output ? own.get("gap_good") : 0);
    sums.add(
        FieldSums.TIMED_TOTAL, own.get(output ? FieldSums.TIMED_TOTAL : FieldSums.TIMED_SCRAP));
  }

  private static EfficiencyRow row(
      MachinePath path, Period period, Map<String, Double> fields, boolean whole) {
    return new EfficiencyRow(
        period.bucket().word(),
        path.area().isEmpty()
            ? "site"
            : path.line().isEmpty() ? "area" : path.machine().isEmpty() ? "line" : "machine",
        path.site(),
        orNull(path.area()),
        orNull(path.line()),
        orNull(path.machine()),
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
    for (ExpectedTimeline timeline : timelines.values()) {
      timeline
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
                                    timeline.path,
                                    product,
                                    period.shift(),
                                    Instant.ofEpochMilli(period.start()),
                                    period.end() <= timeline.told(),
                                    fields));
                          }));
    }
    return rows;
  }

  /** Every stop that is over, split where shifts meet. */
  public List<StopRow> stops() {
    List<StopRow> stops = new ArrayList<>();
    for (ExpectedTimeline timeline : timelines.values()) {
      for (Interval interval : timeline.intervals()) {
        if (!interval.category().isStop()) {
          continue;
        }
        for (Interval part : timeline.cut(interval, BucketSize.SHIFT)) {
          if (part.over()) {
            stops.add(
                new StopRow(
                    timeline.path,
                    Instant.ofEpochMilli(part.from()),
                    BucketSize.SHIFT.at(part.from(), rules.zone()).shift(),
                    part.category().word(),
                    part.reason(),
                    (part.to() - part.from()) / 1000.0,
                    part.from() == interval.from() ? 1 : 0));
          }
        }
      }
    }
    return stops;
  }

  /** Every change of state, by machine, then by time. */
  public List<StateRow> changes() {
    List<StateRow> changes = new ArrayList<>();
    for (ExpectedTimeline timeline : timelines.values()) {
      for (Interval interval : timeline.intervals()) {
        if (interval.from() < interval.to()) {
          TimeCategory category = interval.category();
          changes.add(
              new StateRow(
                  timeline.path,
                  Instant.ofEpochMilli(interval.from()),
                  category.word(),
                  category.ordinal(),
                  interval.reason()));
        }
      }
    }
    return changes;
  }

  /** Writes all of it as one JSON object, a row a line. */
  public void write(Writer out) throws IOException {
    List<EfficiencyRow> rows = new ArrayList<>();
    for (BucketSize bucket : List.of(BucketSize.HOUR, BucketSize.SHIFT, BucketSize.DAY)) {
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
