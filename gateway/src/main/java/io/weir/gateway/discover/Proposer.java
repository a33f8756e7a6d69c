package io.weir.gateway.discover;

import io.weir.gateway.decode.Recognizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** From what was heard to routes: presets first, then topics that are alike, each tried. */
final class Proposer {

  private final Trial trial;

  Proposer(RouteParser parser, long nowNs) {
    this.trial = new Trial(parser, nowNs);
  }

  List<Finding> propose(List<Heard> heard) {
    List<Topic> topics = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (Heard each : heard) {
      Topic topic = new Topic(each);
      String unread = unread(topic);
      if (unread == null) {
        topics.add(topic);
      } else {
        findings.add(
            Finding.of(each.topic, null, List.of(topic), null, List.of(unread), List.of()));
      }
    }
    List<Topic> left = new PresetSearch(trial).of(topics, findings);
    List<Proposal> proposals = new ArrayList<>();
    Levels.grouped(left)
        .forEach(
            (levels, group) ->
                bodies(group)
                    .forEach(body -> proposals.add(new GroupSearch(trial).of(levels, body))));
    Conflicts.solved(proposals, trial).forEach(each -> findings.add(each.finding()));
    findings.sort(
        Comparator.comparingLong(Finding::names)
            .thenComparing(Finding::pattern)
            .thenComparing(each -> !each.isRoutable()));
    return findings;
  }

  /** Why a topic is left out, or {@code null}. */
  private static @Nullable String unread(Topic topic) {
    if (topic.way.equals("empty")) {
      return "no payload was kept: all were empty or too large";
    }
    int last = topic.levels.length - 1;
    boolean isCommand =
        last > 0 && (Words.isCommand(topic.levels[last]) || Words.isCommand(topic.levels[0]));
    if (last > 0 && Words.isProtocol(topic.levels[last])) {
      return "of the protocol by its name, not a reading";
    }
    return isCommand ? "a command by its name, not a reading" : null;
  }

  /** Topics of one pattern by the way their payloads are written. */
  private static List<List<Topic>> bodies(List<Topic> group) {
    Map<String, List<Topic>> bodies = new TreeMap<>();
    for (Topic topic : group) {
      Heard.Sample first = topic.heard.samples().get(0);
      String format = Recognizer.of(topic.heard.topic, first.payload()).format();
      boolean isTree =
          format == null || Candidates.TREES.contains(format) || format.equals("scalar");
      bodies
          .computeIfAbsent(
              topic.way + topic.isSingle + (isTree ? "" : format), unused -> new ArrayList<>())
          .add(topic);
    }
    return new ArrayList<>(bodies.values());
  }
}
