package io.weir.gateway.efficiency.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.weir.gateway.efficiency.FiguresBook;
import io.weir.gateway.efficiency.MemoryBook;
import io.weir.gateway.efficiency.PlantClock;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateEncoder;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people decide about hints. */
class HintsTest {

  private static final Asset PRESS = new Asset("s", "a", "l", "m");
  private static final long DAY = 24 * ShiftCalendar.HOUR;

  private final PlantClock clock = new PlantClock();
  private final MemoryBook book = new MemoryBook();
  private List<Finding> findings = List.of(slower(12.4));

  /** A lid took 11.1 s, and takes so long now. */
  private static Finding slower(double cycleS) {
    return new Finding(
        Finding.Kind.CYCLE_DRIFT, PRESS, "lid", cycleS, 11.1, 0.2, "s", LocalDate.EPOCH);
  }

  private Hints hints(FiguresBook.Store store) throws IOException {
    return new Hints(() -> findings, () -> LearnedPlant.learned(true), store, clock);
  }

  private Hint only(Hints hints) {
    assertThat(hints.all()).hasSize(1);
    return hints.all().get(0);
  }

  private void decide(Hints hints, boolean confirmed) throws IOException {
    assertThat(hints.decide(slower(12.4).id(), confirmed, "anna", false, "::1", "new tool"))
        .isNotNull();
  }

  @Test
  void theReasonHasNumbersAndUnits() {
    assertThat(slower(12.4).reason())
        .isEqualTo(
            "cycle of product lid on s/a/l/m: 12.4 s in the last week, 11.1 s in the four weeks"
                + " before (+12 %); from day to day ±0.2 s is normal");
  }

  @Test
  void aDismissedHintComesBackWhenItIsHalfAsLargeAgain() throws IOException {
    Hints hints = hints(book);
    decide(hints, false);
    assertThat(only(hints).state()).isEqualTo(Hint.State.DISMISSED);
    findings = List.of(slower(13.0));
    assertThat(only(hints).state()).isEqualTo(Hint.State.DISMISSED);
    findings = List.of(slower(13.1));
    assertThat(only(hints).state()).isEqualTo(Hint.State.OPEN);
    assertThat(Objects.requireNonNull(only(hints).decision()).who()).isEqualTo("anna");
  }

  @Test
  void aDismissedHintComesBackAfterAsLongAsIsConfigured() throws IOException {
    Hints hints = hints(book);
    decide(hints, false);
    clock.now += 90 * DAY - 1;
    assertThat(only(hints).state()).isEqualTo(Hint.State.DISMISSED);
    clock.now++;
    assertThat(only(hints).state()).isEqualTo(Hint.State.OPEN);
  }

  @Test
  void aDecisionAboutOneMachineSaysNothingOfAnotherOfItsPath() throws IOException {
    Finding ofLine = slowerOn(new Asset("a", null, "b", "m"));
    Finding ofArea = slowerOn(new Asset("a", "b", null, "m"));
    findings = List.of(ofLine, ofArea);
    Hints hints = hints(book);
    assertThat(hints.decide(ofArea.id(), false, "anna", false, "", "")).isNotNull();
    assertThat(hints.all())
        .extracting(each -> each.finding().asset(), Hint::state)
        .containsExactly(
            tuple(ofLine.asset(), Hint.State.OPEN), tuple(ofArea.asset(), Hint.State.DISMISSED));
    assertThat(slower(12.4).id()).as("as it was before").isEqualTo(slower(12.4).formerId());
  }

  private static Finding slowerOn(Asset machine) {
    return new Finding(
        Finding.Kind.CYCLE_DRIFT, machine, "lid", 12.4, 11.1, 0.2, "s", LocalDate.EPOCH);
  }

  @Test
  void aConfirmedHintStaysConfirmedUntilItIsWorse() throws IOException {
    Hints hints = hints(book);
    decide(hints, true);
    clock.now += 1000 * DAY;
    assertThat(only(hints).state()).isEqualTo(Hint.State.CONFIRMED);
    findings = List.of(slower(14));
    assertThat(only(hints).state()).isEqualTo(Hint.State.OPEN);
  }

  @Test
  void aChangeInTheOtherDirectionIsAnotherHint() throws IOException {
    Hints hints = hints(book);
    decide(hints, false);
    findings = List.of(slower(10));
    assertThat(only(hints).state()).isEqualTo(Hint.State.OPEN);
    assertThat(hints.decide(slower(12.4).id(), true, "anna", false, "", ""))
        .as("not found now")
        .isNull();
  }

