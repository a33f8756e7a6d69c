package io.weir.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageParts;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineQualityTest {

  private static final long S = 1_000_000_000L;

  private final MachineQuality quality = new MachineQuality(20_000);

  private void hearBad(String machine, long second) {
    Series series = new Series("telemetry", new Asset(null, null, null, machine), Map.of());
    Reading reading =
        new Reading(series, "a", new Value.Real(1), second * S, Quality.BAD, "defect");
    MessageParts.pass(
        new Message("s", "t", second * S, 0, 0, 1, 0, 0, List.of(reading), List.of(), new byte[0]),
        quality);
  }

  @Test
  void pastTheBoundCountsGoOnUntilAMachineWasSilentForAMinute() {
    for (int second = 1; second <= 59; second++) {
      for (int i = 0; i < 300; i++) {
        hearBad("m" + i, second);
      }
    }
    List<Live.Heard> heard = quality.list();
    assertThat(heard).hasSizeBetween(50, 150).extracting(Live.Heard::bad).containsOnly(59L);
    hearBad("late", 118);
    assertThat(quality.list()).isEqualTo(heard);
    hearBad("late", 119);
    assertThat(quality.list())
        .extracting(each -> each.machine().machine())
        .contains("late")
        .doesNotContain("m0");
  }
}
