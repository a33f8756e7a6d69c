package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.EventTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicFilterTest {

  private static RouteConfig route(String topic, @Nullable String source, int qos) {
    return new RouteConfig(
        topic,
        source,
        "json",
        qos,
        "telemetry",
        new EventTime(null, null, null, Duration.ofMinutes(10)),
        List.of(),
        RouteConfig.Unlisted.KEEP);
  }

  private static List<TopicFilter> of(String... topics) {
    List<RouteConfig> routes = new ArrayList<>();
    for (String topic : topics) {
      routes.add(route(topic, null, 1));
    }
    return TopicFilter.of(routes, "plant");
  }

  private static TopicFilter sub(String filter, boolean widened) {
    return new TopicFilter(filter, 1, widened);
  }

  @Test
  void filtersThatDoNotOverlapStayAsTheyAre() {
    assertThat(of("a/{x}", "b/{x}", "a/{x}/c"))
        .containsExactly(sub("a/+", false), sub("b/+", false), sub("a/+/c", false));
  }

  @Test
  void aFilterWithinAnotherGoesIntoIt() {
    assertThat(of("a/b/c", "a/#")).containsExactly(sub("a/#", false));
    assertThat(of("a/{x...}", "a/{y}/c")).containsExactly(sub("a/#", false));
    assertThat(of("a/b", "a/b")).containsExactly(sub("a/b", false));
  }

  @Test
  void overlappingFiltersMergeIntoTheSmallestThatHoldsBoth() {
    assertThat(of("a/+/c", "a/b/+")).containsExactly(sub("a/+/+", true));
    assertThat(of("+/b/#", "a/#")).containsExactly(sub("+/#", true));
  }

  @Test
  void whatComesOfAMergeIsMergedWithWhatItOverlapsInTurn() {
    assertThat(of("a/x/y", "a/+/c", "a/b/+")).containsExactly(sub("a/+/+", true));
  }

  @Test
  void aWideFilterThatSomebodyAskedForIsNotCalledWidened() {
    assertThat(of("a/+/c", "a/b/+", "a/#")).containsExactly(sub("a/#", false));
  }

  @Test
  void wildcardsAtTheFrontDoNotReachTopicsOfTheBroker() {
    assertThat(of("#", "$SYS/broker/load"))
        .containsExactly(sub("#", false), sub("$SYS/broker/load", false));
  }

  @Test
  void theHighestQosCountsAndOtherSourcesDoNot() {
    List<RouteConfig> routes =
        List.of(route("a/b", "plant", 0), route("a/+", null, 1), route("a/#", "other", 1));
    assertThat(TopicFilter.of(routes, "plant")).containsExactly(new TopicFilter("a/+", 1, false));
  }

  @Test
  void everyTopicOfARouteIsLetInExactlyOnce() {
    Random random = new Random(5);
    String[] words = {"a", "b", "+", "+", "{x}", "c"};
    for (int i = 0; i < 2_000; i++) {
      String[] topics = new String[1 + random.nextInt(4)];
      for (int t = 0; t < topics.length; t++) {
        topics[t] = randomTopic(random, words) + (random.nextInt(4) == 0 ? "/#" : "");
      }
      List<TopicFilter> subscriptions = of(topics);
      for (int k = 0; k < 30; k++) {
        String topic = randomTopic(random, new String[] {"a", "b", "c", "d"});
        long routes = count(List.of(topics), topic);
        long filters = count(subscriptions.stream().map(TopicFilter::filter).toList(), topic);
        assertThat(filters).as("%s in %s", topic, subscriptions).isLessThanOrEqualTo(1);
        if (routes > 0) {
          assertThat(filters).as("%s in %s", topic, subscriptions).isEqualTo(1);
        }
      }
    }
  }

  private static String randomTopic(Random random, String[] words) {
    List<String> levels = new ArrayList<>();
    boolean named = false;
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      String word = words[random.nextInt(words.length)];
      levels.add(named && word.equals("{x}") ? "+" : word);
      named |= word.equals("{x}");
    }
    return String.join("/", levels);
  }

  private static long count(List<String> patterns, String topic) {
    return patterns.stream().filter(p -> TopicPattern.parse(p).match(topic) != null).count();
  }
}