  @Test
  void whatWasDecidedIsKeptWhenTheFindingIsGone() throws IOException {
    Hints hints = hints(book);
    decide(hints, true);
    findings = List.of();
    assertThat(hints.all()).isEmpty();
    HintDecision kept = hints(book).decided().get(0);
    assertThat(kept.confirmed()).isTrue();
    assertThat(kept.who()).isEqualTo("anna");
    assertThat(kept.comment()).isEqualTo("new tool");
    assertThat(kept.address()).isEqualTo("::1");
    assertThat(kept.timeNs()).isEqualTo(clock.now);
    assertThat(kept.reason()).contains("12.4 s in the last week");
  }

  @Test
  void itIsKeptWhetherTheNameIsThatOfAUserWhoHadLoggedIn() throws IOException {
    Hints hints = hints(book);
    hints.decide(slower(12.4).id(), true, "anna", true, "::1", "");
    assertThat(hints(book).decided().get(0).verified()).isTrue();
    decide(hints, true);
    assertThat(hints(book).decided().get(0).verified()).isFalse();
  }

  @Test
  void aDecisionOfTheFirstFormatIsReadAndNobodyHasCheckedItsName() throws IOException {
    StateEncoder out = new StateEncoder();
    out.raw((byte) 1);
    HintDecision decision =
        new HintDecision(
            "5f2c90ab41d7", true, PRESS, "anna", true, clock.now, "::1", "new tool", 1, "r", "");
    out.all(List.of(decision), () -> HintDecision.BLANK, each -> each.exchange(out, false));
    book.save(out.toBytes());
    HintDecision kept = hints(book).decided().get(0);
    assertThat(kept.who()).isEqualTo("anna");
    assertThat(kept.verified()).isFalse();
    assertThat(kept.comment()).isEqualTo("new tool");
  }

  /** The file of decisions, on a disk that keeps what was forced, and any part of the rest. */
  private static FiguresBook.Store file(MemoryDisk disk) {
    AtomicFile file = new AtomicFile(disk, Path.of("/data/hint-decisions"));
    return new FiguresBook.Store() {
      @Override
      public Optional<byte[]> load() throws IOException {
        return file.read();
      }

      @Override
      public boolean isDamaged() {
        return file.damaged();
      }

      @Override
      public void save(byte[] bytes) throws IOException {
        file.write(bytes);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void whatWasAnsweredSurvivesACrash(int seed) throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(seed));
    disk.createDirectories(Path.of("/data"));
    List<Finding> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(
          new Finding(Finding.Kind.CYCLE_DRIFT, PRESS, "p" + i, 12, 11, 0.2, "s", LocalDate.EPOCH));
    }
    findings = all;
    Hints hints = hints(file(disk));
    for (int i = 0; i < all.size(); i++) {
      hints.decide(all.get(i).id(), i % 2 == 0, "anna", false, "", "");
      disk.crash();
      Hints again = hints(file(disk));
      assertThat(again.decided())
          .hasSize(i + 1)
          .containsExactlyInAnyOrderElementsOf(hints.decided());
      hints = again;
    }
  }

  @Test
  void whatTheDiskDoesNotTakeIsNotKept() throws IOException {
    MemoryDisk disk = new MemoryDisk(new Random(1));
    disk.createDirectories(Path.of("/data"));
    Hints hints = hints(file(disk));
    disk.fillUpTo(0);
    assertThatThrownBy(() -> decide(hints, false)).isInstanceOf(IOException.class);
    assertThat(only(hints).state()).isEqualTo(Hint.State.OPEN);
    disk.unfill();
    decide(hints, false);
    assertThat(only(hints(file(disk))).state()).isEqualTo(Hint.State.DISMISSED);
  }

  @Test
  void theOldestDismissedDecisionLeavesFirst() throws IOException {
    List<Finding> all = new ArrayList<>();
    for (int i = 0; i <= Hints.MOST; i++) {
      all.add(
          new Finding(
              Finding.Kind.NO_CYCLE,
              PRESS,
              "p" + i,
              12,
              Double.NaN,
              Double.NaN,
              "s",
              LocalDate.EPOCH));
    }
    findings = all;
    Hints hints = hints(book);
    for (int i = 0; i <= Hints.MOST; i++) {
      hints.decide(all.get(i).id(), i == 0, "anna", false, "", "");
    }
    assertThat(hints.decided()).hasSize(Hints.MOST);
    assertThat(hints.decided().stream().map(HintDecision::id))
        .contains(all.get(0).id(), all.get(2).id())
        .doesNotContain(all.get(1).id());
  }

  @Test
  void decisionsOfALaterFormatAreRefused() {
    book.saved = new byte[] {9};
    assertThatThrownBy(() -> hints(book)).hasMessageContaining("format 9");
  }
}
