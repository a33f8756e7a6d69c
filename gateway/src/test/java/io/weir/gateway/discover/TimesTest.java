package io.weir.gateway.discover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimesTest {

  private static final long ARRIVAL_NS =
      Instant.parse("2026-03-02T08:00:00Z").getEpochSecond() * 1_000_000_000L;

  private static List<Times.Rule> in(String... documents) throws IOException {
    Fields fields = new Fields();
    for (String each : documents) {
      fields.add(new ObjectMapper().readTree(each));
    }
    return Times.in(fields, ARRIVAL_NS);
  }

  private static Map<String, Object> first(String... documents) throws IOException {
    return in(documents).get(0).time();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ts", "Timestamp", "eventTime", "time_utc", "Zeitstempel", "sampled-at", "采集时间"})
  void namesOfTimesAreKnown(String name) {
    assertThat(Times.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"uptime", "cycleTime", "lastMaintenance", "runtime", "temp", "bootTime"})
  void datesOfSomethingElseAndSpansAreNone(String name) {
    assertThat(Times.isName(name)).isFalse();
  }

  @Test
  void aFieldThatIsNoTimeNearTheArrivalIsNone() throws IOException {
    assertThat(in("{\"ts\":12,\"t\":21.5,\"time\":\"soon\"}")).isEmpty();
    assertThat(in("{\"ts\":1772438160}", "{\"temp\":1}")).as("in each message").isEmpty();
  }

  @Test
  void secondsWithAFractionAreATime() throws IOException {
    assertThat(first("{\"date\":1772438160.125}")).isEqualTo(Map.of("from", "/date"));
  }

  @Test
  void theTimeOfMeasuringComesBeforeThatOfSending() throws IOException {
    List<Times.Rule> rules =
        in("{\"receivedTime\":1772438161,\"data\":{\"sampleTime\":1772438160}}");
    assertThat(rules.stream().map(Times.Rule::field))
        .containsExactly("data.sampleTime", "receivedTime");
    assertThat(rules.get(0).time()).isEqualTo(Map.of("from", "/data/sampleTime"));
  }

  @Test
  void aTimeWithoutAZoneGetsTheOneThatFitsTheArrival() throws IOException {
    assertThat(first("{\"ts\":\"2026-03-02T08:59:30\"}"))
        .isEqualTo(Map.of("from", "/ts", "zone", "+01:00"));
    assertThat(first("{\"ts\":\"02.03.2026 08:59:30\"}"))
        .isEqualTo(Map.of("from", "/ts", "format", "dd.MM.yyyy HH:mm:ss", "zone", "+01:00"));
  }
}
