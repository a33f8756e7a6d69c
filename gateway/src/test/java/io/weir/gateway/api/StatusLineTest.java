package io.weir.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.log.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusLineTest {

  private static final LedgerResponse LEDGER =
      new LedgerResponse(
          List.of(new LedgerResponse.Source("plant", 12_345, 12_340, 0, 5, 0)),
          List.of(
              new LedgerResponse.Sink("history", "readings", 12_340, 12_000, 0, 0, 2, 0, 0, 0, 338),
              new LedgerResponse.Sink("local", "figures", 12_340, 12_340, 0, 0, 0, 0, 0, 0, 0)),
          new LedgerResponse.Quarantine(5, 5, 0, 0, 0));

  private final ManualTime time = new ManualTime();
  private volatile List<Alarm> alarms = List.of();

  private StatusLine every(Duration interval) {
    return new StatusLine(() -> LEDGER, () -> alarms, interval, time);
  }

  private static Alarm sinkDown(String sink) {
    return new Alarm(
        AlarmKind.SINK_DOWN.id(),
        sink,
        Instant.EPOCH,
        AlarmKind.SINK_DOWN.severity(),
        "refused",
        "");
  }

  /** The lines of so many looks, which come every five seconds. */
  private List<String> lines(StatusLine line, int looks) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < looks; i++) {
      lines.add(line.due());
      time.advance(Duration.ofSeconds(5));
    }
    lines.removeIf(Objects::isNull);
    return lines;
  }

  @Test
  void saysWhereTheReadingsAre() {
    assertThat(StatusLine.line(LEDGER, List.of()))
        .isEqualTo(
            "readings received 12,345, rejected 5"
                + " | history: stored 12,000, pending 338, quarantined 2"
                + " | local, figures: stored 12,340, pending 0");
  }

  @Test
  void saysWhichAlarmsAreRaised() {
    List<String> eight = IntStream.range(0, 8).mapToObj(i -> "sink-down s" + i).toList();
    assertThat(StatusLine.line(LEDGER, eight))
        .endsWith(
            " | ALARMS: sink-down s0, sink-down s1, sink-down s2, sink-down s3, sink-down s4"
                + " and 3 more");
  }

  @Test
  void comesAtOnceAndThenOnceInEachInterval() {
    assertThat(lines(every(Duration.ofMinutes(1)), 12 * 10 + 1)).hasSize(11);
    assertThat(lines(every(Duration.ofSeconds(5)), 10)).hasSize(10);
    assertThat(lines(every(Duration.ofHours(1)), 700)).hasSize(1);
  }

  @Test
  void comesWhenAPartFailsAndWhenItRecovers() {
    StatusLine line = every(Duration.ofHours(1));
    assertThat(lines(line, 10)).hasSize(1);
    alarms = List.of(sinkDown("history"));
    assertThat(lines(line, 10)).singleElement().asString().contains("ALARMS: sink-down history");
    alarms = List.of();
    assertThat(lines(line, 10)).singleElement().asString().doesNotContain("ALARMS");
  }

  @Test
  void aPartThatFailsAgainAndAgainBringsNoFlood() {
    StatusLine line = every(Duration.ofHours(1));
    int count = 0;
    for (int i = 0; i < 12 * 60; i++) { // an hour
      alarms = i % 2 == 0 ? List.of(sinkDown("history")) : List.of();
      count += lines(line, 1).size();
    }
    assertThat(count).isBetween(60, 4 * 60);
  }
}
