package io.weir.gateway.discover;

import io.weir.gateway.decode.Decoders;
import io.weir.gateway.decode.Preset;
import io.weir.gateway.normalize.TopicPattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Topics that one route covers.
 *
 * @param pattern as a route names them
 * @param format the format of all, or {@code null} where it was not recognised
 * @param topics how many they are
 * @param messages sent by them while listening
 * @param retained kept by the broker from before
 * @param topic one of them
 * @param sample a payload of that one
 * @param route the keys of a route, or {@code null} where none can be written
 * @param remarks what cannot be decided from what was heard
 * @param rivals what other ways to read it would give, in a line each
 */
@SuppressWarnings("ArrayRecordComponent") // shown, never compared
public record Finding(
    String pattern,
    @Nullable String format,
    int topics,
    long messages,
    long retained,
    String topic,
    byte[] sample,
    @Nullable Map<String, Object> route,
    List<String> remarks,
    List<String> rivals) {

  public Finding {
    remarks = List.copyOf(remarks);
    rivals = List.copyOf(rivals);
  }

  /**
   * @param route without the topic, or {@code null}
   */
  static Finding of(
      String pattern,
      @Nullable String format,
      List<Topic> all,
      @Nullable Map<String, Object> route,
      List<String> remarks,
      List<String> rivals) {
    Heard shown =
        all.stream()
            .map(each -> each.heard)
            .filter(each -> !each.samples().isEmpty())
            .findFirst()
            .orElse(all.get(0).heard);
    Map<String, Object> whole = null;
    if (route != null) {
      whole = new LinkedHashMap<>();
      Preset preset = Decoders.preset(String.valueOf(route.get("preset")));
      if (preset == null || !preset.topic().equals(pattern)) {
        whole.put("topic", pattern);
      }
      whole.putAll(route);
    }
    return new Finding(
        pattern,
        format,
        all.size(),
        all.stream().mapToLong(each -> each.heard.live()).sum(),
        all.stream().mapToLong(each -> each.heard.retained()).sum(),
        shown.topic,
        shown.samples().isEmpty() ? new byte[0] : shown.samples().get(0).payload(),
        whole,
        remarks,
        rivals);
  }

  /** The same with one more remark. */
  Finding remarked(String remark) {
    List<String> all = new ArrayList<>(remarks);
    all.add(remark);
    return new Finding(
        pattern, format, topics, messages, retained, topic, sample, route, all, rivals);
  }

  /** Whether a route for it can be written. */
  public boolean isRoutable() {
    return route != null;
  }

  /** The route as YAML in one line, or {@code null}. */
  public @Nullable String text() {
    return route == null ? null : RouteText.of(route);
  }

  /** The same for messages of one source only. */
  public Finding of(String source) {
    if (route == null) {
      return this;
    }
    Map<String, Object> with = new LinkedHashMap<>();
    with.put("source", source);
    with.putAll(route);
    return new Finding(
        pattern, format, topics, messages, retained, topic, sample, with, remarks, rivals);
  }

  /** How much of the topic it leaves open; the first route that matches is used. */
  long names() {
    String matched = TopicPattern.matched(pattern);
    long names = matched.chars().filter(c -> c == '+').count();
    return names + (matched.endsWith("#") ? 100 : 0) + (matched.startsWith("+") ? 200 : 0);
  }
}
