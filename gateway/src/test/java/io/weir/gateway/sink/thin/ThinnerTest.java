package io.weir.gateway.sink.thin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.AssetFilter;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.NamePattern;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What goes on to a store of the readings of a log. */
class ThinnerTest {

  private static final long S = TimeUnit.SECONDS.toNanos(1);
  private static final long MINUTE = 60 * S;

  /** A whole minute. */
  private static final long T0 = 28_333_333L * MINUTE;

  private static final Series PRESS = series("telemetry", "press");
  private static final List<Aggregate> ALL = List.of(Aggregate.values());
  private static final Method WINDOW = new Method.Window(MINUTE, ALL, 5 * MINUTE);

  private ThinState state = new ThinState();
  private Thinner thinner = thinner(rule(WINDOW));
  private long receivedNs = T0;
  private int thinned;
  private int late;

  private static Series series(String measurement, String machine) {
    return new Series(measurement, new Asset("s", null, null, machine), Map.of());
  }

  private static ThinRule rule(Method method) {
    return new ThinRule(AssetFilter.ALL, List.of(), List.of(), method);
  }

  private static ThinRule rule(String metric, Method method) {
    return new ThinRule(AssetFilter.ALL, List.of(), List.of(NamePattern.ofName(metric)), method);
  }

  private Thinner thinner(ThinRule... rules) {
    return new Thinner(List.of(rules), state);
  }

  /** The process ends and begins again at this position. */
  private void restart(ThinRule... rules) {
    state.apply(thinner.takeChanges());
    byte[] bytes = state.toBytes();
    assertThat(ThinState.heldIn(ByteBuffer.wrap(bytes))).isEqualTo(state.held());
    state = ThinState.of(ByteBuffer.wrap(bytes));
    assertThat(state.toBytes()).isEqualTo(bytes);
    thinner = thinner(rules);
  }

  private static Reading reading(String metric, Value value, double second, Quality quality) {
    long timeNs = T0 + Math.round(second * S);
    return new Reading(PRESS, metric, value, timeNs, quality, quality == Quality.GOOD ? null : "q");
  }

  private static Reading real(double value, double second) {
    return reading("t", new Value.Real(value), second, Quality.GOOD);
  }

  private static Reading text(String value, double second) {
    return reading("t", new Value.Text(value), second, Quality.GOOD);
  }

  /** What goes on of a record, each as metric=value@second. */
  private List<String> add(Reading... readings) {
    receivedNs += S / 10;
    return addAt(receivedNs, readings);
  }

  private List<String> addAt(long received, Reading... readings) {
    Thinned made = thinner.thin(List.of(readings), "src", received);
    List<String> said = new ArrayList<>();
    made.earlier().forEach(each -> said.add(said(each.fields().get(0))));
    made.readings().forEach(each -> said.add(said(each)));
    for (Thinned.Row row : made.rows()) {
      StringBuilder line = new StringBuilder(row.readings() + ":");
      row.fields().forEach(each -> line.append(' ').append(said(each)));
      said.add(line.toString());
    }
    thinned += made.thinned();
    late += made.late();
    return said;
  }

  private static String said(Reading reading) {
    Value value = reading.value();
    Object number =
        value instanceof Value.Real real
            ? (Object) real.value()
            : value instanceof Value.Whole whole
                ? (Object) whole.value()
                : value instanceof Value.Text text ? text.value() : value;
    double second = (reading.timeNs() - T0) / (double) S;
    String at =
        second == Math.rint(second) ? Long.toString((long) second) : Double.toString(second);
    String quality = reading.quality() == Quality.GOOD ? "" : " " + reading.quality();
    return reading.metric() + "=" + number + "@" + at + quality;
  }

  private long held() {
    state.apply(thinner.takeChanges());
    return state.held();
  }

  // ---- Windows

  @Test
  void aWindowIsSentOnceAReadingOfALaterOneHasCome() {
    assertThat(add(real(1, 0))).isEmpty();
    assertThat(add(real(5, 20))).isEmpty();
    assertThat(add(real(3, 59.9))).isEmpty();
    assertThat(held()).isEqualTo(3);
    assertThat(add(real(7, 60)))
        .containsExactly("3: t=3.0@0 t_min=1.0@0 t_max=5.0@0 t_last=3.0@0 t_count=3@0");
    assertThat(held()).isEqualTo(1);
    assertThat(thinned).as("counted when the row has its outcome").isZero();
  }

