package io.weir.gateway.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordsTest {

  @Test
  void aNameIsCutIntoWordsByCaseAndBySeparators() {
    assertThat(Words.parts("spindleLoad_actual-2")).containsExactly("spindle", "load", "actual");
    assertThat(Words.parts("PLCState")).containsExactly("plc", "state");
    assertThat(Words.parts("Öldruck")).containsExactly("öldruck");
    assertThat(Words.parts("x".repeat(200))).isEmpty();
  }

  @Test
  void aBareNameHasLettersAndDigitsAlone() {
    assertThat(Words.bare("Time_Stamp (UTC) 2")).isEqualTo("timestamputc2");
  }

  @ParameterizedTest
  @CsvSource({
    "telemetry, true",
    "machineState, true",
    "alarms, true",
    "state2, false",
    "press-01, false",
    "speed, false"
  })
  void aKindSaysWhatAMessageIsAbout(String level, boolean isKind) {
    assertThat(Words.isKind(level)).isEqualTo(isKind);
  }

  @ParameterizedTest
  @CsvSource({
    "press-01, true",
    "4711, true",
    "00D0C9FAD23A, true",
    "a4:c1:38:f1:00:01, true",
    "press, false",
    "speed2, false"
  })
  void anIdIsTheNameOfOneOfMany(String level, boolean isId) {
    assertThat(Words.isId(level)).isEqualTo(isId);
  }

  @Test
  void namesThatAreNumberedAlikeHaveOneStem() {
    assertThat(Words.stem("press-01")).isEqualTo("press-#").isEqualTo(Words.stem("press-12"));
    assertThat(Words.stem("press")).isEmpty();
    assertThat(Words.stem("1".repeat(200))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "site-north, site",
    "Halle 3, area",
    "hall-2, area",
    "line-1, line",
    "L1, line",
    "usine, site",
    "line-press, "
  })
  void aLevelOfTheAssetIsToldByItsName(String level, String place) {
    assertThat(Words.place(level)).isEqualTo(place);
  }

  @ParameterizedTest
  @ValueSource(strings = {"press-01", "fräse 2", "KW-17", "mill"})
  void whatPeopleCallAMachineIsOne(String level) {
    assertThat(Words.isMachineName(level)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"line-1", "7", "a1", "telemetry"})
  void aPlaceOrABareNumberIsNoMachine(String level) {
    assertThat(Words.isMachineName(level)).isFalse();
  }

  @Test
  void commandsAndMessagesOfAProtocolAreNoReadings() {
    assertThat(List.of("cmnd", "SET", "request")).allMatch(Words::isCommand);
    assertThat(List.of("join", "Ack")).allMatch(Words::isProtocol);
    assertThat(List.of("setpoint", "joint")).noneMatch(Words::isCommand);
    assertThat(List.of("setpoint", "joint")).noneMatch(Words::isProtocol);
  }
}
