package io.weir.gateway.discover;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Topics as a tree of their levels, whatever their formats. If the subtrees of several siblings
 * look alike, the siblings are values of one level that varies, and are joined; the others keep
 * their names. What says what a message is about is never joined with something else.
 */
final class Levels {

  /** Most siblings with different looks; more are not compared. */
  private static final int MOST_KINDS = 100;

  /** This many roots must look alike to be joined; fewer are rather fixed names. */
  private static final int FEWEST_ROOTS = 5;

  static final String VARIES = "+";

  /** A level that varies and names a part of what stands above or below it. */
  static final String PART = "*";

  private static final class Node {
    final Map<String, Node> children = new TreeMap<>();
    final List<Topic> ends = new ArrayList<>();
    final Set<String> looks = new HashSet<>();

    boolean isSingle() {
      return children.isEmpty() && !ends.isEmpty() && ends.stream().allMatch(end -> end.isSingle);
    }

    void add(Node other) {
      ends.addAll(other.ends);
      other.children.forEach(
          (level, child) -> children.computeIfAbsent(level, unused -> new Node()).add(child));
    }
  }

  private Levels() {}

  /** Topics by their levels; those that vary are {@link #VARIES}. */
  static Map<List<String>, List<Topic>> grouped(List<Topic> topics) {
    Node root = new Node();
    for (Topic topic : topics) {
      Node at = root;
      for (String level : topic.levels) {
        at = at.children.computeIfAbsent(level, unused -> new Node());
      }
      at.ends.add(topic);
    }
    look(root);
    join(root, true);
    Map<List<String>, List<Topic>> groups = new LinkedHashMap<>();
    collect(root, new ArrayList<>(), groups);
    return withParts(groups);
  }

  /**
   * Fixed names that tell apart what would be the same without them: those between a machine and
   * its metrics, and those that stand before machines that have no more than a number.
   */
  private static Map<List<String>, List<Topic>> withParts(Map<List<String>, List<Topic>> groups) {
    Map<List<String>, List<Topic>> parts = new LinkedHashMap<>();
    groups.forEach(
        (levels, topics) ->
            parts
                .computeIfAbsent(withPart(levels, topics), unused -> new ArrayList<>())
                .addAll(topics));
    Map<List<String>, List<Topic>> all = new LinkedHashMap<>();
    groups.forEach(
        (levels, topics) -> {
          List<String> with = withPart(levels, topics);
          List<Topic> together = parts.getOrDefault(with, topics);
          boolean isNeeded = together.size() > topics.size() || hasNumberedPart(with);
          all.put(isNeeded ? with : levels, together);
        });
    return all;
  }

  private static List<String> withPart(List<String> levels, List<Topic> topics) {
    int last = levels.size() - 1;
    int varies = -1;
    for (int i = 0; i < last; i++) {
      varies = levels.get(i).equals(VARIES) ? i : varies;
    }
    List<String> with = new ArrayList<>(levels);
    boolean isSingle =
        !levels.get(last).isEmpty() && topics.stream().allMatch(topic -> topic.isSingle);
    if (isSingle && varies >= 0 && varies == last - 2) {
      with.set(last - 1, PART);
      with.set(last, VARIES);
    } else if (isSingle
        && varies >= 2
        && isNumbered(topics, varies)
        && !levels.get(varies - 1).equals(VARIES)) {
      with.set(varies - 1, PART);
      with.set(last, VARIES);
    }
    return with;
  }

  /** Whether what stands before a varying level is a part: without it a number says too little. */
  private static boolean hasNumberedPart(List<String> levels) {
    int at = levels.indexOf(PART);
    return at >= 0 && at + 2 < levels.size() && levels.get(at + 1).equals(VARIES);
  }

  private static boolean isNumbered(List<Topic> topics, int level) {
    return topics.stream().allMatch(topic -> topic.levels[level].matches("\\d+"));
  }

