package io.weir.gateway.api;

import io.weir.gateway.efficiency.config.ReasonTree;
import java.util.List;
import java.util.Map;

/** The reasons that stops can have, as a tree of category, reason and detail. */
public record ReasonList(List<Node> reasons) {

  /**
   * A category, a reason or a detail.
   *
   * @param id its name in the store and in corrections
   * @param labels in place of the name, by language such as {@code de}
   * @param planned whether a stop with it is a planned stop
   * @param comment whether a person who gives it must comment it
   * @param codes what machines send for it, beside its id
   */
  public record Node(
      String id,
      String name,
      Map<String, String> labels,
      boolean planned,
      boolean comment,
      List<String> codes,
      List<Node> reasons) {}

  static ReasonList of(ReasonTree tree) {
    return new ReasonList(nodes(tree.categories()));
  }

  private static List<Node> nodes(List<ReasonTree.Node> nodes) {
    return nodes.stream()
        .map(
            node ->
                new Node(
                    node.id(),
                    node.name(),
                    node.labels(),
                    node.planned(),
                    node.comment(),
                    node.codes(),
                    nodes(node.reasons())))
        .toList();
  }
}
