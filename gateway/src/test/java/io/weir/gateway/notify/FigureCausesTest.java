package io.weir.gateway.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.gateway.efficiency.InventedFigures;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.LineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.MachineNow;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.ShiftFigures;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MachineState;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FigureCausesTest {

  private static final long START = 1_700_000_000_000_000_000L;
  private static final Asset PRESS = new Asset("s", "a", "l", "press");
  private static final EfficiencyConfig CONFIG = InventedFigures.config();

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private long now = START + Duration.ofHours(2).toNanos();

  /** How old its readings are as they come. */
  private long late;

  private long since = START;
  private long end = START + Duration.ofHours(8).toNanos();
  private boolean behind;
  private MachineState state = MachineState.RUNNING;
  private String reason = "";
  private String shift = "early";
  private double oee = 0.9;
  private long uncoded;
  private List<Asset> present = List.of(PRESS);
  private final List<Asset> counted = new ArrayList<>();
  private final FigureCauses causes =
      new FigureCauses(
          this::snapshot,
          () -> CONFIG,
          machine -> {
            counted.add(machine);
            return uncoded;
          },
          Texts.ENGLISH);

  private ShiftFigures figures() {
    return new ShiftFigures(shift, START, end, InventedFigures.oee(oee));
  }

  private EfficiencySnapshot snapshot() {
    List<MachineNow> machines = present.stream().map(this::machine).toList();
    List<LineNow> lines = List.of(new LineNow(PRESS.toLine(), figures(), null));
    long asOf = behind ? now - Duration.ofMinutes(1).toNanos() : now;
    return new EfficiencySnapshot(now, asOf, 0.75, machines, lines, 0, 0, 0, 0);
  }

  private MachineNow machine(Asset asset) {
    return new MachineNow(
        asset,
        now - late,
        true,
        now - late,
        state,
        reason,
        since,
        "",
        figures(),
        null,
        0,
        now,
        MINUTE,
        List.of(),
        0,
        null);
  }

  private static Rule rule(String when, @Nullable String asset, double under, int moreThan) {
    return new Rule(
        "r",
        Set.of(when),
        Duration.ZERO,
        asset == null ? null : new Rule.Asset(asset),
        under,
        moreThan,
        new Schedule(ZoneOffset.UTC, List.of(), Set.of()),
        Duration.ZERO,
        List.of("chat"));
  }

  private static final Rule DOWN = rule("machine-down", null, Double.NaN, 0);

  @Test
  void aMachineThatIsDownIsACauseSinceItIs() {
    assertThat(causes.of(DOWN)).isEmpty();
    state = MachineState.DOWN;
    reason = "JAM";
    assertThat(causes.of(DOWN))
        .containsExactly(
            new Cause(
                "machine-down",
                "s/a/l/press",
                PRESS,
                false,
                true,
                "s/a/l/press is down: JAM",
                Facts.because("JAM"),
                START));
    state = MachineState.UNKNOWN;
    assertThat(causes.of(DOWN)).isEmpty();
  }

  @Test
  void aStopOfABacklogIsNoCauseWhileItPasses() {
    late = 60 * MINUTE;
    state = MachineState.DOWN;
    while (late > 0) {
      assertThat(causes.of(DOWN)).as("%d s behind", late / 1_000_000_000).isEmpty();
      now += MINUTE / 60;
      late = Math.max(0, late - 5 * MINUTE);
      since = now - late - 3 * MINUTE;
    }
    assertThat(causes.of(DOWN)).extracting(Cause::sinceNs).containsExactly(now - 3 * MINUTE);
  }

  @Test
  void aMachineWhoseReadingsAreAlwaysOldIsDownAsSoonAsThatWasSeenForAMinute() {
    late = 10 * MINUTE;
    state = MachineState.DOWN;
    long seen = now;
    assertThat(causes.of(DOWN)).isEmpty();
    now = seen + MINUTE - 1;
    assertThat(causes.of(DOWN)).isEmpty();
    now = seen + MINUTE;
    assertThat(causes.of(DOWN)).extracting(Cause::sinceNs).containsExactly(seen);
    state = MachineState.RUNNING;
    assertThat(causes.of(DOWN)).isEmpty();
    state = MachineState.DOWN;
    assertThat(causes.of(DOWN)).isEmpty();
  }

  @Test
  void aShiftThatIsOverHasNoCause() {
    Rule under = rule("oee-under", "s/*", 0.95, 0);
    assertThat(causes.of(under)).hasSize(2);
    late = Duration.ofHours(2).toNanos() - 12 * MINUTE;
    assertThat(causes.of(under)).as("the first minutes of the shift, in a backlog").isEmpty();
    late = 0;
    now = end - 1;
    assertThat(causes.of(under)).hasSize(2);
    now = end;
    assertThat(causes.of(under)).isEmpty();
  }

  @Test
  void whileReadingsAreReadAgainNothingIsKnown() {
    behind = true;
    assertThat(causes.of(DOWN)).isNull();
    assertThat(causes.of(rule("sink-down", null, Double.NaN, 0))).isEmpty();
  }

  @Test
  void aLineUnderTheTargetIsACauseAndAMachineWhereTheRuleNamesAssets() {
    oee = 0.5;
    List<Cause> found = causes.of(rule("oee-under", null, Double.NaN, 0));
    assertThat(found).extracting(Cause::subject).containsExactly("s/a/l");
    assertThat(found.get(0).isLine()).isTrue();
    assertThat(found.get(0).text())
        .startsWith("OEE of s/a/l is 50.0 %, under ")
        .endsWith("in the shift early so far");
    assertThat(found.get(0).facts().oee()).isEqualTo(0.5);
    assertThat(found.get(0).facts().target()).isGreaterThan(0.5);
    assertThat(found.get(0).facts().shift()).isEqualTo("early");
    assertThat(causes.of(rule("oee-under", "s/*", Double.NaN, 0)))
        .extracting(Cause::subject)
        .containsExactly("s/a/l/press", "s/a/l");
    assertThat(causes.of(rule("oee-under", null, 0.4, 0))).isEmpty();
  }

  @Test
  void anOeeThatIsNotKnownOrOfTheFirstMinutesOrOutsideShiftsIsNone() {
    Rule under = rule("oee-under", null, 0.95, 0);
    assertThat(causes.of(under)).hasSize(1);
    oee = Double.NaN;
    assertThat(causes.of(rule("oee-under", null, 0.0001, 0))).isEmpty();
    oee = 0.9;
    shift = "none";
    assertThat(causes.of(under)).isEmpty();
    shift = "early";
    now = START + Duration.ofMinutes(14).toNanos();
    assertThat(causes.of(under)).isEmpty();
  }

  @Test
  void stopsWithoutAReasonAreCountedOnceAMinute() {
    Rule stops = rule("uncoded-stops", null, Double.NaN, 3);
    uncoded = 3;
    assertThat(causes.of(stops)).isEmpty();
    uncoded = 4;
    causes.of(stops);
    assertThat(counted).hasSize(1);
    now += Duration.ofMinutes(1).toNanos();
    assertThat(causes.of(stops))
        .extracting(Cause::text, Cause::facts)
        .containsExactly(
            tuple("s/a/l/press has 4 stops of the last 24 h without a reason", Facts.uncoded(4)));
    assertThat(counted).containsExactly(PRESS, PRESS);
  }

  @Test
  void aMessageTellsApartMachinesOfOnePath() {
    state = MachineState.DOWN;
    Rule down = rule("machine-down", null, Double.NaN, 0);
    present = List.of(new Asset("a", null, "b", "m"), new Asset("a", null, "b", "n"));
    assertThat(causes.of(down))
        .extracting(Cause::text)
        .containsExactly("a/b/m is down", "a/b/n is down");
    present = List.of(new Asset("a", null, "b", "m"), new Asset("a", "b", null, "m"));
    assertThat(causes.of(down))
        .extracting(Cause::text, Cause::asset)
        .containsExactly(
            tuple("a//b/m is down", present.get(0)), tuple("a/b//m is down", present.get(1)));
  }

  @Test
  void theShiftOfAMachineALineAndTheWholeIsSaid() {
    assertThat(causes.shifts(PRESS)).containsExactly("early");
    assertThat(causes.shifts(PRESS.toLine())).containsExactly("early");
    assertThat(causes.shifts(Asset.NONE)).containsExactly("early");
    assertThat(causes.shifts(PRESS.toArea())).isEmpty();
  }

  @Test
  void aPatternOfAssetsMatchesLevelsAndAllBelow() {
    Rule.Asset line = new Rule.Asset("s/*/l");
    assertThat(line.matches("s/a/l")).isTrue();
    assertThat(line.matches("s/a/l/press")).isTrue();
    assertThat(line.matches("s/a/b/l")).isFalse();
    assertThat(line.matches("s/a/l2")).isFalse();
    assertThat(new Rule.Asset("s/a/l/p*").matches("s/a/l/press")).isTrue();
    assertThat(new Rule.Asset("s.").matches("sx")).isFalse();
  }
}
