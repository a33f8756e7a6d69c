package io.weir.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.correction.Change;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.model.MachineState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The body of a correction, as a client of the API writes it. */
class CorrectionRequestTest {

  private static final String SPAN =
      "\"machine\":\"m\",\"from\":\"2026-03-02T08:00:00Z\",\"to\":\"2026-03-02T09:00:00Z\",";

  private static final String AT = "\"machine\":\"m\",\"from\":\"2026-03-02T08:00:00Z\",";
  private static final Change.Why JAM = new Change.Why("", "jam", "", null);

  private static long at(String time) {
    return Instant.parse("2026-03-02T" + time + ":00Z").getEpochSecond() * 1_000_000_000L;
  }

  private static CorrectionRequest of(String members) {
    return CorrectionRequest.of(("{" + members + "}").getBytes(StandardCharsets.UTF_8), "");
  }

  @Test
  void aMemberThatStandsThereTwiceIsRefused() {
    String twice = SPAN + "\"kind\":\"scrap-booked\",\"amount\":1,\"amount\":100,\"who\":\"anna\"";
    assertThatThrownBy(() -> of(twice))
        .isInstanceOf(ProblemDocument.class)
        .hasMessageContaining("a member stands there a second time, at line 1, column ");
  }

  @Test
  void eachKindIsRead() {
    String who = ",\"who\":\" anna \"";
    assertThat(of(SPAN + "\"kind\":\"annotated\",\"comment\":\"c\"" + who))
        .matches(r -> r.change() instanceof Change.Annotated && r.who().equals("anna"));
    assertThat(of(SPAN + "\"kind\":\"reclassified\",\"state\":\"setup\"" + who).change())
        .isEqualTo(new Change.Reclassified(MachineState.SETUP, null));
    assertThat(of(SPAN + "\"kind\":\"reason-given\",\"reason\":\"jam\",\"planned\":true" + who))
        .extracting(CorrectionRequest::change)
        .isEqualTo(new Change.ReasonGiven(new Change.Why("", "jam", "", true)));
    assertThat(of(SPAN + "\"kind\":\"planned-stop-declared\"" + who).change())
        .isEqualTo(new Change.PlannedStopDeclared(null));
    assertThat(
            of(SPAN
                    + "\"kind\":\"stop-split\",\"parts\":[{\"reason\":\"jam\"},"
                    + "{\"from\":\"2026-03-02T08:20:00Z\",\"state\":\"setup\"}]"
                    + who)
                .change())
        .isEqualTo(
            new Change.StopSplit(
                List.of(
                    new Change.Part(at("08:00"), null, JAM),
                    new Change.Part(at("08:20"), MachineState.SETUP, null))));
    assertThat(
            of(SPAN + "\"kind\":\"scrap-booked\",\"amount\":12,\"reason\":\"jam\"" + who).change())
        .isEqualTo(new Change.PiecesBooked(false, 12, JAM));
    assertThat(of(AT + "\"kind\":\"rework-booked\",\"amount\":0.5" + who))
        .matches(r -> r.change().equals(new Change.PiecesBooked(true, 0.5, null)))
        .matches(r -> r.from() == at("08:00") && r.to() == r.from() + 1);
  }

  private static CorrectionRequest merged(String members) {
    List<Correction.Stretch> told =
        List.of(
            new Correction.Stretch(at("08:00"), at("08:05"), "running", "RUNNING"),
            new Correction.Stretch(at("08:05"), at("08:06"), "micro_stop", "E1"),
            new Correction.Stretch(at("08:06"), at("08:07"), "running", "RUNNING"),
            new Correction.Stretch(at("08:07"), at("08:40"), "idle", "E2"),
            new Correction.Stretch(at("08:40"), at("09:00"), "unknown", ""));
    return of(SPAN + "\"kind\":\"stops-merged\",\"who\":\"anna\"" + members)
        .completed(told, word -> new Change.Why("known", word, "", null));
  }

  @Test
  void mergedStopsAreLikeTheFirstOfThem() {
    assertThat(merged(""))
        .matches(r -> r.from() == at("08:05") && r.to() == at("08:40"))
        .extracting(CorrectionRequest::change)
        .isEqualTo(
            new Change.StopsMerged(MachineState.IDLE, new Change.Why("known", "E2", "", null)));
    assertThat(merged(",\"toEndOfStop\":true").to()).isEqualTo(at("09:00"));
    assertThat(merged(",\"state\":\"down\",\"reason\":\"jam\"").change())
        .isEqualTo(new Change.StopsMerged(MachineState.DOWN, JAM));
    assertThat(merged(",\"reason\":\"jam\",\"planned\":true").change())
        .isEqualTo(
            new Change.StopsMerged(MachineState.PLANNED, new Change.Why("", "jam", "", true)));
  }

