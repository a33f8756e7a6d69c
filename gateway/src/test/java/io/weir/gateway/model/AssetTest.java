package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AssetTest {

  @Test
  void twoAreTheSameIfAllFourLevelsAre() {
    String[] levels = {null, "a", "b"};
    List<Asset> all = new ArrayList<>();
    for (String site : levels) {
      for (String area : levels) {
        for (String line : levels) {
          for (String machine : levels) {
            all.add(new Asset(site, area, line, machine));
          }
        }
      }
    }
    Set<Asset> different = new HashSet<>(all);
    assertThat(different).hasSize(81);
    for (Asset each : all) {
      Asset again =
          new Asset(copy(each.site()), copy(each.area()), copy(each.line()), copy(each.machine()));
      assertThat(again).isEqualTo(each).hasSameHashCodeAs(each);
      assertThat(all.stream().filter(again::equals)).hasSize(1);
    }
  }

  private static String copy(String level) {
    return level == null ? "" : new String(level.toCharArray());
  }
}
