package io.weir.gateway.settings;

import io.weir.gateway.config.Nearest;
import io.weir.gateway.config.Problems;
import io.weir.gateway.config.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Machines that are like a template get the keys of it that they do not have. Filled in after the
 * schema was checked, so that what is wrong with a template is said once.
 */
final class Templates {

  private final Map<String, YamlNode.Mapping> byName = new LinkedHashMap<>();
  private final Problems problems;

  private Templates(Problems problems) {
    this.problems = problems;
  }

  /** The file's tree with the keys of each machine's template; a key that is there stays. */
  static YamlNode fill(YamlNode root, Problems problems) {
    if (root instanceof YamlNode.Mapping file
        && file.get("efficiency") instanceof YamlNode.Mapping efficiency) {
      Templates templates = new Templates(problems);
      if (efficiency.get("templates") instanceof YamlNode.Sequence list) {
        templates.read(list);
      }
      if (efficiency.get("machines") instanceof YamlNode.Sequence machines) {
        return file.with("efficiency", efficiency.with("machines", templates.filled(machines)));
      }
    }
    return root;
  }

  private void read(YamlNode.Sequence list) {
    for (int i = 0; i < list.items().size(); i++) {
      YamlNode item = list.items().get(i);
      if (item instanceof YamlNode.Mapping template
          && template.get("name") instanceof YamlNode.Scalar name
          && byName.putIfAbsent(name.text(), template) != null) {
        String key = YamlNode.key("efficiency.templates", i, item);
        problems.add(name.place(), key + ".name", "is the name of another template already");
      }
    }
  }

  private YamlNode filled(YamlNode.Sequence machines) {
    List<YamlNode> filled = new ArrayList<>();
    for (int i = 0; i < machines.items().size(); i++) {
      YamlNode item = machines.items().get(i);
      filled.add(
          item instanceof YamlNode.Mapping machine
                  && machine.get("like") instanceof YamlNode.Scalar like
              ? like(machine, like, i)
              : item);
    }
    return new YamlNode.Sequence(machines.place(), filled);
  }

  private YamlNode like(YamlNode.Mapping machine, YamlNode.Scalar like, int index) {
    YamlNode.Mapping template = byName.get(like.text());
    if (template == null) {
      problems.add(
          like.place(),
          YamlNode.key("efficiency.machines", index, machine) + ".like",
          "there is no template '" + like.written() + "'",
          Nearest.suggest(like.written(), List.copyOf(byName.keySet())));
      return machine;
    }
    YamlNode.Mapping filled = machine;
    for (Map.Entry<String, YamlNode.Entry> each : template.entries().entrySet()) {
      if (!each.getKey().equals("name") && filled.get(each.getKey()) == null) {
        filled = filled.with(each.getKey(), each.getValue().value());
      }
    }
    return filled;
  }
}
