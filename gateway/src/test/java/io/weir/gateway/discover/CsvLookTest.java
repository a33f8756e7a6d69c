package io.weir.gateway.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class CsvLookTest {

  private static CsvLook look(String... texts) {
    return Objects.requireNonNull(CsvLook.of(List.of(texts)));
  }

  @Test
  void aHeaderAndADelimiterThatTheDecoderFindsNeedNoOptions() {
    CsvLook look = look("time;temp\n2026-03-02T08:00:00Z;21.5\n");
    assertThat(look.options()).isEmpty();
    assertThat(look.columns()).containsExactly("time", "temp");
    assertThat(look.hasHeader()).isTrue();
  }

  @Test
  void rowsWithoutNamesGetNumberedColumns() {
    CsvLook look = look("1,21.5,3\n2,22.5,3\n");
    assertThat(look.options())
        .isEqualTo(Map.of("header", false, "columns", List.of("c1", "c2", "c3")));
    assertThat(look.hasHeader()).isFalse();
  }

  @Test
  void decimalCommasUnitsAndCommentsAreFound() {
    CsvLook look =
        look("# logger 7\nZeit;Druck;Temp. Öl\n;bar;°C\n08:00:00;1,5;21,5\n08:01:00;1,6;21,4\n");
    assertThat(look.options()).isEqualTo(Map.of("decimal", ",", "comment", "#", "units-row", true));
    Fields.Field oil = Objects.requireNonNull(look.field("Temp. Öl"));
    assertThat(oil.values).containsExactly("21.5", "21.4");
  }

  @Test
  void linesAboveTheTableAreSkipped() {
    CsvLook look = look("Protokoll Halle 3\nerstellt heute\n\nname;value\na;1\nb;2\nc;3\n");
    assertThat(look.options()).isEqualTo(Map.of("skip", 3));
    assertThat(look.columns()).containsExactly("name", "value");
  }

  @Test
  void aTabIsToldOnlyWhereTheDecoderWouldTakeAnother() {
    assertThat(look("a\tb\n1\t2\n").options()).isEmpty();
    assertThat(look("a;x\tb;y\tc\n1\t2\t3\n4\t5\t6\n").options())
        .isEqualTo(Map.of("delimiter", "tab"));
  }

  @Test
  void numbersWithACommaAndSingleValuesAreNoRows() {
    assertThat(CsvLook.of(List.of("21,5"))).isNull();
    assertThat(CsvLook.of(List.of("RUN"))).isNull();
    assertThat(CsvLook.of(List.of(""))).isNull();
  }

  @Test
  void aDelimiterInQuotesIsNone() {
    assertThat(CsvLook.cells("\"a;b\"; c ;", ';')).containsExactly("a;b", "c", "");
  }
}
