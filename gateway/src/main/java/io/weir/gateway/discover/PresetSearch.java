package io.weir.gateway.discover;

import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Preset;
import io.weir.gateway.decode.Recognizer;
import io.weir.gateway.model.Reason;
import io.weir.gateway.normalize.TopicPattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Topics of vendors whose preset reads all that was heard of them. */
final class PresetSearch {

  /** Topics that a preset reads, and what comes of them. */
  private record Fit(
      List<Topic> topics, Map<String, Object> route, Trial.Outcome outcome, List<String> remarks) {}

  private final Trial trial;

  PresetSearch(Trial trial) {
    this.trial = trial;
  }

  /** Adds a finding for each preset that fits; gives the topics that none does. */
  List<Topic> of(List<Topic> topics, List<Finding> findings) {
    List<Topic> left = new ArrayList<>(topics);
    List<Map.Entry<String, Preset>> presets = new ArrayList<>(Decoders.presets().entrySet());
    // the most particular topic first: two presets may match one topic
    presets.sort(
        java.util.Comparator.comparingInt(
                (Map.Entry<String, Preset> each) -> -literals(each.getValue().topic()))
            .thenComparing(Map.Entry::getKey));
    for (Map.Entry<String, Preset> each : presets) {
      List<Topic> matching = new ArrayList<>();
      TopicPattern pattern = TopicPattern.parse(each.getValue().topic());
      for (Topic topic : left) {
        if (pattern.match(topic.heard.topic) != null) {
          matching.add(topic);
        }
      }
      Fit fit = matching.isEmpty() ? null : fit(each.getKey(), each.getValue(), matching);
      if (fit != null) {
        left.removeAll(fit.topics());
        Preset preset = each.getValue();
        findings.add(
            Finding.of(
                preset.topic(),
                preset.format(),
                fit.topics(),
                fit.route(),
                fit.remarks(),
                List.of()));
      }
    }
    return left;
  }

  private static int literals(String topic) {
    int literals = 0;
    for (String level : topic.split("/", -1)) {
      literals += level.matches(".*[+#{].*") ? 0 : 1;
    }
    return literals;
  }

  /** The topics that the preset reads; {@code null} where there are none. */
  private @Nullable Fit fit(String name, Preset preset, List<Topic> matching) {
    Fit together = tried(name, matching);
    if (together == null) {
      return null;
    }
    boolean isConvention =
        matching.stream().allMatch(topic -> isRecognized(topic, preset.format()));
    if (isConvention || together.outcome().rejected == 0) {
      return literals(preset.topic()) > 0 ? together : null;
    }
    List<Topic> fitting = new ArrayList<>();
    for (Topic topic : matching) {
      boolean isClean = !together.outcome().first.containsKey(topic.heard.topic);
      if (isClean || isRecognized(topic, preset.format())) {
        fitting.add(topic);
      }
    }
    return fitting.size() == matching.size()
        ? together
        : fitting.isEmpty() ? null : tried(name, fitting);
  }

  /** The preset, with a zone where its times have none; {@code null} where it reads nothing. */
  private @Nullable Fit tried(String name, List<Topic> topics) {
    Map<String, Object> route = new LinkedHashMap<>();
    route.put("preset", name);
    Trial.Outcome plain = trial.of(route, topics);
    if (plain != null && plain.rejects(Reason.BAD_TIME)) {
      Written written = localTime(topics);
      if (written != null && written.zone() != null) {
        Map<String, Object> with = new LinkedHashMap<>(route);
        with.put("time", Map.of("zone", written.zone()));
        Trial.Outcome zoned = trial.of(with, topics);
        if (zoned != null && zoned.rejected < plain.rejected) {
          return zoned.useful == 0 ? null : new Fit(topics, with, zoned, written.remarks());
        }
      }
    }
    return plain == null || plain.useful == 0 ? null : new Fit(topics, route, plain, List.of());
  }

  private @Nullable Written localTime(List<Topic> topics) {
    for (Topic topic : topics) {
      for (Times.Rule rule : Times.in(topic.fields, trial.nowNs())) {
        if (rule.written().zone() != null) {
          return rule.written();
        }
      }
    }
    return null;
  }

  private static boolean isRecognized(Topic topic, String format) {
    return topic.heard.samples().stream()
        .allMatch(
            sample ->
                format.equals(Recognizer.of(topic.heard.topic, sample.payload()).format())
                    && !Candidates.TREES.contains(format));
  }
}
