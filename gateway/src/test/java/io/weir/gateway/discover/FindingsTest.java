package io.weir.gateway.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.settings.TriedRoutes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {

  private static final long NOW_NS = 1_772_438_400_000_000_000L;

  @Test
  void longTopicsAndManyNamesAreCountedWhenThereIsNoRoomForThem() throws IOException {
    Findings findings = new Findings(1 << 20);
    String padding = "x".repeat(10_000);
    for (int i = 0; i < 1_000; i++) {
      byte[] payload = "{\"name-%d\": 1, \"other-%d\": 2}".formatted(i, i).getBytes(UTF_8);
      findings.heard("a/" + i + padding, payload, false);
    }
    assertThat(findings.messages()).isEqualTo(1_000);
    assertThat(findings.topics()).isBetween(40, 55);
    assertThat(findings.cut()).isTrue();
    assertThat(findings.proposed(TriedRoutes::parse, NOW_NS)).isNotEmpty();
  }

  /** Messages of one look, so that only the first of them are samples, but for one. */
  private static List<Finding> proposed(String usual, String other) throws IOException {
    Findings findings = new Findings(16 << 20);
    for (int i = 0; i < 500; i++) {
      String payload = i == 300 ? other : usual.formatted(i);
      findings.heard("shop/press-01/data", payload.getBytes(UTF_8), false);
    }
    assertThat(findings.kept()).isEqualTo(500);
    List<Finding> proposed = findings.proposed(TriedRoutes::parse, NOW_NS);
    assertThat(proposed).hasSize(1);
    return proposed;
  }

  @Test
  void aRouteIsMadeOnceMoreFromAMessageThatItRejects() throws IOException {
    Finding finding = proposed("a;b\n1;%d\n", "a;b\n1;n/a\n").get(0);
    assertThat(finding.text()).contains("metrics: [{ from: b, type: string }]");
    assertThat(finding.remarks()).noneMatch(each -> each.contains("rejected"));
  }

  @Test
  void howManyOfAllMessagesAreRejectedIsSaid() throws IOException {
    Finding finding = proposed("{\"temp\":%d}", "{\"temp\":1e999}").get(0);
    assertThat(finding.remarks())
        .anyMatch(
            each ->
                each.startsWith(
                    "1 of 500 messages have something that is rejected, such as of shop/press-01/data:"));
  }

  @Test
  void messagesBeyondTheBoundAreCountedOnly() throws IOException {
    Findings findings = new Findings(1 << 20);
    for (int i = 0; i < 100_000; i++) {
      findings.heard("shop/press-01/temp", String.valueOf(i).getBytes(UTF_8), false);
    }
    assertThat(findings.kept()).isBetween(3_000L, 10_000L);
    findings.heard("shop/press-02/temp", new byte[] {'1'}, false);
    assertThat(findings.topics()).isEqualTo(2);
    assertThat(findings.kept()).isBetween(3_000L, 10_000L);
    assertThat(findings.messages()).isEqualTo(100_001);
  }

  @Test
  void oneBusyTopicLeavesRoomForTheOthers() {
    Findings findings = new Findings(1L << 30);
    for (int i = 0; i < 10_000; i++) {
      findings.heard("shop/press-01/temp", String.valueOf(i).getBytes(UTF_8), false);
    }
    assertThat(findings.kept()).isBetween(5_000L, 5_020L);
  }

  @Test
  void longFormThatHasNoPivotIsSaid() throws IOException {
    Findings findings = new Findings(16 << 20);
    for (int i = 0; i < 4; i++) {
      String xml = "<row><name>temp</name><value>2%d.5</value></row>".formatted(i);
      findings.heard("shop/press-01/xml", xml.getBytes(UTF_8), false);
    }
    Finding finding = findings.proposed(TriedRoutes::parse, NOW_NS).get(0);
    assertThat(finding.text()).contains("format: xml").doesNotContain("pivot");
    assertThat(finding.remarks())
        .contains(
            "it looks like long form, with the name of each value in 'name', and is not read as such");
  }

  @Test
  void numbersInAListAreSaidToBeNamedByTheirPlace() throws IOException {
    Findings findings = new Findings(16 << 20);
    for (int i = 0; i < 4; i++) {
      String json = "{\"series\":{\"temperature\":[2%d.5,22.5,23.5]}}".formatted(i);
      findings.heard("shop/press-01/data", json.getBytes(UTF_8), false);
    }
    assertThat(findings.proposed(TriedRoutes::parse, NOW_NS).get(0).remarks())
        .anyMatch(each -> each.startsWith("numbers of a list are metrics of their own"));
  }

  /** Of more topics than are tried at first, too, though only these are looked at for names. */
  @Test
  void aLevelIsTheMachineThatTheFormatNamesHoweverManyTopicsThereAre() throws IOException {
    List<String> proposed = new ArrayList<>();
    for (int topics : List.of(50, 90)) {
      Findings findings = new Findings(16 << 20);
      for (int i = 1; i <= topics; i++) {
        String kepware =
            """
            {"timestamp":1772438400000,"values":[
              {"id":"cell.press-%d.speed","q":true,"t":1772438400000,"v":1.5}]}
            """
                .formatted(i);
        findings.heard("plant-b/press-" + i, kepware.getBytes(UTF_8), false);
      }
      proposed.add(findings.proposed(TriedRoutes::parse, NOW_NS).get(0).text());
    }
    assertThat(proposed.get(1)).isEqualTo(proposed.get(0));
  }

  /** A level of the topic would make one machine of all of them. */
  @Test
  void noLevelOfTheTopicIsTheMachineWhereTheFormatNamesIt() throws IOException {
    Findings findings = new Findings(16 << 20);
    for (String place : List.of("press-shop/line-1", "press-shop/line-2")) {
      for (int i = 1; i < 5; i++) {
        String kepware =
            """
            {"timestamp":1772438400000,"values":[
              {"id":"cell.press-0%d.state","q":true,"t":1772438400000,"v":"RUNNING"},
              {"id":"cell.press-0%d.speed","q":true,"t":1772438400000,"v":1.5}]}
            """
                .formatted(i, i);
        findings.heard("iotgateway/plant-b/" + place, kepware.getBytes(UTF_8), false);
      }
    }
    Finding finding = findings.proposed(TriedRoutes::parse, NOW_NS).get(0);
    assertThat(finding.text())
        .contains("topic: 'iotgateway/plant-b/press-shop/{line}', format: kepware")
        .doesNotContain("machine");
    assertThat(finding.remarks()).isEmpty();
  }

  @Test
  void aCountIsNoOtherValueWhereAnotherFormatReadsItAsANumber() throws IOException {
    Findings findings = new Findings(16 << 20);
    for (int i = 1; i < 9; i++) {
      String kepware =
          """
          {"timestamp":%d,"values":[{"id":"cell.press-01.total","q":true,"t":%d,"v":%d}]}
          """
              .formatted(1772438400000L + i * 1000, 1772438400000L + i * 1000, i);
      findings.heard("iotgateway/plant-b", kepware.getBytes(UTF_8), false);
    }
    Finding finding = findings.proposed(TriedRoutes::parse, NOW_NS).get(0);
    assertThat(finding.text()).contains("format: kepware", "type: integer");
    assertThat(finding.rivals()).isEmpty();
  }
}