  @Test
  void stopsThatNobodyKnowsAnyMoreAreMergedByWhatIsGiven() {
    String merged = SPAN + "\"kind\":\"stops-merged\",\"who\":\"anna\",\"reason\":\"jam\"";
    CorrectionRequest without = of(merged);
    assertThatThrownBy(() -> without.completed(List.of(), word -> JAM))
        .hasMessageContaining("give their state and their reason");
    assertThat(of(merged + ",\"state\":\"down\"").completed(List.of(), word -> JAM).change())
        .isEqualTo(new Change.StopsMerged(MachineState.DOWN, JAM));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"kind\":\"annotated\" | who|comment is missing",
        "\"kind\":\"annotated\",\"comment\":\"c\" | |who is missing",
        "\"kind\":\"erased\" | who|kind takes annotated, reclassified",
        "\"kind\":\"reclassified\",\"state\":\"micro_stop\" | who|state takes running",
        "\"kind\":\"reclassified\",\"state\":\"down\",\"detail\":\"d\" | who|detail is no member"
            + " of",
        "\"kind\":\"reason-given\" | who|reason is missing",
        "\"kind\":\"reason-given\",\"reason\":\" \" | who|reason is missing",
        "\"kind\":\"reason-given\",\"reason\":\"a\\nb\" | who|reason takes one line of at most 128",
        "\"kind\":\"reason-given\",\"reason\":\"a\",\"planned\":\"yes\" | who|planned is true or"
            + " false",
        "\"kind\":\"planned-stop-declared\",\"state\":\"down\" | who|state is no member of",
        "\"kind\":\"scrap-booked\" | who|amount takes a number of pieces above 0",
        "\"kind\":\"scrap-booked\",\"amount\":0 | who|amount takes a number of pieces above 0",
        "\"kind\":\"scrap-booked\",\"amount\":\"9\" | who|amount takes a number",
        "\"kind\":\"scrap-booked\",\"amount\":9,\"state\":\"down\" | who|state is no member of",
        "\"kind\":\"annotated\",\"comment\":\"c\",\"amount\":9 | who|amount is no member of",
        "\"kind\":\"stop-split\" | who|parts takes 2 to 20",
        "\"kind\":\"stop-split\",\"parts\":[{},{}] | who|from takes a time",
        "\"kind\":\"stop-split\",\"parts\":[{},{\"from\":\"2026-03-02T09:00:00Z\"}] | who|the first"
            + " part begins at from",
        "\"kind\":\"stop-split\",\"parts\":[{},5] | who|parts takes a list of objects",
        "\"kind\":\"stop-split\",\"parts\":[{},null] | who|parts takes a list of objects",
        "\"kind\":\"stop-split\",\"reason\":\"jam\" | who|a part has one",
        "\"kind\":\"annotated\",\"reasons\":1 | who|there is no member 'reasons'",
      })
  void whatIsWrongIsSaidInWordsOfTheApi(String members, String who, String said) {
    String by = who == null ? "" : ",\"who\":\"anna\"";
    assertThatThrownBy(() -> of(SPAN + members + by))
        .isInstanceOf(ProblemDocument.class)
        .hasMessageContaining("400 Bad correction: ")
        .hasMessageContaining(said);
  }

  @Test
  void piecesAreThoseOfAMachine() {
    String line = "\"line\":\"l\",\"from\":\"2026-03-02T08:00:00Z\",\"who\":\"anna\",";
    assertThatThrownBy(() -> of(line + "\"kind\":\"scrap-booked\",\"amount\":9"))
        .hasMessageContaining("machine is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-02T08:00:00Z | 2026-03-02T08:00:00Z | to must be after from",
        "2026-03-02T08:00:00Z | 2026-05-02T08:00:00Z | at most 32 days",
        "1700-01-01T00:00:00Z | 2026-03-02T08:00:00Z | at most 32 days",
        "1677-09-22T00:00:00Z | 2262-04-11T00:00:00Z | at most 32 days",
        "yesterday | 2026-05-02T08:00:00Z | from takes a time",
      })
  void aSpanIsCheckedToo(String from, String to, String said) {
    assertThatThrownBy(
            () ->
                of(
                    "\"kind\":\"planned-stop-declared\",\"machine\":\"m\",\"who\":\"anna\",\"from\":\""
                        + from
                        + "\",\"to\":\""
                        + to
                        + "\""))
        .isInstanceOf(ProblemDocument.class)
        .hasMessageContaining(said);
  }
}
