package io.weir.gateway.http;

import io.weir.gateway.api.AssetFigures;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.QuarantinePage;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.api.StopList;
import io.weir.gateway.efficiency.figure.FigureFields;
import io.weir.gateway.live.Place;
import io.weir.gateway.live.Places;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Three lines and twelve machines, in the middle of a shift: what they send, and their figures. */
final class InventedFactory {

  private static final Instant SHIFT_START = Instant.now().minusSeconds(14_400);

  private final InventedView view;

  InventedFactory(InventedView view) {
    this.view = view;
  }

  void hear(String line, String machine, String state, double temperature) {
    Map<String, Value> metrics = new TreeMap<>();
    metrics.put("state", new Value.Text(state));
    metrics.put("temperature", new Value.Real(temperature));
    metrics.put("total", new Value.Whole(18_204));
    metrics.put("good", new Value.Whole(17_752));
    metrics.put("reject", new Value.Whole(452));
    metrics.put("vibration", new Value.Real(2.31));
    metrics.put("power_kw", new Value.Real(14.2));
    metrics.put("energy_kwh", new Value.Real(104_233.5));
    view.hear(new Asset("plant-a", "hall-1", line, machine), metrics);
  }

  /** Twelve machines send what they do. */
  void send() {
    hear("machining", "cnc-01", "RUNNING", 48.2);
    hear("machining", "cnc-02", "RUNNING", 47.1);
    hear("machining", "cnc-03", "SETUP", 31.9);
    hear("machining", "cnc-04", "RUNNING", 52.8);
    hear("packing", "pack-01", "STARVED", 24.6);
    hear("packing", "pack-02", "RUNNING", 27.3);
    hear("packing", "pal-01", "MAINTENANCE", 22.4);
    hear("packing", "pal-02", "RUNNING", 25.0);
    hear("press-shop", "oven-01", "RUNNING", 212.7);
    hear("press-shop", "press-01", "RUNNING", 61.2);
    hear("press-shop", "press-02", "DOWN", 58.9);
    hear("press-shop", "press-03", "RUNNING", 60.4);
  }

  /** A shift of 8 hours, {@code known} of it known, that makes of its known time what it can. */
  static EfficiencyResponse.Shift shift(double known, double availability) {
    return shift(known, availability, 0.9);
  }

  static EfficiencyResponse.Shift shift(double known, double availability, double effectiveness) {
    double planned = 14_400;
    double seconds = planned * known;
    double made = seconds * availability * effectiveness;
    return new EfficiencyResponse.Shift(
        "early",
        SHIFT_START,
        SHIFT_START.plusSeconds(28_800),
        "bottleneck",
        planned,
        seconds,
        seconds * availability,
        made,
        made * 0.98,
        made,
        made * 0.98,
        made * 0.02,
        0.0,
        3,
        availability,
        effectiveness,
        0.98,
        availability * effectiveness * 0.98,
        known,
        availability * effectiveness * 0.98,
        availability * effectiveness * 0.98,
        seconds * availability / 3,
        seconds * (1 - availability) * 0.25,
        0.75,
        seconds * 0.75,
        1,
        1,
        new EfficiencyResponse.Losses(
            planned - seconds,
            List.of(
                new EfficiencyResponse.Stop("down", seconds * (1 - availability) * 0.75),
                new EfficiencyResponse.Stop("micro_stop", seconds * (1 - availability) * 0.25)),
            seconds * availability - made,
            made * 0.02));
  }

  /** The same of a line that the configuration does not describe. */
  static EfficiencyResponse.Shift withoutPieces(EfficiencyResponse.Shift of) {
    return new EfficiencyResponse.Shift(
        of.name(),
        of.start(),
        of.end(),
        "sum",
        of.plannedBusySeconds(),
        of.knownSeconds(),
        of.runSeconds(),
        of.idealTotalSeconds(),
        of.idealGoodSeconds(),
        null,
        null,
        null,
        null,
        of.failures(),
        of.availability(),
        of.effectiveness(),
        of.quality(),
        of.oee(),
        of.coverage(),
        of.nee(),
        of.teep(),
        of.mtbfSeconds(),
        of.mttrSeconds(),
        of.targetOee(),
        null,
        of.members(),
        of.expected(),
        of.losses());
  }

  /** Three lines as one, of which one is known by 0.8. */
  static EfficiencyResponse.Plant plant() {
    return new EfficiencyResponse.Plant(shift(2.8 / 3, 0.85), shift(1, 0.8));
  }

  static EfficiencyResponse.Machine figures(
      String line, String machine, String state, EfficiencyResponse.Shift shift) {
    return new EfficiencyResponse.Machine(
        Places.of("plant-a", "hall-1", line, machine),
        Instant.now(),
        Instant.now(),
        state,
        state.equals("down") ? "E-STOP" : "",
        Instant.now().minusSeconds(240),
        "",
        shift,
        shift(1, 0.8),
        0);
  }