  @Test
  void theFirstOfWhatIsKeptHasTheNameOfTheMetric() {
    thinner = thinner(rule(new Method.Window(MINUTE, List.of(Aggregate.LAST, Aggregate.MEAN), 0)));
    add(real(1, 0), real(4, 30));
    assertThat(add(real(0, 60))).containsExactly("2: t=4.0@0 t_mean=2.5@0");
  }

  @Test
  void whatIsWholeStaysWhole() {
    for (long each : new long[] {1, 2, 2}) {
      add(reading("t", new Value.Whole(each), each + thinned++, Quality.GOOD));
    }
    assertThat(add(reading("t", new Value.Whole(9), 60, Quality.GOOD)).get(0))
        .isEqualTo("3: t=2@0 t_min=1@0 t_max=2@0 t_last=2@0 t_count=3@0");
  }

  @Test
  void aLateReadingMakesTheWindowAgain() {
    add(real(1, 0));
    add(real(2, 70));
    assertThat(add(real(3, 30))).isEmpty();
    assertThat(held()).isEqualTo(2);
    assertThat(addAt(receivedNs + MINUTE + 15 * S, real(4, 80)))
        .containsExactly(
            "1: t=2.0@0 t_min=1.0@0 t_max=3.0@0 t_last=3.0@0 t_count=2@0",
            "1: t=2.0@60 t_min=2.0@60 t_max=2.0@60 t_last=2.0@60 t_count=1@60");
  }

  @Test
  void whatComesForAClosedWindowHasAFieldOfItsOwn() {
    add(real(1, 0));
    add(real(2, 360));
    assertThat(late).isZero();
    assertThat(add(real(3, 0))).containsExactly("t_late=3.0@0");
    assertThat(late).isEqualTo(1);
    assertThat(add(real(3, 61))).isEmpty();
  }

  @Test
  void afterAClockThatWasAheadWindowsGoOnAndNothingIsLate() {
    add(real(1, 0));
    add(real(2, 70));
    double year = 365 * 86_400;
    long ahead = T0 + Math.round(year * S);
    addAt(ahead, real(3, year));
    restart(rule(WINDOW));
    assertThat(addAt(T0 + 80 * S, real(4, 80)))
        .as("what was held then, and a window that was begun before")
        .containsExactlyInAnyOrder(
            "t_late=4.0@80",
            "1: t=3.0@%1$d t_min=3.0@%1$d t_max=3.0@%1$d t_last=3.0@%1$d t_count=1@%1$d"
                .formatted(Math.round(year)));
    late = 0;
    add(real(5, 130));
    assertThat(addAt(T0 + 190 * S, real(6, 190)))
        .containsExactly("1: t=5.0@120 t_min=5.0@120 t_max=5.0@120 t_last=5.0@120 t_count=1@120");
    assertThat(late).isZero();
  }

  @Test
  void alsoByALongerWindowThanBeforeASilentMetricIsSent() {
    addAt(T0 + 80 * S, real(1, 0));
    Method longer = new Method.Window(10 * MINUTE, ALL, 5 * MINUTE);
    restart(rule("u", longer));
    assertThat(addAt(T0 + 81 * S, reading("u", new Value.Real(1), 81, Quality.GOOD))).hasSize(1);
    assertThat(addAt(T0 + 20 * MINUTE, reading("other", new Value.Real(1), 0, Quality.GOOD)))
        .as("the other one, and the row of u")
        .hasSize(2);
  }

  @Test
  void aReplaySaysNothingOfTheClock() {
    addAt(T0 + 86_400 * S, real(1, 86_400));
    thinner.thin(List.of(real(2, 0)), Message.REPLAY, T0);
    assertThat(addAt(T0 + 86_401 * S, real(3, 86_401))).isEmpty();
    assertThat(held()).isEqualTo(2);
  }

