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

  /**
   * Ten thousand machines are read from ten thousand topics, each with its own text of the line.
   */
  @Test
  void machinesOfALineShareTheNamesAboveThem() {
    Asset one = new Asset(copy("s"), copy("a"), copy("l"), copy("m-1"));
    Asset other = new Asset(copy("s"), copy("a"), copy("l"), copy("m-2"));

    assertThat(other.site()).isSameAs(one.site());
    assertThat(other.area()).isSameAs(one.area());
    assertThat(other.line()).isSameAs(one.line());
  }

  @Test
  void moreNamesThanAreSharedAreEachTheirOwn() {
    for (int i = 0; i < 5_000; i++) {
      assertThat(new Asset("site-" + i, "area-" + i, null, null).place())
          .isEqualTo("site-" + i + "/area-" + i);
    }
  }

  @Test
  void aWrittenPlaceHasItsLevelsWhateverSlashesAreInTheirNames() {
    assertThat(Asset.levelsOf("s/a/l/m")).containsExactly("s", "a", "l", "m");
    assertThat(Asset.levelsOf("s//l")).containsExactly("s", "", "l");
    assertThat(Asset.levelsOf("s/a/l/m/2")).containsExactly("s", "a", "l", "m/2");
    assertThat(Asset.levelsOf("s\\/1/a\\/\\/b/l\\/")).containsExactly("s/1", "a//b", "l/");
    assertThat(Asset.levelsOf("s/a/l/m\\/2")).containsExactly("s", "a", "l", "m\\/2");
    assertThat(Asset.levelsOf("s\\1/a")).containsExactly("s\\1", "a");
  }

  private static String copy(String level) {
    return level == null ? "" : new String(level.toCharArray());
  }
}