  /** The figures of all lines and machines. */
  void figure() {
    List<EfficiencyResponse.Line> lines = new ArrayList<>();
    List<EfficiencyResponse.Machine> machines = new ArrayList<>();
    for (String line : List.of("press-shop", "machining", "packing")) {
      lines.add(
          new EfficiencyResponse.Line(
              Places.of("plant-a", "hall-1", line),
              shift(line.equals("packing") ? 0.8 : 1, 0.85),
              shift(1, 0.8)));
    }
    String[] presses = {"press-01", "press-02", "press-03", "oven-01"};
    for (String press : presses) {
      String state = press.equals("press-02") ? "down" : "running";
      machines.add(figures("press-shop", press, state, shift(1, 0.9)));
    }
    machines.add(figures("machining", "cnc-01", "starved", shift(0.8, 0.9)));
    machines.add(figures("machining", "cnc-02", "unknown", shift(0.4, 0.9)));
    machines.add(figures("machining", "cnc-03", "setup", shift(1, 0.8)));
    machines.add(figures("machining", "cnc-04", "micro_stop", shift(1, 0.7)));
    for (String machine : List.of("pack-01", "pack-02", "pal-01", "pal-02")) {
      machines.add(figures("packing", machine, "running", shift(1, 0.95)));
    }
    view.efficiency =
        new EfficiencyResponse(null, 0.75, plant(), lines, machines, 0, 0, Map.of(), Map.of());
  }

  /** All figures of a machine, each with a value that tells it from the others. */
  private static AssetFigures.Shift allFigures(double first) {
    Map<String, Double> figures = new TreeMap<>();
    for (String name : FigureFields.names()) {
      double value = first + figures.size();
      boolean isRatio = !name.matches(".*_s|.*kwh.*|.*total|.*good|.*stops|failures|members");
      figures.put(name, isRatio ? value / 1000 : value * 7);
    }
    figures.put("coverage", 0.98);
    figures.put("uncoded_s", 1260.0);
    figures.put("kwh_per_unit", 0.0157);
    figures.put("implausible", 3.0);
    return new AssetFigures.Shift(
        "early", SHIFT_START, SHIFT_START.plusSeconds(28_800), "machine", figures);
  }

  /** Eight hours of states, with a breakdown in them, and the stops among them. */
  void remember() {
    view.machines.figures =
        new AssetFigures(
            Places.of("plant-a", "hall-1", "press-shop", "press-02"),
            allFigures(310),
            allFigures(250));
    long now = System.currentTimeMillis();
    long from = now - 8 * 3_600_000L;
    List<StateHistory.Machine> machines = new ArrayList<>();
    List<StopList.Stop> stops = new ArrayList<>();
    for (EfficiencyResponse.Machine machine : view.efficiency.machines()) {
      long[] at = {from, from + 4_000_000, from + 6_000_000, from + 13_000_000, now - 240_000, now};
      String[] states = {"running", "down", "running", "planned", machine.state()};
      List<StateHistory.Span> spans = new ArrayList<>();
      for (int i = 0; i < states.length; i++) {
        String reason = states[i].equals("down") ? "E-STOP" : "";
        spans.add(new StateHistory.Span(at[i], at[i + 1], states[i], reason));
        if (!states[i].equals("running")) {
          stops.add(
              0,
              new StopList.Stop(
                  machine.place(),
                  at[i],
                  (at[i + 1] - at[i]) / 1000.0,
                  states[i],
                  reason,
                  "",
                  "early",
                  i == states.length - 1,
                  false));
        }
      }
      machines.add(new StateHistory.Machine(machine.place(), spans));
    }
    view.machines.history = new StateHistory(from, now, machines, false);
    view.machines.stops =
        new StopList(
            from,
            now,
            stops,
            true,
            List.of(
                new StopList.Sum("blocked", "", "", 26_280, 0, 9),
                new StopList.Sum("down", "E-STOP", "", 24_240, 240, 13),
                new StopList.Sum("planned", "", "", 12_000, 0, 12),
                new StopList.Sum("setup", "order 4711", "", 240, 0, 1)),
            0);
    view.machines.signals =
        new SignalList(
            now - 3_600_000,
            now,
            now - 1_800_000,
            List.of(
                new SignalList.Numbers(
                    "temperature",
                    "telemetry",
                    Map.of(),
                    List.of(
                        new SignalList.Point(now - 1_800_000, 47, 49, 48),
                        new SignalList.Point(now - 900_000, 48, 53, 51),
                        new SignalList.Point(now - 1_000, 51, 52, 52))),
                new SignalList.Numbers(
                    "temperature",
                    "telemetry",
                    Map.of("zone", "2"),
                    List.of(new SignalList.Point(now - 1_000, 20, 20, 20)))),
            List.of(
                new SignalList.Texts(
                    "state",
                    "telemetry",
                    Map.of(),
                    List.of(
                        new SignalList.Change(now - 3_000_000, "RUNNING"),
                        new SignalList.Change(now - 240_000, "DOWN")))),
            false);
    view.machines.quality =
        new QualityList(
            List.of(
                new QualityList.Machine(
                    Places.of("plant-a", "hall-1", "machining", "cnc-02"),
                    null,
                    now - 240_000,
                    240,
                    60.0,
                    true,
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    12,
                    now - 900_000,
                    1.0),
                new QualityList.Machine(
                    Place.NONE,
                    "yard/gate/meter",
                    now - 200_000,
                    200,
                    100.0,
                    true,
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    null,
                    10.0),
                new QualityList.Machine(
                    Places.of("plant-a", "hall-1", "packing", "pack-01"),
                    null,
                    now - 1_000,
                    1,
                    60.0,
                    false,
                    -42.0,
                    17,
                    3,
                    5,
                    2,
                    1480,
                    0,
                    now - 60_000,
                    1.0)),
            false,
            List.of(new QualityList.Held("malformed", 2, now - 5_000)));
    view.held =
        List.of(
            new QuarantinePage.Entry(
                "0123456789abcdef",
                "plant",
                "factory/plant-a/hall-1/packing/pack-01/telemetry",
                Instant.ofEpochMilli(now - 5_000),
                List.of(new QuarantinePage.Fault("malformed", "not JSON: '}' expected", 1)),
                17,
                "{\"temperature\": 4",
                null));
  }
}