  @Test
  void aMetricThatFallsSilentIsSentAfterTheLengthOfAWindow() {
    add(real(1, 0));
    Reading other = reading("other", new Value.Real(0), 600, Quality.GOOD);
    assertThat(addAt(T0 + 50 * S, other)).isEmpty();
    assertThat(addAt(T0 + 80 * S, reading("other", new Value.Real(1), 601, Quality.GOOD)))
        .containsExactly("1: t=1.0@0 t_min=1.0@0 t_max=1.0@0 t_last=1.0@0 t_count=1@0");
  }

  @Test
  void eachQualityHasAWindowOfItsOwn() {
    add(real(1, 0));
    add(reading("t", new Value.Real(1_000), 1, Quality.BAD));
    add(reading("t", new Value.Real(7), 2, Quality.UNCERTAIN));
    assertThat(add(real(2, 60)))
        .containsExactly(
            "1: t=1.0@0 t_min=1.0@0 t_max=1.0@0 t_last=1.0@0 t_count=1@0",
            "1: t=1000.0@0 BAD t_min=1000.0@0 BAD t_max=1000.0@0 BAD t_last=1000.0@0 BAD"
                + " t_count=1@0 BAD",
            "1: t=7.0@0 UNCERTAIN t_min=7.0@0 UNCERTAIN t_max=7.0@0 UNCERTAIN"
                + " t_last=7.0@0 UNCERTAIN t_count=1@0 UNCERTAIN");
  }

  @Test
  void textGoesOnWhereItChangesAndOnceInEachWindow() {
    assertThat(add(text("RUN", 0))).containsExactly("t=RUN@0");
    assertThat(add(text("RUN", 10))).isEmpty();
    assertThat(add(text("IDLE", 20))).containsExactly("t=IDLE@20");
    assertThat(add(text("IDLE", 61))).containsExactly("t=IDLE@61");
    assertThat(add(text("IDLE", 30))).as("late").containsExactly("t=IDLE@30");
    assertThat(thinned).isEqualTo(1);
  }

  @Test
  void aReadingThatComesTwiceInARowCountsOnce() {
    add(real(1, 0));
    add(real(1, 0));
    assertThat(thinned).isEqualTo(1);
    assertThat(add(real(0, 60)).get(0)).endsWith("t_count=1@0");
  }

  @Test
  void hugeValuesHaveAMean() {
    add(real(1.7e308, 0), real(1.7e308, 1), real(1.6e308, 2));
    assertThat(add(real(0, 60)).get(0)).contains("t=1.66").doesNotContain("Infinity");
  }

  @Test
  void figuresAndWhatNoRuleFitsGoOnAsTheyAre() {
    thinner = thinner(rule("t", WINDOW));
    Reading other = reading("count", new Value.Whole(3), 0, Quality.GOOD);
    Reading figure =
        new Reading(series("efficiency", "p"), "t", new Value.Real(1), T0, Quality.GOOD, null);
    assertThat(add(other, figure, real(1, 0))).containsExactly("count=3@0", "t=1.0@0");
  }

  @Test
  void theFirstRuleThatFitsCounts() {
    thinner = thinner(rule("vib_*", new Method.Every(2)), rule(WINDOW));
    assertThat(add(reading("vib_x", new Value.Real(1), 0, Quality.GOOD))).hasSize(1);
    assertThat(add(reading("vib_x", new Value.Real(1), 1, Quality.GOOD))).isEmpty();
    assertThat(add(real(1, 0))).isEmpty();
  }

  /** In a group the source decides who sends it, and another source may end the window. */
  @Test
  void aRowIsOfTheSourceOfItsReadings() {
    thinner.thin(List.of(real(1, 0)), "shared", receivedNs);
    restart(rule(WINDOW));
    Thinned made = thinner.thin(List.of(), "own", receivedNs + 80 * S);
    assertThat(made.rows()).singleElement().extracting(Thinned.Row::source).isEqualTo("shared");
  }

  // ---- The state

  @Test
  void itGoesOnFromItsBytes() {
    add(real(1, 0), text("a", 1), reading("n", new Value.Whole(5), 2, Quality.BAD));
    restart(rule(WINDOW));
    assertThat(held()).isEqualTo(2);
    assertThat(add(real(2, 60)).get(0)).startsWith("1: t=1.0@0");
  }

