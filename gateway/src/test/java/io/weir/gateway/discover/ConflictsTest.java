package io.weir.gateway.discover;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.settings.TriedRoutes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConflictsTest {

  private static final String PATTERN = "shop/{machine}/data";

  private static Topic topic(String name, String payload) {
    Heard heard = new Heard(name);
    heard.heard(new Heard.Sample(payload.getBytes(UTF_8), false, 0, 1), true, true);
    return new Topic(heard);
  }

  private static Proposal proposal(String pattern, String format, String payload, String... names) {
    List<Topic> topics = new ArrayList<>();
    for (String each : names) {
      topics.add(topic(each, payload));
    }
    Map<String, Object> route = new LinkedHashMap<>(Map.of("format", format));
    return new Proposal(
        topics, new Naming(pattern, Map.of(), List.of()), format, route, List.of(), List.of());
  }

  private static Map<String, Proposal> solved(Proposal... proposals) {
    Map<String, Proposal> solved = new LinkedHashMap<>();
    Trial trial = new Trial(TriedRoutes::parse, 1_772_438_400_000_000_000L);
    for (Proposal each : Conflicts.solved(List.of(proposals), trial)) {
      solved.put(each.naming().pattern(), each);
    }
    return solved;
  }

  @Test
  void theLargestGroupKeepsAPatternAndOthersSayWhichTheyAre() {
    Map<String, Proposal> solved =
        solved(
            proposal(PATTERN, "csv", "a;b\n1;2", "shop/mill/data"),
            proposal(PATTERN, "json", "{\"a\":1}", "shop/press/data", "shop/saw/data"));
    assertThat(solved.keySet()).containsExactlyInAnyOrder(PATTERN, "shop/mill/data");
    Proposal mill = Objects.requireNonNull(solved.get("shop/mill/data"));
    assertThat(mill.naming().asset()).isEqualTo(Map.of("machine", "mill"));
    assertThat(mill.route()).isEqualTo(Map.of("format", "csv", "asset", Map.of("machine", "mill")));
    assertThat(Objects.requireNonNull(solved.get(PATTERN)).format()).isEqualTo("json");
  }

  @Test
  void patternsThatMatchNoCommonTopicStayAsTheyAre() {
    assertThat(
            solved(
                    proposal(PATTERN, "json", "{\"a\":1}", "shop/press/data"),
                    proposal("yard/{machine}/data", "csv", "a;b\n1;2", "yard/crane/data"))
                .keySet())
        .containsExactlyInAnyOrder(PATTERN, "yard/{machine}/data");
  }

  @Test
  void routesWhoseTypesDisagreeGetAMeasurementOfTheirOwn() {
    Map<String, Proposal> solved =
        solved(
            proposal("shop/{machine}/data", "json", "{\"state\":1}", "shop/a/data", "shop/b/data"),
            proposal("yard/{machine}/data", "json", "{\"state\":\"RUN\"}", "yard/c/data"));
    Proposal shop = Objects.requireNonNull(solved.get("shop/{machine}/data"));
    Proposal yard = Objects.requireNonNull(solved.get("yard/{machine}/data"));
    assertThat(shop.route()).isEqualTo(Map.of("format", "json"));
    assertThat(yard.route()).isEqualTo(Map.of("format", "json", "measurement", "data"));
    assertThat(yard.remarks()).anyMatch(each -> each.startsWith("it has a measurement of its own"));
  }

  @Test
  void noRouteGetsTheMeasurementOfFigures() {
    Map<String, Proposal> solved =
        solved(
            proposal("shop/{machine}/data", "json", "{\"state\":1}", "shop/a/data", "shop/b/data"),
            proposal("{machine}/stops", "json", "{\"state\":\"RUN\"}", "c/stops"));
    Proposal stops = Objects.requireNonNull(solved.get("{machine}/stops"));
    assertThat(stops.route()).containsEntry("measurement", "stops_json");
  }
}
