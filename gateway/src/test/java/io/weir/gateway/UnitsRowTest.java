package io.weir.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.decode.Decoders;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows of units that no route reads as such are told to people, and nothing else is taken for them.
 */
class UnitsRowTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ts,temp,flow\n,degC,l/min\n1772366399,21.5,4\n1772366400,21.75,5\n",
        "ts,temp,flow\ns,degC,l/min\n1772366399,21.5,4\n",
        "at;temp;flow\n;degC;l/min\n2026-03-01 12:00:00;21.5;4\n",
        // the third row of the head says how the values were computed
        "at,temp,flow\nTS,degC,l/min\n,Avg,Smp\n2026-03-01 12:00:00,21.5,4\n"
      })
  void aRowOfTextsAboveNumbersLooksLikeUnits(String rows) {
    assertThat(Decoders.remark("csv", null, rows.getBytes(UTF_8)))
        .contains("looks like units (")
        .contains("degC, l/min); ")
        .endsWith("add to the route csv: { units-row: true }");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ts,temp\n1772366399,degC\n1772366400,21.5\n", // a time is no unit
        "at,temp\n2026-03-01 12:00:00,off\n2026-03-01 12:00:01,21.5\n",
        "state,temp\nrun,-\nrun,21.5\n",
        "state,temp\nrun,NaN\nrun,21.5\n",
        "state,mode\nrun,auto\nstop,hand\n",
        "temp,flow\ndegC,l/min\n", // nothing below
        "temp,flow\ndegC,l/min\noff,off\n",
        "temp\ndegC\n21.5\n", // one column: any text
        "temp,flow\n\"degC,l/min\n21.5,4\n",
        "",
        "temp,flow\n"
      })
  void nothingElseDoes(String rows) {
    assertThat(Decoders.remark("csv", null, rows.getBytes(UTF_8))).isNull();
  }
}
