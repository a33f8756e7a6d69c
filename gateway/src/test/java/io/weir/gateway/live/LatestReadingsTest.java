package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageParts;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatestReadingsTest {

  private static final long S = 1_000_000_000L;
  private static final Asset PRESS = new Asset("plant", "hall", "press-shop", "press-01");

  private final ManualTime time = new ManualTime();
  private final LatestReadings latest = new LatestReadings(100_000, time);

  private void hear(Asset asset, String metric, Value value, long timeS, long receivedS) {
    hear(new Series("telemetry", asset, Map.of()), metric, value, timeS, receivedS);
  }

  private void hear(Series series, String metric, Value value, long timeS, long receivedS) {
    Reading reading = new Reading(series, metric, value, timeS * S, Quality.GOOD, null);
    MessageParts.pass(
        new Message(
            "s", "t", receivedS * S, 0, 0, 1, 0, 0, List.of(reading), List.of(), new byte[0]),
        latest);
  }

  private AssetNode press() {
    return latest.tree(100 * S).get(0).children().get(0).children().get(0).children().get(0);
  }

  private AssetNode.Latest metric(String name) {
    return press().metrics().stream().filter(m -> m.metric().equals(name)).findAny().orElseThrow();
  }

  @Test
  void readingsStandByPlaceInATree() {
    hear(PRESS, "temperature", new Value.Real(61.2), 98, 99);
    AssetNode site = latest.tree(100 * S).get(0);
    assertThat(site.level()).isEqualTo("site");
    assertThat(site.heardAgeSeconds()).isNull();
    assertThat(press().level()).isEqualTo("machine");
    assertThat(press().heardAgeSeconds()).isEqualTo(1.0);
    assertThat(metric("temperature"))
        .isEqualTo(
            new AssetNode.Latest(
                "telemetry",
                Map.of(),
                "temperature",
                61.2,
                Instant.ofEpochSecond(98),
                2.0,
                "good",
                null));
  }

  @Test
  void theNewestEventTimeWinsAndOfEqualOnesTheLast() {
    hear(PRESS, "total", new Value.Whole(5), 50, 60);
    hear(PRESS, "total", new Value.Whole(4), 40, 70); // late: known, but older
    assertThat(metric("total").value()).isEqualTo(5L);
    assertThat(press().heardAgeSeconds()).isEqualTo(30.0);
    hear(PRESS, "total", new Value.Whole(6), 50, 80);
    assertThat(metric("total").value()).isEqualTo(6L);
  }

  @Test
  void whatCameWhileTheClockWasAheadIsReplacedByWhatComesAfterIt() {
    long now = time.wallNs() / S;
    long ahead = now + 86_400;
    hear(PRESS, "total", new Value.Whole(5), now, now);
    hear(PRESS, "total", new Value.Whole(6), ahead, ahead);
    hear(PRESS, "total", new Value.Whole(7), now + 2, now + 2);
    assertThat(metric("total").value()).isEqualTo(7L);
    hear(PRESS, "total", new Value.Whole(4), now - 86_400, now - 86_400); // out of the quarantine
    assertThat(metric("total").value()).isEqualTo(7L);
  }

  @Test
  void missingLevelsAreLeftOutAndNoPlaceIsANodeOfItsOwn() {
    hear(new Asset(null, null, "line-1", "m"), "a", new Value.Flag(true), 1, 1);
    hear(Asset.NONE, "b", new Value.Text("x"), 1, 1);
    List<AssetNode> tree = latest.tree(S);
    assertThat(tree).extracting(AssetNode::level).containsExactly("", "line");
    assertThat(tree.get(0).metrics().get(0).value()).isEqualTo("x");
    assertThat(tree.get(1).children().get(0).metrics().get(0).value()).isEqualTo(true);
  }

  @Test
  void aLineAndAMachineOfTheSameNameStayApart() {
    hear(new Asset("x", null, null, null), "a", new Value.Real(1), 1, 1);
    hear(new Asset(null, null, null, "x"), "a", new Value.Real(2), 1, 1);
    assertThat(latest.tree(S)).extracting(AssetNode::level).containsExactly("machine", "site");
  }

  @Test
  void seriesThatDifferByTagStandSideBySide() {
    for (String spindle : List.of("2", "1")) {
      Series series = new Series("telemetry", PRESS, Map.of("spindle", spindle));
      hear(series, "rpm", new Value.Real(Double.parseDouble(spindle)), 1, 1);
    }
    assertThat(press().metrics()).extracting(AssetNode.Latest::value).containsExactly(1.0, 2.0);
  }

  @Test
  void pastTheBoundWhatWasNotHeardForLongestGoes() {
    for (int i = 0; i < 100; i++) {
      hear(new Asset(null, null, null, "m" + i), "a", new Value.Real(i), 1, 1);
    }
    hear(new Asset(null, null, null, "m0"), "a", new Value.Real(0), 2, 2);
    assertThat(latest.tree(S)).hasSize(100);
    String name = "x".repeat(60_000);
    hear(new Asset(null, null, null, name), "a", new Value.Real(100), 62, 62);
    assertThat(latest.tree(S))
        .hasSizeBetween(30, 90)
        .extracting(AssetNode::name)
        .contains("m0", "m99", name)
        .doesNotContain("m1");
  }

  @Test
  void pastTheBoundWhatIsShownStaysUntilSomethingWasSilentForAMinute() {
    Asset late = new Asset(null, null, null, "late");
    for (int second = 1; second < 60; second++) {
      for (int i = 0; i < 300; i++) {
        hear(new Asset(null, null, null, "m" + i), "a", new Value.Real(i), second, second);
      }
      assertThat(latest.tree(S))
          .hasSizeBetween(100, 200)
          .extracting(AssetNode::name)
          .contains("m0", "m99");
    }
    hear(late, "a", new Value.Real(1), 118, 118);
    assertThat(latest.tree(S)).extracting(AssetNode::name).doesNotContain("late");
    hear(late, "a", new Value.Real(1), 119, 119);
    assertThat(latest.tree(S)).extracting(AssetNode::name).contains("late");
  }

  /** A device that invents a name for each value; none is looked for among all others. */
  @Test
  void ofManyMetricsOfOneMachineThoseThatWereNotHeardForLongestGo() {
    LatestReadings many = new LatestReadings(24L << 20, time);
    Series series = new Series("telemetry", PRESS, Map.of());
    for (int i = 0; i < 200_000; i++) {
      Reading reading = new Reading(series, "x" + i, new Value.Real(i), i, Quality.GOOD, null);
      long receivedNs = i * 2_000_000L; // for 400 seconds
      MessageParts.pass(
          new Message(
              "s", "t", receivedNs, 0, 0, 1, 0, 0, List.of(reading), List.of(), new byte[0]),
          many);
    }
    assertThat(many.heard(0))
        .hasSizeBetween(80_000, 110_000)
        .extracting(each -> each.latest().metric())
        .contains("x199999", "x150000")
        .doesNotContain("x0", "x50000");
  }

  @Test
  void longerTextsThanBeforeTakeThePlaceOfWhatWasSilentForLongest() {
    for (int i = 0; i < 300; i++) {
      hear(new Asset(null, null, null, "m" + i), "a", new Value.Text("x"), 1, 1);
    }
    int before = latest.tree(S).size();
    for (int i = before - 50; i < before; i++) {
      hear(new Asset(null, null, null, "m" + i), "a", new Value.Text("€".repeat(200)), 2, 2);
    }
    assertThat(latest.tree(S))
        .hasSizeBetween(50, before - 1)
        .extracting(AssetNode::name)
        .contains("m" + (before - 1))
        .doesNotContain("m0");
  }

  @Test
  void aHugeTextIsCutSoThatTheBoundHolds() {
    hear(PRESS, "note", new Value.Text("x".repeat(5_000_000)), 1, 1);
    assertThat((String) metric("note").value()).hasSize(201).endsWith("…");
  }

  @Test
  void timesBeforeTheEpochAndAheadOfTheClockAreShownAsTheyAre() {
    hear(PRESS, "a", new Value.Real(1), -5, 1);
    hear(PRESS, "b", new Value.Real(1), 160, 1);
    assertThat(metric("a").time()).isEqualTo(Instant.ofEpochSecond(-5));
    assertThat(metric("b").ageSeconds()).isEqualTo(-60.0);
  }
}
