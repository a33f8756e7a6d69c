package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the series of a plant are divided into writes. */
class LanesTest {

  private static final int MACHINES = 4_000;

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void machinesThatDifferInANumberAreDividedEvenly(int count) {
    List<Outbound> lines = new ArrayList<>();
    for (int machine = 0; machine < MACHINES; machine++) {
      lines.add(line("telemetry,area=a,line=l,machine=m%d,site=s".formatted(machine)));
    }
    assertThat(new Lanes(count, 5_000).divideMany(lines))
        .hasSize(count)
        .allSatisfy(
            part ->
                assertThat(part)
                    .hasSizeBetween(MACHINES * 9 / 10 / count, MACHINES * 11 / 10 / count));
  }

  /** Its lane follows its series, as {@link SeriesHead} has it. */
  private static Outbound line(String series) {
    Outbound.Readings part = new Outbound.Readings(1, 0, null, series.hashCode(), 1, null);
    byte[] text = (series + " a=1 1").getBytes(UTF_8);
    return new OutboundLine(text, 0, text.length, false, part, new Outbound.Origin(0, "t", 0));
  }
}
