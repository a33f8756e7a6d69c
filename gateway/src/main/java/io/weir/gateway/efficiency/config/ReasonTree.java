package io.weir.gateway.efficiency.config;

import io.weir.gateway.model.Asset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The reasons that stops can have, as a tree of up to three levels: category, reason, detail. A
 * node may hold for some machines only, and may say which words of a PLC mean it. Immutable.
 *
 * @param categories the nodes of the first level, in the order of the file
 */
public record ReasonTree(List<Node> categories) {

  /** No tree: every reason is the machine's own word. */
  public static final ReasonTree NONE = new ReasonTree(List.of());

  /** Category, reason, detail. */
  static final int LEVELS = 3;

  /**
   * A category, a reason or a detail. What a node does not say it has from the node above it.
   *
   * @param id names it in the store and in corrections; unique in the tree
   * @param name for people
   * @param labels for people whose page has that language, in place of the name
   * @param category the id of its category; its own where it is one
   * @param planned whether a stop with this reason is a planned stop
   * @param comment whether a person who gives this reason must comment it
   * @param codes the words of machines that mean it, beside its id
   * @param assets patterns of the sites, areas, lines or machines for which it holds, a list for
   *     each level of the tree that says so; all must fit
   * @param reasons the nodes below
   */
  public record Node(
      String id,
      String name,
      Map<String, String> labels,
      String category,
      boolean planned,
      boolean comment,
      List<String> codes,
      List<List<String>> assets,
      List<Node> reasons) {

    /** One that has no labels. */
    public Node(
        String id,
        String name,
        String category,
        boolean planned,
        boolean comment,
        List<String> codes,
        List<List<String>> assets,
        List<Node> reasons) {
      this(id, name, Map.of(), category, planned, comment, codes, assets, reasons);
    }

    Node with(Map<String, String> otherLabels, List<Node> otherReasons) {
      return new Node(
          id, name, otherLabels, category, planned, comment, codes, assets, otherReasons);
    }

    /** Whether it holds for a machine. */
    public boolean holdsFor(Asset machine) {
      return assets.stream()
          .allMatch(
              any ->
                  any.stream().anyMatch(pattern -> AssetPattern.covers(pattern, machine.path())));
    }
  }

  public boolean isEmpty() {
    return categories.isEmpty();
  }

  /** The node with that id, or {@code null}. */
  public @Nullable Node node(String id) {
    List<Node> found = new ArrayList<>(1);
    each(
        node -> {
          if (node.id.equals(id)) {
            found.add(node);
          }
        });
    return found.isEmpty() ? null : found.get(0);
  }

  /** The tree of one machine: without the nodes that do not hold for it. */
  public ReasonTree of(Asset machine) {
    return new ReasonTree(holding(categories, machine));
  }

  private static List<Node> holding(List<Node> nodes, Asset machine) {
    return nodes.stream()
        .filter(node -> node.holdsFor(machine))
        .map(node -> node.with(node.labels, holding(node.reasons, machine)))
        .toList();
  }

  /** As the figures know it: how the page calls its nodes makes none of them another. */
  ReasonTree withoutLabels() {
    return new ReasonTree(plain(categories));
  }

  private static List<Node> plain(List<Node> nodes) {
    return nodes.stream().map(node -> node.with(Map.of(), plain(node.reasons))).toList();
  }

  /**
   * The node that each word of a machine means: a code goes before an id, and of nodes with the
   * same code the first in the file that holds for the machine counts.
   */
  public Map<String, Node> words(Asset machine) {
    Map<String, Node> words = new HashMap<>();
    ReasonTree own = of(machine);
    own.each(node -> node.codes.forEach(code -> words.putIfAbsent(code, node)));
    own.each(node -> words.putIfAbsent(node.id, node));
    return words;
  }

  /** Every node, each before those below it. */
  public void each(Consumer<Node> taker) {
    each(categories, taker);
  }

  private static void each(List<Node> nodes, Consumer<Node> taker) {
    for (Node node : nodes) {
      taker.accept(node);
      each(node.reasons, taker);
    }
  }
}
