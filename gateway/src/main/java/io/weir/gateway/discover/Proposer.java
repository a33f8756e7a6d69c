package io.weir.gateway.discover;

import io.weir.gateway.decode.Recognizer;
import io.weir.gateway.normalize.RouteConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** From what was heard to routes: presets first, then topics that are alike, each tried. */
final class Proposer {

  private final Trial trial;

  Proposer(RouteParser parser, long nowNs) {
    this.trial = new Trial(parser, nowNs);
  }

  /**
   * Routes for what was heard. All of it is read with them; where they reject something, they are
   * made once more, from that too.
   */
  List<Finding> propose(List<Heard> heard) {
    List<Finding> findings = proposed(heard);
    Map<Finding, Rejections> rejections = rejections(findings, heard);
    boolean isNew = false;
    for (Rejections each : rejections.values()) {
      isNew |= each.teach();
    }
    if (isNew) {
      findings = proposed(heard);
      rejections = rejections(findings, heard);
    }
    List<Finding> told = new ArrayList<>();
    for (Finding each : findings) {
      Rejections of = rejections.get(each);
      told.add(of == null || of.told().isEmpty() ? each : each.remarked(of.told()));
    }
    return told;
  }

  /** By finding; empty where routes cannot be read together, which the check of them tells. */
  private Map<Finding, Rejections> rejections(List<Finding> findings, List<Heard> heard) {
    Map<Finding, Rejections> all = new IdentityHashMap<>();
    List<Finding> routed = findings.stream().filter(Finding::isRoutable).toList();
    List<RouteConfig> configs = new ArrayList<>();
    for (@Nullable RouteConfig each :
        trial.read(routed.stream().map(Finding::route).map(Objects::requireNonNull).toList())) {
      if (each != null) {
        configs.add(each);
      }
    }
    if (configs.size() == routed.size()) {
      List<Rejections> found = trial.rejections(configs, heard);
      for (int i = 0; i < routed.size(); i++) {
        all.put(routed.get(i), found.get(i));
      }
    }
    return all;
  }

  private List<Finding> proposed(List<Heard> heard) {
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
