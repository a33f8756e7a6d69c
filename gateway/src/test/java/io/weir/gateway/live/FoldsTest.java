package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Derived;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page shows is what a fold over whole messages, one map for each question, comes to. */
class FoldsTest {

  private static final long START_NS = 1_790_000_000_000_000_000L;
  private static final long MS = 1_000_000L;
  private static final int MINUTES = 480;

  private final Folds folds = new Folds(64L << 20, Time.SYSTEM);
  private final Map<Named, Reading> newest = new LinkedHashMap<>();
  private final Map<Named, Long> receivedNs = new HashMap<>();
  private final Map<Asset, Live.Heard> machines = new HashMap<>();
  private final Map<Named, Trace[]> numbers = new HashMap<>();
  private final Map<Named, TextHistory> words = new HashMap<>();

  private record Named(Series series, String metric) {}

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void thePageShowsWhatAFoldOverWholeMessagesComesTo(int seed) {
    Random random = new Random(seed);
    MessageCodec codec = new MessageCodec();
    long nowNs = START_NS;
    for (int i = 0; i < Soak.count(1_000, 3_000); i++) {
      nowNs += (long) (random.nextDouble() * 8_000 * MS);
      Message message = message(random, nowNs);
      folds.fold(codec.encode(message));
      fold(message);
      if (i % 500 == 499) {
        compare(nowNs);
      }
    }
  }

  private static Message message(Random random, long nowNs) {
    List<Reading> readings = new ArrayList<>();
    int lines = random.nextInt(4);
    for (int line = 0; line < lines; line++) {
      Series series = series(random);
      long timeNs = nowNs - (random.nextInt(4) == 0 ? random.nextInt(900_000) * MS : 0);
      Quality quality = Quality.values()[Math.max(0, random.nextInt(8) - 5)];
      String reason = quality == Quality.GOOD ? null : random.nextBoolean() ? "why" : null;
      for (int i = random.nextInt(6); i >= 0; i--) {
        String metric = "metric-" + random.nextInt(7);
        readings.add(new Reading(series, metric, value(random), timeNs, quality, reason));
      }
    }
    String topic = "factory/" + random.nextInt(5);
    String source = random.nextInt(9) == 0 ? "http" : "plant";
    return new Message(
        source, topic, nowNs, 1, 1, readings.size(), 0, 0, readings, List.of(), new byte[0]);
  }

  private static Series series(Random random) {
    String machine = random.nextInt(8) == 0 ? null : "machine-" + random.nextInt(9);
    Asset asset = new Asset("site", random.nextBoolean() ? "area" : null, null, machine);
    Map<String, String> tags =
        random.nextInt(3) > 0 ? Map.of() : Map.of("spindle", "" + random.nextInt(2));
    String measurement =
        switch (random.nextInt(6)) {
          case 0 -> "power";
          case 1 -> "stops"; // which another gateway has derived
          default -> "telemetry";
        };
    return new Series(measurement, asset, new TreeMap<>(tags));
  }

