package io.weir.gateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Lays the command line's {@code KEY=VALUE} settings over the file. A key names each level: {@code
 * http.port}, {@code sources[plant].url} by name or {@code sources[0].url} (also {@code
 * sources.0.url}) by place from 0; brackets also take a name with dots in it. A value is one
 * scalar.
 */
public final class Overrides {

  private static final Pattern LEVEL = Pattern.compile("\\G(?:\\.?([^.\\[\\]]+)|\\[([^\\]]+)\\])");

  private final Problems problems;

  public Overrides(Problems problems) {
    this.problems = problems;
  }

  public YamlNode apply(YamlNode root, List<String> settings) {
    YamlNode result = root;
    for (String setting : settings) {
      result = apply(result, setting);
    }
    return result;
  }

  private YamlNode apply(YamlNode root, String setting) {
    int equals = setting.indexOf('=');
    String key = equals < 0 ? setting : setting.substring(0, equals);
    FilePosition place = new FilePosition("--set " + key, 0);
    List<String> levels = levels(key);
    if (equals < 0 || levels.isEmpty()) {
      problems.add(place, "", "must be KEY=VALUE, such as http.port=8081");
      return root;
    }
    String value = setting.substring(equals + 1);
    YamlNode scalar = new YamlNode.Scalar(place, value, value, YamlNode.plain(value));
    YamlNode changed = set(root, levels, scalar, "");
    return changed == null ? root : changed;
  }

  private static List<String> levels(String key) {
    List<String> levels = new ArrayList<>();
    Matcher matcher = LEVEL.matcher(key);
    int end = 0;
    while (matcher.find()) {
      levels.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
      end = matcher.end();
    }
    return end == key.length() ? levels : List.of();
  }

  /** The node with the value set below it, or {@code null} where there is no such place. */
  private @Nullable YamlNode set(
      @Nullable YamlNode node, List<String> levels, YamlNode value, String parent) {
    if (levels.isEmpty()) {
      return value;
    }
    String level = levels.get(0);
    List<String> below = levels.subList(1, levels.size());
    if (node instanceof YamlNode.Sequence list) {
      int index = index(list, level);
      if (index < 0) {
        problems.add(value.place(), "", "there is no " + parent + "[" + level + "]", items(list));
        return null;
      }
      YamlNode item = set(list.items().get(index), below, value, YamlNode.key(parent, index, node));
      if (item == null) {
        return null;
      }
      List<YamlNode> items = new ArrayList<>(list.items());
      items.set(index, item);
      return new YamlNode.Sequence(list.place(), items);
    }
    if (node instanceof YamlNode.Scalar) {
      problems.add(value.place(), "", parent + " is a single value, nothing stands below it");
      return null;
    }
    YamlNode.Mapping group =
        node instanceof YamlNode.Mapping m ? m : new YamlNode.Mapping(value.place(), Map.of());
    YamlNode changed = set(group.get(level), below, value, YamlNode.key(parent, level));
    return changed == null ? null : group.with(level, changed);
  }

  private static int index(YamlNode.Sequence list, String level) {
    for (int i = 0; i < list.items().size(); i++) {
      if (level.equals(YamlNode.name(list.items().get(i))) || level.equals(Integer.toString(i))) {
        return i;
      }
    }
    return -1;
  }

  private static String items(YamlNode.Sequence list) {
    if (list.items().isEmpty()) {
      return "the list is empty";
    }
    return IntStream.range(0, list.items().size())
        .mapToObj(i -> Objects.requireNonNullElse(YamlNode.name(list.items().get(i)), "" + i))
        .collect(Collectors.joining(", ", "there is: ", ""));
  }
}
