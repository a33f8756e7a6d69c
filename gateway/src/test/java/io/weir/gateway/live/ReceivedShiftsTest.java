package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageParts;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReceivedShiftsTest {

  private static final long S = 1_000_000_000L;
  private static final long EARLY = 1_790_000_000L;
  private static final long LATE = EARLY + 8 * 3600;

  private final ReceivedShifts shifts = new ReceivedShifts(1 << 20);
  private long nowS = EARLY + 60;

  private static Asset machine(String name) {
    return new Asset("plant-a", null, "line-1", name);
  }

  private static Series series(Asset asset, String... tags) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "bucket", "shift",
                "level", asset.machine() == null ? "line" : "machine",
                "shift", "early"));
    for (int i = 0; i < tags.length; i += 2) {
      all.put(tags[i], tags[i + 1]);
    }
    return new Series("efficiency", asset, all);
  }

  private static Map<String, Value> figures(double oee, long revision) {
    return Map.of(
        "oee", new Value.Real(oee),
        "coverage", new Value.Real(0.95),
        "good", new Value.Real(120),
        "members", new Value.Real(1),
        "revision", new Value.Whole(revision),
        "final", new Value.Flag(false),
        "undefined", new Value.Text("mtbf_s"));
  }

  private void hear(Series series, long startS, Map<String, Value> fields) {
    List<Reading> readings = new ArrayList<>();
    fields.forEach(
        (name, value) ->
            readings.add(new Reading(series, name, value, startS * S, Quality.GOOD, null)));
    MessageParts.pass(
        new Message(
            "edges", "t", nowS * S, 0, 0, readings.size(), 0, 0, readings, List.of(), new byte[0]),
        shifts);
  }

  private List<Double> oee() {
    return shifts.list().stream().map(ReceivedShift::oee).toList();
  }

  @Test
  void aShiftOfAMachineHasWhatWasSentOfItAndWhenItCame() {
    hear(series(machine("press-01"), "gateway", "edge-1"), EARLY, figures(0.75, 3));
    assertThat(shifts.list())
        .containsExactly(
            new ReceivedShift(
                "machine",
                Places.of("plant-a", "", "line-1", "press-01"),
                "edge-1",
                Instant.ofEpochSecond(nowS),
                "early",
                Instant.ofEpochSecond(EARLY),
                false,
                0.75,
                0.95,
                120.0,
                null));
  }

  @Test
  void linesAreTakenAndNoOtherBucketLevelOrMeasurement() {
    Asset press = machine("press-01");
    hear(series(press.toLine()), EARLY, figures(0.5, 1));
    hear(series(press, "bucket", "minute"), EARLY, figures(0.1, 1));
    hear(series(press, "bucket", "day"), EARLY, figures(0.1, 1));
    hear(series(press.toSite(), "level", "site"), EARLY, figures(0.1, 1));
    hear(series(press.toLine(), "level", "machine"), EARLY, figures(0.1, 1));
    Series product = new Series("efficiency_product", press, series(press).tags());
    hear(product, EARLY, figures(0.1, 1));
    assertThat(shifts.list())
        .singleElement()
        .satisfies(line -> assertThat(line.level()).isEqualTo("line"));
  }

  @Test
  void theNewestShiftStandsAndOfItTheHighestRevisionInWhateverOrderTheyCome() {
    Asset press = machine("press-01");
    nowS = LATE + 60;
    hear(series(press, "shift", "late"), LATE, figures(0.6, 2));
    hear(series(press), EARLY, figures(0.9, 9));
    hear(series(press, "shift", "late"), LATE, figures(0.5, 1));
    assertThat(oee()).containsExactly(0.6);
    nowS += 60;
    hear(series(press, "shift", "late"), LATE, figures(0.7, 3));
    assertThat(oee()).containsExactly(0.7);
    assertThat(shifts.list().get(0).received()).isEqualTo(Instant.ofEpochSecond(nowS));
  }

  @Test
  void anOeeThatIsNoLongerDefinedIsNoneAndARowOfNoMemberTakesTheShiftBack() {
    Asset press = machine("press-01");
    hear(series(press), EARLY, figures(0.6, 1));
    hear(
        series(press),
        EARLY,
        Map.of("final", new Value.Flag(true), "revision", new Value.Whole(2)));
    assertThat(oee()).singleElement().isNull();
    assertThat(shifts.list().get(0).over()).isTrue();

    Map<String, Value> nothing =
        Map.of("members", new Value.Real(0), "revision", new Value.Whole(3));
    hear(series(press), EARLY - 8 * 3600, nothing);
    assertThat(shifts.list()).hasSize(1);
    hear(series(press), EARLY, nothing);
    assertThat(shifts.list()).isEmpty();
  }

  @Test
  void ofTwoGatewaysWithOneMachineTheOneThatCameLastStands() {
    Asset press = machine("press-01");
    hear(series(press, "gateway", "edge-1"), EARLY, figures(0.6, 7));
    hear(series(press, "gateway", "edge-2"), EARLY, figures(0.5, 1));
    assertThat(shifts.list())
        .singleElement()
        .satisfies(each -> assertThat(each.gateway()).isEqualTo("edge-2"));
  }

  @Test
  void aShiftOfAGatewayWhoseClockWasAheadYieldsToOneOfTheRightTime() {
    Asset press = machine("press-01");
    hear(series(press), EARLY + 365 * 86_400L, figures(0.1, 9));
    assertThat(oee()).as("it is all there is").containsExactly(0.1);
    hear(series(press), EARLY, figures(0.6, 1));
    assertThat(oee()).containsExactly(0.6);
    hear(series(press), EARLY + 365 * 86_400L, figures(0.1, 10));
    assertThat(oee()).containsExactly(0.6);
    nowS = LATE - 20; // two clocks are never the same
    hear(series(press, "shift", "late"), LATE, figures(0.7, 1));
    assertThat(oee()).containsExactly(0.7);
  }

  @Test
  void pastTheBoundWhatIsShownStaysUntilItWasSilentForAMinute() {
    for (int i = 0; i < 5_000; i++) {
      hear(series(machine("m%04d".formatted(i))), EARLY, figures(0.5, 1));
    }
    List<ReceivedShift> before = shifts.list();
    assertThat(before).hasSizeBetween(500, 2_500);
    nowS += 59;
    hear(series(machine("late")), EARLY, figures(0.5, 1));
    assertThat(shifts.list()).isEqualTo(before);
    nowS += 1;
    hear(series(machine("late")), EARLY, figures(0.5, 1));
    assertThat(shifts.list())
        .extracting(each -> each.place().path().get(2))
        .contains("late")
        .doesNotContain("m0000");
    nowS += 3600;
    for (int i = 0; i < 5_000; i++) {
      hear(series(machine("n%04d".formatted(i))), EARLY, figures(0.5, 1));
    }
    assertThat(shifts.list()).as("its bytes are counted down too").hasSameSizeAs(before);
  }
}
