package io.weir.gateway.discover;

import io.weir.gateway.normalize.TopicPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Groups whose patterns match the same topics: the largest keeps its pattern, the others say which
 * values of a level they are for.
 */
final class Conflicts {

  private Conflicts() {}

  static List<Proposal> solved(List<Proposal> proposals, Trial trial) {
    List<Proposal> largest = new ArrayList<>(proposals);
    largest.sort(
        Comparator.comparing((Proposal each) -> each.route() == null)
            .thenComparing(each -> -each.topics().size())
            .thenComparing(each -> each.topics().get(0).heard.topic));
    Map<String, Proposal> taken = new TreeMap<>();
    List<Proposal> solved = new ArrayList<>();
    for (Proposal each : largest) {
      if (each.route() == null) {
        solved.add(each);
        continue;
      }
      Proposal other = taken.get(TopicPattern.matched(each.naming().pattern()));
      List<Proposal> apart = other == null ? List.of(each) : apart(each, other);
      for (Proposal one : apart) {
        boolean isFree =
            taken.putIfAbsent(TopicPattern.matched(one.naming().pattern()), one) == null;
        solved.add(isFree ? one : without(one));
      }
    }
    return Measurements.apart(solved, trial);
  }

  /** Told without a route. */
  private static Proposal without(Proposal each) {
    String remark = "another route takes %s first".formatted(each.naming().pattern());
    return new Proposal(each.topics(), each.naming(), null, null, List.of(remark), List.of());
  }

  /** One for each value of the level that tells them apart best. */
  private static List<Proposal> apart(Proposal each, Proposal other) {
    String[] levels = each.naming().pattern().split("/", -1);
    int best = -1;
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < levels.length; i++) {
      Set<String> own = Objects.requireNonNullElse(Levels.values(each.topics(), i), Set.of());
      Set<String> theirs = Objects.requireNonNullElse(Levels.values(other.topics(), i), Set.of());
      boolean isOpen = levels[i].matches("\\+|\\{.*}");
      boolean isApart = isOpen && own.stream().noneMatch(theirs::contains);
      if (isApart && own.size() <= fewest) {
        best = i;
        fewest = own.size();
      }
    }
    Map<String, List<Topic>> parts = new LinkedHashMap<>();
    for (Topic topic : each.topics()) {
      parts
          .computeIfAbsent(
              best < 0 ? topic.heard.topic : topic.levels[best], unused -> new ArrayList<>())
          .add(topic);
    }
    List<Proposal> apart = new ArrayList<>();
    for (List<Topic> topics : parts.values()) {
      Set<Integer> fixed = new TreeSet<>();
      for (int i = 0; i < levels.length; i++) {
        if (i == best || (best < 0 && levels[i].matches("\\+|\\{.*}"))) {
          fixed.add(i);
        }
      }
      apart.add(fixed(each, topics, fixed));
    }
    return apart;
  }

  /** The same with some levels as they are in the topic; what they named is said otherwise. */
  private static Proposal fixed(Proposal each, List<Topic> topics, Set<Integer> fixed) {
    String[] levels = each.naming().pattern().split("/", -1);
    Map<String, Object> asset = new LinkedHashMap<>(each.naming().asset());
    Map<String, Object> route = new LinkedHashMap<>(Objects.requireNonNull(each.route()));
    for (int i : fixed) {
      String value = topics.get(0).levels[i];
      String name = levels[i].replaceAll("[{}]", "");
      boolean isLiteral = !value.matches(".*[+#{}].*");
      levels[i] = isLiteral ? value : "+";
      if (Set.of("site", "area", "line", "machine").contains(name)) {
        asset.put(name, value);
      } else if (name.equals("metric") && isLiteral) {
        rename(route, value);
      }
    }
    Naming naming = new Naming(String.join("/", levels), asset, each.naming().remarks());
    return new Proposal(
        topics,
        naming,
        each.format(),
        GroupSearch.withAsset(route, naming),
        each.remarks(),
        each.rivals());
  }

  private static void rename(Map<String, Object> route, String to) {
    List<Object> metrics = new ArrayList<>();
    Map<String, Object> renamed = new LinkedHashMap<>();
    renamed.put("from", "value");
    renamed.put("to", to);
    if (route.get("metrics") instanceof List<?> own) {
      for (Object metric : own) {
        if (metric instanceof Map<?, ?> map && to.equals(map.get("from"))) {
          map.forEach((key, value) -> renamed.putIfAbsent(String.valueOf(key), value));
        }
      }
    }
    metrics.add(renamed);
    route.put("metrics", metrics);
  }
}