  private static void join(Node node, boolean isRoot) {
    List<List<String>> kinds = new ArrayList<>();
    List<Set<String>> looks = new ArrayList<>();
    List<String> stems = new ArrayList<>();
    node.children.forEach(
        (level, child) -> {
          if (level.equals(VARIES) || isFixed(level, child)) {
            return;
          }
          int kind = 0;
          while (kind < kinds.size()
              && !isSame(level, child, kinds.get(kind), looks.get(kind), stems.get(kind), node)) {
            kind++;
          }
          if (kind == kinds.size() && kind < MOST_KINDS) {
            kinds.add(new ArrayList<>());
            looks.add(new HashSet<>());
            stems.add(Words.stem(level));
          }
          if (kind < kinds.size()) {
            kinds.get(kind).add(level);
            looks.get(kind).addAll(child.looks);
          }
        });
    for (int i = 0; i < kinds.size(); i++) {
      List<String> kind = kinds.get(i);
      boolean isNumbered = !stems.get(i).isEmpty() && kind.stream().allMatch(Words::isId);
      if (kind.size() >= (isRoot && !isNumbered ? FEWEST_ROOTS : 2)) {
        Node joined = new Node();
        for (String level : kind) {
          Node child = node.children.remove(level);
          if (child != null) {
            joined.add(child);
          }
        }
        Node all = node.children.computeIfAbsent(VARIES, unused -> new Node());
        all.add(joined);
        look(all);
      }
    }
    node.children.values().forEach(child -> join(child, false));
  }

  /** Whether the level says what its messages are about, or what is done with them. */
  private static boolean isFixed(String level, Node child) {
    return level.isEmpty()
        || Words.isCommand(level)
        || (Words.isKind(level) && !child.isSingle())
        || level.startsWith("$");
  }

  private static boolean isSame(
      String level, Node child, List<String> kind, Set<String> looks, String stem, Node parent) {
    if (!stem.isEmpty() && stem.equals(Words.stem(level))) {
      return true;
    }
    String first = kind.get(0);
    Node other = parent.children.get(first);
    boolean sameDepth = other != null && other.children.isEmpty() == child.children.isEmpty();
    boolean sameEnd = other != null && other.isSingle() == child.isSingle();
    if (sameDepth && sameEnd && Words.isId(level) && Words.isId(first)) {
      return true;
    }
    if (sameDepth && sameEnd && Words.isMachine(level) && Words.isMachine(first)) {
      return true;
    }
    return alike(looks, child.looks);
  }

  /** Whether at least half of what the smaller one shows is seen in the other too. */
  private static boolean alike(Set<String> a, Set<String> b) {
    Set<String> smaller = a.size() < b.size() ? a : b;
    Set<String> larger = smaller == a ? b : a;
    long common = smaller.stream().filter(larger::contains).count();
    return common > 0 && 2 * common >= smaller.size();
  }

  private static void look(Node node) {
    node.children.values().forEach(Levels::look);
    node.looks.clear();
    for (Topic end : node.ends) {
      if (end.isSingle) {
        node.looks.add("~");
      } else if (end.fields.keys().isEmpty()) {
        end.heads().forEach(cell -> node.looks.add(":" + end.way + cell));
      } else {
        end.fields.keys().forEach(key -> node.looks.add(":" + key));
      }
    }
    node.children.forEach(
        (level, child) -> {
          if (child.isSingle()) {
            node.looks.add(Words.isMetric(level) || level.equals(VARIES) ? "~/" : level + "/~");
          } else if (Words.isKind(level) || Words.isCommand(level)) {
            node.looks.add(level + "/");
          } else {
            String shown = Words.isId(level) ? VARIES : level;
            child.looks.forEach(seen -> node.looks.add(shown + "/" + seen));
          }
        });
  }

  private static void collect(
      Node node, List<String> levels, Map<List<String>, List<Topic>> groups) {
    if (!node.ends.isEmpty()) {
      groups.computeIfAbsent(List.copyOf(levels), unused -> new ArrayList<>()).addAll(node.ends);
    }
    node.children.forEach(
        (level, child) -> {
          levels.add(level);
          collect(child, levels, groups);
          levels.remove(levels.size() - 1);
        });
  }

  /** The values of a level, in order; {@code null} where topics have fewer levels. */
  static @Nullable Set<String> values(List<Topic> topics, int level) {
    Set<String> values = new java.util.TreeSet<>();
    for (Topic topic : topics) {
      if (level >= topic.levels.length) {
        return null;
      }
      values.add(topic.levels[level]);
    }
    return values;
  }
}
