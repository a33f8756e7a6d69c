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
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code efficiency}, {@code efficiency_product}, {@code stops} and {@code
 * machine_state} that a store must contain after a gateway has received the same messages.
 *
 * <p>It keeps every state and the counts of every minute of each machine, so it grows with the time
 * played.
 *
 * <p>Mutable; one thread.
 */
public final class ExpectedFigures {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
          .build();

  /** The fields of a row of {@code efficiency_product}. */
  private static final List<String> PRODUCT_FIELDS =
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
   * @param shift the name of the shift; {@code all} for hours and days
   * @param start of the bucket, ISO 8601 in UTC
   * @param whole whether the bucket was played to its end, so that it is complete
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

  /** A row of {@code stops}: a stop that is over, or its part up to the end of a shift. */
  public record StopRow(
      @JsonUnwrapped MachinePath path,
      Instant start,
      String shift,
      String category,
      String reason,
      double seconds,
      int count) {}

  /** A row of {@code machine_state}: the start of a state, which lasts until the next row. */
  public record StateRow(
      @JsonUnwrapped MachinePath path, Instant at, String state, int code, String reason) {}

  /**
   * @param paths the machines, line by line in the direction of flow
   */
  public ExpectedFigures(List<MachinePath> paths, GatewayRules rules) {
    this.rules = rules;
    paths.forEach(path -> timelines.put(path, new ExpectedTimeline(path, rules)));
  }

  /**
   * A message arrives.
   *
   * @param timestamp the time in the message, epoch ms
   * @param counted how the machine really was, with the counters of its device
   */
  public void receive(long timestamp, MachineSample counted) {
    ExpectedTimeline timeline = timelines.get(counted.path());
    if (timeline == null) {
      throw new IllegalArgumentException("no such machine: " + counted.path());
    }
    timeline.receive(timestamp, counted);
  }

  /** Ends the play: samples that were kept back for late ones are counted now. */
  public void end() {
    timelines.values().forEach(ExpectedTimeline::end);
  }

  /** Messages that arrived too late to count. */
  public long late() {
    return timelines.values().stream().mapToLong(ExpectedTimeline::late).sum();
  }

  /** The rows of {@code efficiency} for one bucket size: machines, lines, areas, the site. */
  public List<EfficiencyRow> rows(BucketSize size) {
    return EfficiencyRows.of(size, !rules.reasons().isEmpty(), timelines.values());
  }

  /** What each machine made of each product, by shift. */
  public List<ProductRow> products() {
    List<ProductRow> rows = new ArrayList<>();
    for (ExpectedTimeline timeline : timelines.values()) {
      timeline
          .products()
          .forEach(
              (product, shifts) ->
                  shifts.entries().forEach(shift -> rows.add(product(timeline, product, shift))));
    }
    return rows;
  }

  private static ProductRow product(
      ExpectedTimeline timeline, String product, PeriodSums.Entry shift) {
    Period period = shift.period();
    Map<String, Double> fields = shift.sums().fields();
    fields.keySet().retainAll(PRODUCT_FIELDS);
    return new ProductRow(
        timeline.path,
        product,
        period.shift(),
        Instant.ofEpochMilli(period.start()),
        period.end() <= timeline.reportedTo(),
        fields);
  }

  /** Every stop that is over, split at the end of a shift. */
  public List<StopRow> stops() {
    List<StopRow> stops = new ArrayList<>();
    for (ExpectedTimeline timeline : timelines.values()) {
      for (Interval stop : timeline.intervals()) {
        if (!stop.category().isStop()) {
          continue;
        }
        for (Interval part : timeline.split(stop, BucketSize.SHIFT)) {
          if (part.over()) {
            stops.add(
                new StopRow(
                    timeline.path,
                    Instant.ofEpochMilli(part.from()),
                    BucketSize.SHIFT.at(part.from(), rules.zone()).shift(),
                    part.category().word(),
                    part.reason(),
                    (part.to() - part.from()) / 1000.0,
                    part.from() == stop.from() && !stop.goesOn() ? 1 : 0));
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

  /** Writes all rows as one JSON object, with one row per line. */
  public void write(Writer out) throws IOException {
    List<EfficiencyRow> rows = new ArrayList<>();
    for (BucketSize size : List.of(BucketSize.HOUR, BucketSize.SHIFT, BucketSize.DAY)) {
      rows.addAll(rows(size));
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
