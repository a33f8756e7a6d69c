package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.correction.Entry;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rows of what people note. */
class AnnotationRowsTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");
  private static final Asset LINE = new Asset("s", "a", "l", null);
  private static final long AT = StoredRows.nanos("2026-03-02T06:30:00Z");
  private static final String ROW = "annotations s/a/l/m {level=machine}";

  private final List<Entry> entries = new ArrayList<>();
  private final FoldScenario scenario = new FoldScenario(new EfficiencyConfigBuilder());

  private Correction say(Asset asset, String who, String comment, long at, long to) {
    Correction said =
        new Correction(
            entries.size(),
            asset,
            at,
            to,
            false,
            new Change.Annotated(),
            comment,
            List.of(),
            new Origin(who, to, ""));
    take(said);
    return said;
  }

  private void undo(Correction said) {
    take(new Undo(entries.size(), said.id(), "", said.origin()));
  }

  private void take(Entry entry) {
    entries.add(entry);
    scenario.fold.correct(entry);
    scenario.flush();
  }

  /** Of a machine that was never heard too. */
  @Test
  void aNoteIsARowAtItsBeginWithWhoSaidIt() {
    say(MACHINE, "anna", "new roller", AT, AT + 60_000_000_000L);
    assertThat(scenario.store.row(ROW, AT))
        .isEqualTo(
            Map.of(
                "text",
                "new roller",
                "who",
                "anna",
                "id",
                0L,
                "until_ms",
                AT / 1_000_000 + 59_999,
                "count",
                1.0,
                "revision",
                0L));
  }

  @Test
  void aNoteOfALineHasItsLevel() {
    say(LINE, "anna", "audit", AT, AT + 1_000_000);
    assertThat(scenario.store.row("annotations s/a/l {level=line}", AT))
        .containsEntry("text", "audit")
        .containsEntry("until_ms", AT / 1_000_000);
  }

  /** A store keeps one row of a series at an instant. */
  @Test
  void notesOfOneInstantShareARowAndAnUndoLeavesTheOthers() {
    Correction first = say(MACHINE, "anna", "new roller", AT, AT + 1);
    Correction second = say(MACHINE, "ben", "wrong roller", AT, AT + 1);
    assertThat(scenario.store.row(ROW, AT))
        .containsEntry("text", "new roller; wrong roller")
        .containsEntry("who", "anna; ben")
        .containsEntry("id", 1L)
        .containsEntry("count", 2.0);
    undo(first);
    assertThat(scenario.store.row(ROW, AT))
        .containsEntry("text", "wrong roller")
        .containsEntry("who", "ben")
        .containsEntry("count", 1.0)
        .containsEntry("revision", 2L);
    undo(second);
    assertThat(scenario.store.row(ROW, AT))
        .containsEntry("text", "")
        .containsEntry("id", -1L)
        .containsEntry("count", 0.0)
        .containsEntry("revision", 3L);
  }

  /** After a start the fold knows what it wrote, writes none of it again, and can take it back. */
  @Test
  void anUndoAfterARestartTakesTheRowBackWithAHigherRevision() {
    Correction said = say(MACHINE, "anna", "new roller", AT, AT + 1);
    restart();
    assertThat(scenario.fold.rows()).isZero();
    scenario.fold.mayStand(scenario.revisions.highest + 1);
    undo(said);
    assertThat(scenario.store.row(ROW, AT)).containsEntry("count", 0.0);
    assertThat(scenario.revisions.fell).isEmpty();
    undo(said); // nothing is left to take back
    assertThat(scenario.store.row(ROW, AT)).containsEntry("revision", 2L);
  }

  private void restart() {
    scenario.restart();
    entries.forEach(scenario.fold::remember);
    scenario.fold.remembered();
  }

  @Test
  void otherCorrectionsHaveNoRow() {
    take(
        new Correction(
            0,
            MACHINE,
            AT,
            AT + 1,
            false,
            new Change.PlannedStopDeclared(null),
            "a comment",
            List.of(),
            new Origin("anna", AT, "")));
    assertThat(scenario.store.rows("annotations")).isEmpty();
  }

  @Test
  void theOldestAreForgottenBeyondABound() {
    Annotations annotations = new Annotations();
    for (int i = 0; i <= Annotations.MOST; i++) {
      annotations.take(
          new Correction(
              i,
              MACHINE,
              AT + i,
              AT + i + 1,
              false,
              new Change.Annotated(),
              "",
              List.of(),
              new Origin("", 0, "")));
    }
    Origin origin = new Origin("anna", AT, "");
    assertThat(annotations.take(new Undo(Annotations.MOST + 1, 0, "", origin))).isNull();
    assertThat(annotations.take(new Undo(Annotations.MOST + 2, 1, "", origin))).isNotNull();
  }

  /** What was said before an upgrade becomes rows at the first start after it. */
  @Test
  void notesThatAnEarlierVersionTookAreWrittenAtTheFirstStart() throws IOException {
    assertThat(writtenByRemembering("fold-21-order.bin")).isTrue();
    assertThat(writtenByRemembering("fold-22-order.bin")).isFalse();
  }

  private boolean writtenByRemembering(String state) throws IOException {
    Correction said = say(MACHINE, "anna", "new roller", AT, AT + 1);
    try (InputStream bytes = StateFormatTest.class.getResourceAsStream(state)) {
      Fold fold =
          Fold.decode(
              Objects.requireNonNull(bytes).readAllBytes(), new EfficiencyConfigBuilder().build());
      fold.takeRows();
      fold.remember(said);
      return fold.takeRows().stream()
          .anyMatch(row -> row.series().measurement().equals("annotations"));
    }
  }
}
