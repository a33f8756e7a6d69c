package io.weir.gateway.uplink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.sim.expected.BucketSize;
import io.weir.sim.expected.ExpectedFigures;
import io.weir.sim.expected.GatewayRules;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.PlantLayout;
import io.weir.sim.plant.Shifts;
import io.weir.sim.plant.Truth;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Rows of the simulator's factory, as a gateway has them in its logs. */
public final class SimulatedRows {

  private static final Instant START = Instant.parse("2026-03-02T05:00:00Z");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Random random;
  private final String site;
  private final List<MachineSample> samples = new ArrayList<>();
  private long offset;

  public SimulatedRows(String site, int lines, int machines, long seed, int minutes) {
    this.site = site;
    this.random = new Random(seed);
    Truth truth = new Truth(new Shifts(ZoneOffset.UTC));
    Plant plant =
        new Plant(new PlantLayout(site, lines, machines), seed, START.toEpochMilli(), 1_000, truth);
    plant.play(START.toEpochMilli() + minutes * 60_000L, samples::add);
  }

  /** Of the log of readings: a message of a machine each second. */
  public List<LinkRow> readings() {
    List<LinkRow> rows = new ArrayList<>();
    for (MachineSample sample : samples) {
      rows.add(reading(sample));
    }
    return rows;
  }

  private LinkRow reading(MachineSample sample) {
    try {
      List<LinkRow.Field> fields = new ArrayList<>();
      JSON.readTree(sample.json())
          .properties()
          .forEach(
              each -> {
                if (!each.getKey().equals("ts")) {
                  fields.add(new LinkRow.Field(each.getKey(), value(each.getValue())));
                }
              });
      long timeNs = sample.at() * 1_000_000L;
      return row(
          "factory/" + sample.path() + "/telemetry",
          new Series("telemetry", asset(sample.path()), Map.of()),
          timeNs,
          fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LinkRow row(String topic, Series series, long timeNs, List<LinkRow.Field> fields) {
    return new LinkRow(
        offset++,
        0,
        topic,
        timeNs / 1_000_000 + random.nextInt(40),
        series,
        Quality.GOOD,
        null,
        timeNs,
        fields);
  }

  private static Value value(JsonNode node) {
    if (node.isIntegralNumber()) {
      return new Value.Whole(node.longValue());
    }
    return node.isNumber() ? new Value.Real(node.doubleValue()) : new Value.Text(node.asText());
  }

  private static Asset asset(MachinePath path) {
    return new Asset(path.site(), path.area(), path.line(), path.machine());
  }

  /** Of the log of figures. */
  public List<LinkRow> figures() {
    Set<MachinePath> paths = new LinkedHashSet<>();
    samples.forEach(each -> paths.add(each.path()));
    ExpectedFigures figures =
        new ExpectedFigures(List.copyOf(paths), GatewayRules.defaults(ZoneOffset.UTC));
    samples.forEach(each -> figures.receive(each.at(), each));
    figures.end();
    List<LinkRow> rows = new ArrayList<>();
    for (BucketSize size : BucketSize.values()) {
      for (ExpectedFigures.EfficiencyRow each : figures.rows(size)) {
        Map<String, String> tags =
            new TreeMap<>(
                Map.of("bucket", each.bucket(), "level", each.level(), "shift", each.shift()));
        List<LinkRow.Field> fields = new ArrayList<>();
        each.fields()
            .forEach((name, value) -> fields.add(new LinkRow.Field(name, new Value.Real(value))));
        fields.add(new LinkRow.Field("complete", new Value.Flag(each.whole())));
        fields.add(new LinkRow.Field("revision", new Value.Whole(1)));
        Asset asset = new Asset(site, each.area(), each.line(), each.machine());
        rows.add(
            row(
                "weir/efficiency",
                new Series("efficiency", asset, tags),
                each.start().toEpochMilli() * 1_000_000L,
                fields));
      }
    }
    for (ExpectedFigures.StateRow each : figures.changes()) {
      rows.add(
          row(
              "weir/machine_state",
              new Series("machine_state", asset(each.path()), Map.of()),
              each.at().toEpochMilli() * 1_000_000L,
              List.of(
                  new LinkRow.Field("state", new Value.Text(each.state())),
                  new LinkRow.Field("code", new Value.Whole(each.code())),
                  new LinkRow.Field(
                      "reason", new Value.Text(each.reason() == null ? "" : each.reason())))));
    }
    return rows;
  }
}
