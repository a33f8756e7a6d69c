package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.model.Plant;
import java.util.List;

/** The tree of reasons of a seeded plant. */
final class FedReasons {

  private FedReasons() {}

  static ReasonTree tree(Plant plant) {
    return new ReasonTree(
        plant.reasons().stream()
            .filter(reason -> reason.id().equals(reason.category()))
            .map(
                category ->
                    node(
                        category,
                        plant.reasons().stream()
                            .filter(r -> r != category && r.category().equals(category.id()))
                            .map(r -> node(r, List.of()))
                            .toList()))
            .toList());
  }

  private static ReasonTree.Node node(Plant.Reason reason, List<ReasonTree.Node> below) {
    return new ReasonTree.Node(
        reason.id(),
        reason.id(),
        reason.category(),
        reason.planned(),
        false,
        reason.codes(),
        List.of(List.of(reason.asset())),
        below);
  }
}
