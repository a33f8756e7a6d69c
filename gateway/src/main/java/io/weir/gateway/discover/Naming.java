package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Names the levels of topics that vary: the metric where the payload has none, then from the end
 * the machine, the line, the area, the site, unless their values say otherwise.
 *
 * @param pattern of a route
 * @param asset levels of the asset that stand in the topic but do not vary
 * @param remarks what cannot be known
 */
record Naming(String pattern, Map<String, Object> asset, List<String> remarks) {

  private static final List<String> ASSET = List.of("machine", "line", "area", "site");

  /** What the payload says. */
  record OfPayload(
      Set<String> assetLevels, Set<String> machines, Set<String> names, boolean namesValues) {}

  static Naming of(List<String> levels, List<Topic> topics, OfPayload payload) {
    return new Namer(levels, topics, payload).name();
  }

  private static final class Namer {
    private final List<String> levels;
    private final List<Topic> topics;
    private final OfPayload payload;
    private final String[] named;
    private final Map<String, Object> asset = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();

    Namer(List<String> levels, List<Topic> topics, OfPayload payload) {
      this.levels = levels;
      this.topics = topics;
      this.payload = payload;
      this.named = new String[levels.size()];
    }

    Naming name() {
      int metric = metric();
      if (metric >= 0) {
        named[metric] = "{metric}";
      }
      for (int i = 0; i < levels.size(); i++) {
        if (levels.get(i).equals(Levels.PART) && named[i] == null) {
          named[i] = other("part", i);
        }
      }
      List<Integer> varying = new ArrayList<>();
      for (int i = 0; i < levels.size(); i++) {
        if (levels.get(i).equals(Levels.VARIES) && named[i] == null) {
          varying.add(i);
        }
      }
      nameEntities(varying);
      if (!isKnown("machine")) {
        fixMachine(metric);
      }
      for (int i = 0; i < named.length; i++) {
        if (named[i] == null) {
          named[i] = literal(levels.get(i));
        }
      }
      return new Naming(String.join("/", named), asset, remarks);
    }

    private boolean isKnown(String level) {
      if (payload.assetLevels().contains(level) || asset.containsKey(level)) {
        return true;
      }
      for (String each : named) {
        if (("{" + level + "}").equals(each)) {
          return true;
        }
      }
      return false;
    }

    /** The level that names the metric, or -1. */
    private int metric() {
      boolean isSingle =
          !payload.namesValues() && topics.stream().allMatch(topic -> topic.isSingle);
      int last = levels.size() - 1;
      if (!isSingle) {
        for (int i = last; i > 0; i--) {
          if (levels.get(i).equals(Levels.VARIES) && mostly(i, Words::isMetric) && i == last) {
            return i;
          }
        }
        return -1;
      }
      for (int i = last; i > 0; i--) {
        if (mostly(
                i,
                level -> Words.isMetric(level) && !Words.isPlainValue(level) && !Words.isId(level))
            && (i == last || mostly(last, Words::isPlainValue) || isBehindMetric(i, last))) {
          return i;
        }
      }
      if (last < 1) {
        return -1;
      }
      int at = last;
      while (at > 1 && mostly(at, Words::isPlainValue)) {
        at--;
      }
      boolean isEntity = mostly(at, level -> Words.isId(level) && Words.isMachine(level));
      return isEntity || levels.get(at).isEmpty() ? -1 : at;
    }

    /** Whether the last level says less than one before it: a number, or a kind of message. */
    private boolean isBehindMetric(int level, int last) {
      return !mostly(last, Words::isMetric)
          && (!isFixed(level) || mostly(last, name -> Words.isId(name) || Words.isKind(name)));
    }

    private boolean isFixed(int level) {
      Set<String> values = Levels.values(topics, level);
      return values != null && values.size() == 1;
    }

    private boolean mostly(int level, Predicate<String> test) {
      Set<String> values = Objects.requireNonNullElse(Levels.values(topics, level), Set.of());
      long fitting = values.stream().filter(test).count();
      return fitting > 0 && 2 * fitting >= values.size();
    }

    private void nameEntities(List<Integer> varying) {
      List<Integer> left = new ArrayList<>(varying);
      for (int i : varying) { // what its values say
        String hint = hint(i);
        if (hint != null && isFree(hint)) {
          named[i] = "{" + hint + "}";
          left.remove(Integer.valueOf(i));
        } else if (isOfPayload(i)) {
          named[i] = "+"; // the payload says the same
          left.remove(Integer.valueOf(i));
        }
      }
      putMachineLast(left);
      List<String> names = new ArrayList<>(ASSET);
      for (int n = left.size() - 1; n >= 0; n--) {
        int i = left.get(n);
        if (isGateway(i)) {
          named[i] = other("gateway", i);
          continue;
        }
        while (!names.isEmpty() && !isFree(names.get(0))) {
          names.remove(0);
        }
        boolean isDevice = payload.assetLevels().contains("machine") && n == left.size() - 1;
        named[i] =
            isDevice
                ? other("device", i)
                : names.isEmpty() ? other("level" + (i + 1), i) : "{" + names.remove(0) + "}";
      }
    }

    /** What is called like a machine is one, also where something else stands behind it. */
    private void putMachineLast(List<Integer> left) {
      for (int n = left.size() - 1; n >= 0; n--) {
        int i = left.get(n);
        if (mostly(i, Words::isMachineName)) {
          for (int behind : List.copyOf(left.subList(n + 1, left.size()))) {
            named[behind] = other("level" + (behind + 1), behind);
            left.remove(Integer.valueOf(behind));
          }
          return;
        }
      }
    }

    private boolean isGateway(int level) {
      return mostly(level, Words::isGateway) && payload.assetLevels().contains("machine");
    }

    private boolean isFree(String level) {
      return !isKnown(level);
    }

    private String other(String name, int level) {
      boolean taken = payload.names().contains(name);
      for (String each : named) {
        taken |= ("{" + name + "}").equals(each);
      }
      return taken ? "{level" + (level + 1) + "}" : "{" + name + "}";
    }

    private @Nullable String hint(int level) {
      Set<String> values = Objects.requireNonNullElse(Levels.values(topics, level), Set.of());
      String hint = null;
      for (String value : values) {
        String place = Words.place(value);
        if (place == null || (hint != null && !hint.equals(place))) {
          return null;
        }
        hint = place;
      }
      return hint;
    }

    private boolean isOfPayload(int level) {
      Set<String> values = Levels.values(topics, level);
      return values != null && !payload.machines().isEmpty() && payload.machines().equals(values);
    }

    /** A level that does not vary may be the machine: the last that is called like one. */
    private void fixMachine(int metric) {
      int at = -1;
      for (int i = levels.size() - 1; i >= 0 && at < 0; i--) {
        String level = levels.get(i);
        boolean isFixed = i != metric && named[i] == null && !level.equals(Levels.VARIES);
        boolean isName =
            Words.place(level) == null && !Words.isKind(level) && !Words.isMetric(level);
        if (isFixed
            && isName
            && (Words.isMachine(level)
                || (Words.isId(level) && i > 0 && !level.matches("v?\\d+(\\.\\d+)*")))) {
          at = i;
        }
      }
      if (at >= 0) {
        asset.put("machine", levels.get(at));
        remarks.add(
            "the machine is taken to be '"
                + levels.get(at)
                + "', a level that was the same in all topics");
      } else {
        remarks.add(
            "nothing names the machine: write {machine} for the level that does, or asset.machine");
      }
    }

    private static String literal(String level) {
      return level.matches(".*[+#{}].*") ? "+" : level; // a route cannot contain it
    }
  }
}
