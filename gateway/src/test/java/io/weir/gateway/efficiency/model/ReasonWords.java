package io.weir.gateway.efficiency.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the tree of reasons says of the words of one machine. */
final class ReasonWords {

  private final List<Plant.Reason> tree;

  ReasonWords(Plant plant, String machine) {
    tree =
        plant.reasons().stream()
            .filter(reason -> (machine + "/").startsWith(reason.asset() + "/"))
            .toList();
  }

  /** The first with that code, otherwise the one with that id. */
  Plant.@Nullable Reason of(String word) {
    for (Plant.Reason reason : tree) {
      if (reason.codes().contains(word)) {
        return reason;
      }
    }
    for (Plant.Reason reason : tree) {
      if (reason.id().equals(word)) {
        return reason;
      }
    }
    return null;
  }
}
