package io.weir.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ViewTest {

  private static final int LINES = 600;

  private final View three = new View(List.of("plant-c", "plant-a", "plant-b"));

  @Test
  void eachHasAboutAThirdOfTheLines() {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < LINES; i++) {
      counts.merge(three.owner("berlin/hall-1/line-" + i), 1, Integer::sum);
    }
    assertThat(counts.keySet()).containsExactlyInAnyOrderElementsOf(three.members());
    assertThat(counts.values()).allMatch(count -> count > 150 && count < 250);
  }

  @Test
  void whenOneLeavesOnlyItsLinesGetAnotherOwner() {
    View two = new View(List.of("plant-a", "plant-b"));
    for (int i = 0; i < LINES; i++) {
      String before = three.owner("line-" + i);
      if (!"plant-c".equals(before)) {
        assertThat(two.owner("line-" + i)).isEqualTo(before);
      }
    }
  }

  @Test
  void aMachineGoesWithItsLineAndEverythingWithOneInStandby() {
    Asset machine = new Asset("s", "a", "l", "m");
    assertThat(View.key(GroupConfig.Mode.SPREAD, machine, "telemetry"))
        .isEqualTo(View.key(GroupConfig.Mode.SPREAD, machine.toLine(), "efficiency"))
        .isEqualTo("s/a/l");
    assertThat(View.key(GroupConfig.Mode.SPREAD, Asset.NONE, "rooms")).isEqualTo("rooms");
    assertThat(View.key(GroupConfig.Mode.STANDBY, machine, "telemetry")).isEmpty();
  }
}
