package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.FigureTrend;
import io.weir.gateway.api.MachineStates;
import io.weir.gateway.api.PastQueries;
import io.weir.gateway.api.PastView.Span;
import io.weir.gateway.api.StateHistory;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.past.Past;
import io.weir.gateway.past.PastStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever looks back at a shift sees the figures that it had. */
class PastFiguresTest {

  private static final Asset LINE = new Asset("s", "a", "l", null);
  private static final long HOUR = 60;

  private final EfficiencyConfigBuilder config =
      new EfficiencyConfigBuilder().shift("early", "06:00", "14:00");
  private final ManualTime time = new ManualTime();
  private final MemoryReadings store = new MemoryReadings();
  private final long begin = StoredRows.nanos("2026-03-02T06:00:00Z");

  /** Each machine makes two pieces a minute, the first of three scrap, and stands from 07:00 on. */
  private Fold work(Asset... machines) {
    config.cycle = new EfficiencyConfig.ConstantCycle(Duration.ofSeconds(20));
    Fold fold = new Fold(config.build());
    for (int minute = 0; minute <= 2 * HOUR; minute++) {
      long at = begin + minute * ShiftCalendar.MINUTE;
      int made = (int) Math.min(2 * HOUR, 2L * minute);
      for (Asset machine : machines) {
        Series series = new Series("telemetry", machine, Map.of());
        List<Reading> readings = new ArrayList<>();
        Value state = new Value.Text(minute < HOUR ? "RUNNING" : "DOWN");
        readings.add(new Reading(series, "state", state, at, Quality.GOOD, null));
        readings.add(new Reading(series, "total", new Value.Whole(made), at, Quality.GOOD, null));
        Value scrap = new Value.Whole(made / 3);
        readings.add(new Reading(series, "reject", scrap, at, Quality.GOOD, null));
        fold.accept(
            new Message(
                "p", "t", at, 0, 0, readings.size(), 0, 0, readings, List.of(), new byte[0]));
      }
    }
    fold.flush();
    fold.flushLines();
    store.write(fold.takeRows());
    time.jump(Duration.ofNanos(begin + 2 * HOUR * ShiftCalendar.MINUTE - time.wallNs()));
    return fold;
  }

  private PastQueries queries(Fold fold) {
    EfficiencyConfig built = config.build();
    History none = new History(config.lateness.toNanos());
    return new PastQueries(
        new PastQueries.Made(
            () -> built,
            () -> fold.snapshot(time.wallNs()),
            new MachineStates(() -> fold.snapshot(time.wallNs()), none, () -> built, time)),
        new Past(null, List.of(new PastStore("history", store, time)), time),
        null);
  }

  private Span span(String bucket) {
    long from = begin / 1_000_000 - (bucket.equals("day") ? HOUR * 6 * 60_000 : 0);
    return new Span(bucket, from, from + 8 * HOUR * 60_000);
  }

  private EfficiencyResponse past(Fold fold) throws Exception {
    return Objects.requireNonNull(queries(fold).efficiency(span("shift"), null)).answer();
  }

  private List<EfficiencyResponse.Shift> trend(Fold fold, Asset asset) throws Exception {
    FigureTrend answer = Objects.requireNonNull(queries(fold).figures(asset, span("day"))).answer();
    return answer.rows();
  }

  /** The present figures of the lines. */
  private List<Figures> present(Fold fold) {
    return fold.snapshot(time.wallNs()).lines().stream()
        .map(line -> line.shift().figures())
        .toList();
  }

  private static void assertSame(EfficiencyResponse.@Nullable Shift past, Figures present) {
    assertThat(past).isNotNull();
    assertThat(past.oee()).isCloseTo(present.oee(), within(1e-6));
    assertThat(past.quality()).isCloseTo(present.qualityRatio(), within(1e-6));
    assertThat(past.nee()).isCloseTo(present.nee(), within(1e-6));
    assertThat(past.effectiveness()).isEqualTo(present.effectiveness());
    assertThat(past.runSeconds()).isEqualTo(present.run());
    assertThat(past.members()).isEqualTo(present.members());
    assertThat(Objects.requireNonNullElse(past.good(), Double.NaN))
        .isEqualTo(Double.valueOf(present.good()));
  }

  @Test
  void aLineWithoutAnEntryKeepsItsOee() throws Exception {
    Fold fold = work(new Asset("s", "a", "l", "m"), new Asset("s", "a", "l", "n"));
    Figures present = present(fold).get(0);
    assertThat(present.basis()).isEqualTo(Figures.Basis.SUM);
    assertSame(past(fold).lines().get(0).shift(), present);
    assertSame(past(fold).plant().shift(), present);
    for (Asset asset : List.of(LINE, new Asset("s", "a", null, null), Asset.NONE)) {
      assertThat(trend(fold, asset)).as(asset.path()).hasSize(1);
      assertSame(trend(fold, asset).get(0), present);
    }
  }

  @Test
  void whatHasNoLineIsNotCountedTwice() throws Exception {
    config.lines.add(new EfficiencyConfig.Line(LINE.path(), List.of(), List.of("m"), null));
    Fold fold =
        work(
            new Asset("s", "a", "l", "m"),
            new Asset("s", "a", null, "n"),
            new Asset("s", null, null, "o"));
    EfficiencyResponse past = past(fold);
    assertThat(past.machines()).hasSize(3);
    assertThat(past.lines()).hasSize(1);
    assertThat(past.lines().get(0).place().path()).containsExactly("s", "a", "l");
    assertSame(past.plant().shift(), Figures.ofPlant(present(fold)));
  }

  @Test
  void machinesThatHaveOnePathAreTwoInThePast() throws Exception {
    Asset ofLine = new Asset("a", null, "b", "m");
    Asset ofArea = new Asset("a", "b", null, "m");
    Fold fold = work(ofLine, ofArea);
    assertThat(past(fold).machines())
        .extracting(each -> each.place().asset())
        .containsExactlyInAnyOrder(ofLine, ofArea);
    long from = begin / 1_000_000;
    StateHistory states =
        Objects.requireNonNull(
                queries(fold)
                    .states(new Scope(null, null, null, null), from, from + 2 * HOUR * 60_000))
            .answer();
    assertThat(states.machines())
        .extracting(each -> each.place().asset(), each -> each.spans().size())
        .containsExactlyInAnyOrder(tuple(ofLine, 2), tuple(ofArea, 2));
  }

  @Test
  void aPlantWithoutLinesIsCountedOnceInTrends() throws Exception {
    Fold fold = work(new Asset("s", "a", null, "n"), new Asset("s", "b", null, "o"));
    for (Asset asset : List.of(Asset.NONE, new Asset("s", null, null, null))) {
      assertThat(trend(fold, asset)).hasSize(1);
      assertThat(trend(fold, asset).get(0).runSeconds()).isEqualTo(2 * 3600);
    }
    assertThat(trend(fold, new Asset("s", "a", null, null)).get(0).runSeconds()).isEqualTo(3600);
  }
}
