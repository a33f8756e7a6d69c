package io.weir.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.correction.Change;
import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.model.MachineState;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The body of a correction, as a client of the API writes it. */
class CorrectionRequestTest {

  private static final String SPAN =
      "\"machine\":\"m\",\"from\":\"2026-03-02T08:00:00Z\",\"to\":\"2026-03-02T09:00:00Z\",";

  private static CorrectionRequest of(String members) {
    return CorrectionRequest.of(("{" + members + "}").getBytes(StandardCharsets.UTF_8));
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
        "\"kind\":\"annotated\",\"reasons\":1 | who|there is no member 'reasons'",
      })
  void whatIsWrongIsSaidInWordsOfTheApi(String members, String who, String said) {
    String by = who == null ? "" : ",\"who\":\"anna\"";
    assertThatThrownBy(() -> of(SPAN + members + by))
        .isInstanceOf(ProblemDocument.class)
        .hasMessageContaining("400 Bad correction: ")
        .hasMessageContaining(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-02T08:00:00Z | 2026-03-02T08:00:00Z | to must be after from",
        "2026-03-02T08:00:00Z | 2026-05-02T08:00:00Z | at most 32 days",
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
