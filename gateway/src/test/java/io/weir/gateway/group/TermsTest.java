package io.weir.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Up to when a member sent what. */
class TermsTest {

  private static final View ALONE = new View(List.of("a"));
  private static final View BOTH = new View(List.of("a", "b"));
  private static final View WITHOUT = new View(List.of("b"));

  private final Terms none = Terms.NONE;

  private static String keyOf(String owner) {
    for (int i = 0; ; i++) {
      if (owner.equals(BOTH.owner("line-" + i))) {
        return "line-" + i;
      }
    }
  }

  @Test
  void whatAMemberOwnsItSendsUntilAnotherViewHolds() {
    Terms all = none.begin(ALONE, "a", 10).begin(BOTH, "a", 20).begin(WITHOUT, "a", 30);
    assertThat(all.to("a", keyOf("a"))).isEqualTo(30);
    assertThat(all.to("a", keyOf("b"))).as("while it was alone").isEqualTo(20);
    assertThat(none.to("a", keyOf("a"))).isEqualTo(Terms.NEVER);
    assertThat(none.begin(WITHOUT, "a", 10).to("a", keyOf("b"))).isEqualTo(Terms.NEVER);
  }

  @Test
  void theSameViewAgainIsOneTerm() {
    Terms again = none.begin(ALONE, "a", 10).begin(BOTH, "a", 20).begin(ALONE, "a", 30);
    assertThat(again.toNs()).containsOnly(Map.entry(BOTH, 30L), Map.entry(ALONE, Terms.NOW));
  }

  @Test
  void itIsKnownWhetherAnotherTermHasBegun() {
    assertThat(none.are(WITHOUT, "a")).isTrue();
    assertThat(none.are(ALONE, "a")).isFalse();
    Terms alone = none.begin(ALONE, "a", 10);
    assertThat(alone.are(ALONE, "a")).isTrue();
    assertThat(alone.are(BOTH, "a")).isFalse();
    assertThat(alone.are(WITHOUT, "a")).isFalse();
    assertThat(alone.begin(WITHOUT, "a", 20).are(View.NOBODY, "a")).isTrue();
  }

  @Test
  void theOldestOfManyIsForgotten() {
    Terms terms = none;
    List<View> views = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      views.add(new View(List.of("a", "b" + i)));
      terms = terms.begin(views.get(i), "a", i);
    }
    assertThat(terms.toNs()).hasSize(64).containsKey(views.get(69)).doesNotContainKey(views.get(0));
  }
}