  private static Value value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> new Value.Whole(random.nextInt(100));
      case 1 -> new Value.Flag(random.nextBoolean());
      case 2 ->
          new Value.Text(random.nextInt(20) == 0 ? "long".repeat(80) : "WORD" + random.nextInt(3));
      default -> new Value.Real(random.nextGaussian());
    };
  }

  private void fold(Message message) {
    for (Reading reading : message.readings()) {
      if (Derived.is(reading.series().measurement())) {
        continue;
      }
      Named named = new Named(reading.series(), reading.metric());
      newest.merge(named, reading, (old, next) -> next.timeNs() >= old.timeNs() ? next : old);
      receivedNs.put(named, message.receiveTimeNs());
      Asset asset = reading.series().asset();
      if (asset.machine() != null) {
        count(message, asset, reading.quality());
        if (reading.quality() != Quality.BAD) {
          draw(named, reading);
        }
      }
    }
  }

  private void count(Message message, Asset asset, Quality quality) {
    Live.Heard before = machines.get(asset);
    long uncertain = before == null ? 0 : before.uncertain();
    long bad = before == null ? 0 : before.bad();
    machines.put(
        asset,
        new Live.Heard(
            asset,
            message.source(),
            message.topic(),
            message.receiveTimeNs(),
            uncertain + (quality == Quality.UNCERTAIN ? 1 : 0),
            bad + (quality == Quality.BAD ? 1 : 0)));
  }

  private void draw(Named named, Reading reading) {
    long ms = Math.floorDiv(reading.timeNs(), MS);
    Value value = reading.value();
    if (value instanceof Value.Real || value instanceof Value.Whole) {
      Trace[] traces =
          numbers.computeIfAbsent(
              named,
              name -> new Trace[] {trace(1_000, 640), trace(15_000, 256), trace(120_000, 256)});
      double number =
          value instanceof Value.Real real ? real.value() : ((Value.Whole) value).value();
      for (Trace trace : traces) {
        trace.put(ms, number, number, number);
      }
    } else {
      String word =
          value instanceof Value.Flag flag ? "" + flag.value() : ((Value.Text) value).value();
      words.computeIfAbsent(named, name -> new TextHistory()).put(ms, cut(word), Long.MAX_VALUE);
    }
  }

  /** One that gets all values itself. */
  private static Trace trace(long stepMs, int most) {
    Trace trace = new Trace(stepMs, null);
    trace.keep(most);
    return trace;
  }

  private static String cut(String word) {
    return word.length() > 200 ? word.substring(0, 200) + "…" : word;
  }

  private void compare(long nowNs) {
    assertThat(folds.machines())
        .isSortedAccordingTo(Comparator.comparingLong(Live.Heard::receivedNs))
        .containsExactlyInAnyOrderElementsOf(machines.values());
    Map<Named, AssetNode.Latest> shown = new HashMap<>();
    Map<Asset, Double> ages = new HashMap<>();
    for (AssetNode node : folds.tree(nowNs)) {
      flatten(node, Asset.NONE, shown, ages);
    }
    assertThat(shown.keySet()).isEqualTo(newest.keySet());
    Map<Asset, Double> expectedAges = new HashMap<>();
    newest.forEach(
        (named, reading) -> {
          AssetNode.Latest latest = Objects.requireNonNull(shown.get(named));
          assertThat(latest.value()).isEqualTo(plain(reading.value()));
          assertThat(latest.time().toEpochMilli()).isEqualTo(Math.floorDiv(reading.timeNs(), MS));
          assertThat(latest.quality()).isEqualToIgnoringCase(reading.quality().name());
          assertThat(latest.reason()).isEqualTo(reading.reason());
          double age =
              Math.round((nowNs - Objects.requireNonNull(receivedNs.get(named))) / 1e8) / 10.0;
          expectedAges.merge(named.series().asset(), age, Math::min);
        });
    assertThat(ages).isEqualTo(expectedAges);
    machines.keySet().forEach(machine -> compareSignals(machine, nowNs));
  }

  private static @Nullable Object plain(Value value) {
    if (value instanceof Value.Real real) {
      return real.value();
    }
    if (value instanceof Value.Whole whole) {
      return whole.value();
    }
    return value instanceof Value.Flag flag
        ? (Object) flag.value()
        : cut(((Value.Text) value).value());
  }

  private static void flatten(
      AssetNode node, Asset in, Map<Named, AssetNode.Latest> shown, Map<Asset, Double> ages) {
    Asset asset =
        switch (node.level()) {
          case "site" -> new Asset(node.name(), null, null, null);
          case "area" -> new Asset(in.site(), node.name(), null, null);
          case "line" -> new Asset(in.site(), in.area(), node.name(), null);
          default -> new Asset(in.site(), in.area(), in.line(), node.name());
        };
    if (node.heardAgeSeconds() != null) {
      ages.put(asset, node.heardAgeSeconds());
    }
    for (AssetNode.Latest latest : node.metrics()) {
      Series series = new Series(latest.measurement(), asset, latest.tags());
      assertThat(shown.put(new Named(series, latest.metric()), latest)).isNull();
    }
    node.children().forEach(child -> flatten(child, asset, shown, ages));
  }

  private void compareSignals(Asset machine, long nowNs) {
    long nowMs = nowNs / MS;
    for (int metric = 0; metric < 7; metric++) {
      String name = "metric-" + metric;
      SignalList list =
          folds.signals(new SignalQuery(machine, Set.of(name), nowMs, MINUTES, 2000), nowMs, 0);
      Map<Named, List<SignalList.Point>> points = new HashMap<>();
      list.signals()
          .forEach(
              each ->
                  points.put(
                      named(machine, each.measurement(), each.tags(), each.metric()),
                      each.points()));
      Map<Named, List<SignalList.Change>> changes = new HashMap<>();
      list.words()
          .forEach(
              each ->
                  changes.put(
                      named(machine, each.measurement(), each.tags(), each.metric()),
                      each.changes()));
      assertThat(points).isEqualTo(expectedPoints(machine, name, nowMs));
      assertThat(changes).isEqualTo(expectedChanges(machine, name, nowMs));
    }
  }

  private static Named named(
      Asset machine, String measurement, Map<String, String> tags, String metric) {
    return new Named(new Series(measurement, machine, tags), metric);
  }

  private Map<Named, List<SignalList.Point>> expectedPoints(
      Asset machine, String name, long nowMs) {
    Map<Named, List<SignalList.Point>> expected = new HashMap<>();
    numbers.forEach(
        (named, traces) -> {
          if (named.series().asset().equals(machine) && named.metric().equals(name)) {
            List<SignalList.Point> all = new ArrayList<>();
            traces[2].addTo(all, traces[1].beginMs());
            traces[1].addTo(all, traces[0].beginMs());
            traces[0].addTo(all, Long.MAX_VALUE);
            List<SignalList.Point> thinned =
                Trace.thinned(all, nowMs - MINUTES * 60_000L, nowMs, 2000);
            if (!thinned.isEmpty()) {
              expected.put(named, thinned);
            }
          }
        });
    return expected;
  }

  private Map<Named, List<SignalList.Change>> expectedChanges(
      Asset machine, String name, long nowMs) {
    Map<Named, List<SignalList.Change>> expected = new HashMap<>();
    words.forEach(
        (named, history) -> {
          if (named.series().asset().equals(machine) && named.metric().equals(name)) {
            List<SignalList.Change> within = history.within(nowMs - MINUTES * 60_000L, nowMs, 2000);
            if (!within.isEmpty()) {
              expected.put(named, new ArrayList<>(within));
            }
          }
        });
    return expected;
  }
}
