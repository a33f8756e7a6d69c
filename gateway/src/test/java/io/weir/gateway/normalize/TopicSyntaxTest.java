package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the configuration lets through, routing can read; what it refuses, routing refuses too. */
class TopicSyntaxTest {

  private static final String[] SCRAPS = {
    "a",
    "b-1",
    "/",
    "/",
    "/",
    "+",
    "#",
    "{x}",
    "{y}",
    "{x...}",
    "{metric}",
    "{time}",
    "{timestamp}",
    "{",
    "}",
    "...",
    "{}",
    "{...}",
    "{1}",
    "{a b}",
    "$",
    " ",
    "{" + "n".repeat(64) + "}",
    "{" + "n".repeat(65) + "}",
    "\0",
    "ü"
  };

  @Test
  void theConfigurationAndTheRoutingAgreeOnEveryPattern() {
    Random random = new Random(7);
    int good = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder pattern = new StringBuilder();
      for (int parts = 1 + random.nextInt(6); parts > 0; parts--) {
        pattern.append(SCRAPS[random.nextInt(SCRAPS.length)]);
      }
      String text = pattern.toString();
      boolean allowed = TopicPattern.wrong(text) == null;
      assertThat(allowed).as(text).isEqualTo(readable(text));
      if (allowed) {
        good++;
        TopicPattern read = TopicPattern.parse(text);
        assertThat(TopicPattern.matched(text)).isEqualTo(read.filter());
        assertThat(TopicPattern.names(text)).hasSameElementsAs(read.names());
      }
    }
    assertThat(good).isBetween(2_000, 18_000);
  }

  private static boolean readable(String text) {
    try {
      TopicPattern.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