  @Test
  void aRuleThatIsGoneSendsWhatItHeld() {
    add(real(1, 0));
    restart();
    assertThat(held()).isEqualTo(1);
    assertThat(add(real(2, 1)))
        .containsExactly("t=2.0@1", "1: t=1.0@0 t_min=1.0@0 t_max=1.0@0 t_last=1.0@0 t_count=1@0");
    assertThat(held()).isZero();
    assertThat(state.isEmpty()).isTrue();
  }

  @Test
  void anotherLengthBeginsNoWindowAgainThatWasSent() {
    add(real(1, 0));
    restart(rule(new Method.Window(10 * S, ALL, 5 * MINUTE)));
    assertThat(add(real(2, 30)))
        .containsExactly(
            "t_late=2.0@30", "1: t=1.0@0 t_min=1.0@0 t_max=1.0@0 t_last=1.0@0 t_count=1@0");
    assertThat(add(real(3, 60))).isEmpty();
    assertThat(add(real(3, 70)).get(0)).startsWith("1: t=3.0@60");
  }

  @Test
  void whatIsKeptMayChangeWithinAWindow() {
    add(real(1, 0));
    restart(rule(new Method.Window(MINUTE, List.of(Aggregate.MAX), 0)));
    add(real(2, 30));
    assertThat(add(real(0, 60))).containsExactly("2: t=2.0@0");
  }

  @Test
  void beyondItsBoundTheOldestIsSentAndNotBegunAgain() {
    thinner = new Thinner(List.of(rule(WINDOW)), state, 8);
    for (int i = 0; i < 4; i++) {
      assertThat(add(reading("m" + i, new Value.Real(i), 0, Quality.GOOD))).isEmpty();
    }
    assertThat(add(reading("m4", new Value.Real(4), 0, Quality.GOOD)).get(0))
        .startsWith("1: m0=0.0@0");
    assertThat(add(reading("m0", new Value.Real(9), 1, Quality.GOOD)))
        .containsExactly(
            "m0_late=9.0@1", "1: m1=1.0@0 m1_min=1.0@0 m1_max=1.0@0 m1_last=1.0@0 m1_count=1@0");
  }

