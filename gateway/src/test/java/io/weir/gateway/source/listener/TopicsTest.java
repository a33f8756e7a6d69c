package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of MQTT 5, section 4.7, and others. */
class TopicsTest {

  @ParameterizedTest
  @CsvSource({
    "sport/tennis/player1/#, sport/tennis/player1, true",
    "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
    "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
    "sport/#, sport, true",
    "sport/#, sports, false",
    "#, a/b, true",
    "#, $SYS/a, false",
    "+/a, $SYS/a, false",
    "$SYS/#, $SYS/a, true",
    "sport/tennis/+, sport/tennis/player1, true",
    "sport/tennis/+, sport/tennis/player1/ranking, false",
    "sport/+, sport, false",
    "sport/+, sport/, true",
    "+/+, /finance, true",
    "/+, /finance, true",
    "+, /finance, false",
    "a/b, a/b, true",
    "a/b, a/b/c, false",
    "a/b/c, a/b, false",
    "a/b, a/bb, false",
    "a/+/c, a//c, true",
    "a/+/c, a/b/d, false",
    "+/+/#, a/b, true",
    "+/+/#, a, false",
  })
  void aFilterMatchesATopicAsTheSpecificationSays(String filter, String topic, boolean matches) {
    assertThat(Topics.matches(filter, topic)).isEqualTo(matches);
  }

  @Test
  void itMatchesAsAComparisonLevelByLevelDoes() {
    Random random = new Random(11);
    for (int i = 0; i < 100_000; i++) {
      String topic = path(random, "ab", false);
      String filter = path(random, "ab+", true);
      assertThat(Topics.matches(filter, topic))
          .as(filter + " " + topic)
          .isEqualTo(slow(filter, topic));
    }
  }

  private static String path(Random random, String letters, boolean mayEndInAll) {
    StringBuilder path = new StringBuilder();
    for (int level = random.nextInt(4); level >= 0; level--) {
      if (level == 0 && mayEndInAll && random.nextInt(4) == 0) {
        return path + "#";
      }
      if (random.nextInt(5) > 0) {
        path.append(letters.charAt(random.nextInt(letters.length())));
      }
      path.append(level > 0 ? "/" : "");
    }
    return path.toString();
  }

  private static boolean slow(String filter, String topic) {
    String[] wanted = filter.split("/", -1);
    String[] levels = topic.split("/", -1);
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].equals("#")) {
        return true;
      }
      if (i == levels.length || !wanted[i].equals("+") && !wanted[i].equals(levels[i])) {
        return false;
      }
    }
    return wanted.length == levels.length;
  }
}
