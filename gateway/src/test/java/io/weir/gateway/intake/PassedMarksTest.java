package io.weir.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.Passage;
import org.junit.jupiter.api.Test;

/** What is remembered of rows of other gateways, where one of them wants the others forgotten. */
class PassedMarksTest {

  private final PassedMarks marks = new PassedMarks();

  private static Passage.Place row(String log) {
    return new Passage.Place(log, 5, 0, 77);
  }

  @Test
  void aGatewayThatNamesItsLogsAnewWithoutEndTakesNoRoomOfOthers() {
    marks.keep(row("quiet/one/readings"));
    for (int i = 0; i < 2000; i++) {
      marks.keep(row("hostile/" + i + "/readings"));
    }

    assertThat(marks.known(row("quiet/one/readings"), false)).isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(row("hostile/1999/readings"), false)).isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(row("hostile/0/readings"), false)).isEqualTo(Passage.Known.NEW);
  }

  @Test
  void whereAllHaveAsManyTheQuietestIsForgotten() {
    for (int i = 0; i < 600; i++) {
      marks.keep(row("gateway-" + i + "/one/readings"));
    }

    assertThat(marks.known(row("gateway-599/one/readings"), false))
        .isEqualTo(Passage.Known.REPEATED);
    assertThat(marks.known(row("gateway-0/one/readings"), false)).isEqualTo(Passage.Known.NEW);
  }
}