  @Test
  void bytesThatAreCutOrOfALaterVersionAreRefused() {
    add(real(1, 0), text("a", 1), reading("n", new Value.Whole(5), 2, Quality.BAD));
    held();
    byte[] bytes = state.toBytes();
    for (int length = 1; length < bytes.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> ThinState.of(cut)).isInstanceOf(IllegalArgumentException.class);
    }
    bytes[0] = 2;
    assertThatThrownBy(() -> ThinState.of(ByteBuffer.wrap(bytes))).hasMessageContaining("format 2");
  }

  // ---- The swinging door

  /** Each original value lies within the error of the line between what was sent around it. */
  @Test
  void theLineBetweenWhatIsSentIsWithinTheErrorOfEachValue() {
    int kept = 0;
    int all = 0;
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      boolean isShare = random.nextBoolean();
      double error = isShare ? 0.02 : Math.pow(10, random.nextInt(5) - 3);
      Method.SwingingDoor door = new Method.SwingingDoor(error, isShare, 100 * S);
      state = new ThinState();
      thinner = thinner(rule(door));
      TreeMap<Long, Double> original = new TreeMap<>();
      TreeMap<Long, Double> sent = new TreeMap<>();
      double value = 50;
      double second = 0;
      for (int i = 0; i < 400; i++) {
        second += 0.001 + random.nextInt(3) + (random.nextInt(50) == 0 ? 200 : 0);
        value += random.nextGaussian() * error * random.nextInt(4) * (isShare ? 50 : 1);
        Reading reading = real(random.nextInt(30) == 0 ? value * 2 : value, second);
        original.put(reading.timeNs(), Numbers.of(reading.value()));
        take(thinner.thin(List.of(reading), "src", reading.timeNs()), sent);
        if (random.nextInt(20) == 0) {
          restart(rule(door));
        }
      }
      restart(); // sends what is held
      take(thinner.thin(List.of(), "src", T0 + Math.round(1e6 * S)), sent);
      assertThat(sent.lastKey()).isEqualTo(original.lastKey());
      original.forEach(
          (at, was) -> {
            long from = sent.floorKey(at);
            long to = sent.ceilingKey(at);
            double a = sent.get(from);
            double line =
                from == to ? a : a + (sent.get(to) - a) * ((double) (at - from) / (to - from));
            assertThat(Math.abs(line - was))
                .isLessThanOrEqualTo(door.errorAt(was) + 1e-12 * Math.abs(was));
          });
      for (Long at : sent.keySet()) {
        Long next = original.higherKey(at);
        Long nextSent = sent.higherKey(at);
        assertThat(
                next == null
                    || nextSent - at <= 100 * S
                    || nextSent.equals(next)
                    || original.lowerKey(nextSent) - at < 100 * S)
            .as("no longer silence than asked for, where readings come")
            .isTrue();
      }
      kept += sent.size();
      all += original.size();
    }
    assertThat(kept).isLessThan(all * 2 / 3);
  }

  private static void take(Thinned made, TreeMap<Long, Double> sent) {
    made.earlier().forEach(row -> row.fields().forEach(each -> put(each, sent)));
    made.readings().forEach(each -> put(each, sent));
  }

  private static void put(Reading each, TreeMap<Long, Double> sent) {
    sent.put(each.timeNs(), Numbers.of(each.value()));
  }

  private void door() {
    thinner = thinner(rule(new Method.SwingingDoor(0.5, false, 10 * MINUTE)));
  }

  @Test
  void aStraightLineIsItsEnds() {
    door();
    assertThat(add(real(0, 0))).containsExactly("t=0.0@0");
    for (int i = 1; i < 100; i++) {
      assertThat(add(real(i, i))).isEmpty();
    }
    assertThat(add(real(0, 100))).containsExactly("t=99.0@99");
    assertThat(thinned).isEqualTo(98);
    assertThat(held()).isEqualTo(1);
  }

  @Test
  void afterTheLongestSilenceAReadingGoesOn() {
    door();
    add(real(1, 0));
    assertThat(add(real(1, 300))).isEmpty();
    assertThat(add(real(1, 600))).containsExactly("t=1.0@600");
    add(real(1, 601));
    assertThat(addAt(receivedNs + 13 * MINUTE)).as("silent").containsExactly("t=1.0@601");
  }

  @Test
  void bothSidesOfAChangeOfQualityGoOn() {
    door();
    add(real(1, 0));
    add(real(1, 1));
    assertThat(add(reading("t", new Value.Real(1), 2, Quality.BAD)))
        .containsExactly("t=1.0@1", "t=1.0@2 BAD");
    assertThat(add(reading("t", new Value.Real(1), 3, Quality.BAD))).isEmpty();
    assertThat(add(reading("t", new Value.Real(2), 4, Quality.BAD))).containsExactly("t=2.0@4 BAD");
    assertThat(add(real(1, 5))).containsExactly("t=1.0@5");
  }

  @Test
  void whatIsOlderThanTheNewestGoesOn() {
    door();
    add(real(1, 0));
    add(real(1, 10));
    assertThat(add(real(9, 5))).containsExactly("t=9.0@5");
    assertThat(add(text("OFF", 11))).containsExactly("t=1.0@10", "t=OFF@11");
    assertThat(add(text("OFF", 12))).isEmpty();
    assertThat(add(text("OFF", 12 + 600))).containsExactly("t=OFF@612");
  }

  // ---- Every n-th

  @Test
  void everyThirdGoesOnAndEachChangeOfTextOrQuality() {
    thinner = thinner(rule(new Method.Every(3)));
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      sent.addAll(add(real(i, i)));
    }
    assertThat(sent).containsExactly("t=0.0@0", "t=3.0@3", "t=6.0@6");
    assertThat(add(reading("t", new Value.Real(1), 7, Quality.UNCERTAIN))).hasSize(1);
    assertThat(add(text("a", 8))).hasSize(1);
    assertThat(add(text("a", 9))).isEmpty();
    assertThat(add(text("b", 10))).hasSize(1);
  }
}
