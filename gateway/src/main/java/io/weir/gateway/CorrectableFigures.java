package io.weir.gateway;

import io.weir.gateway.admin.Corrections;
import io.weir.gateway.correction.Change.Why;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.History;
import io.weir.gateway.efficiency.config.ReasonTree;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot.MachineNow;
import io.weir.gateway.model.Asset;
import java.util.List;

/** What the figures say of a machine when it is corrected. For any thread. */
record CorrectableFigures(EfficiencyConsumer efficiency, History history)
    implements Corrections.Figures {

  @Override
  public List<Asset> machines() {
    return efficiency.snapshot().machines().stream().map(MachineNow::asset).toList();
  }

  @Override
  public boolean isBehind() {
    return efficiency.snapshot().isBehind();
  }

  @Override
  public List<Correction.Stretch> states(Asset machine, long from, long to) {
    return history.spans(machine, from, to).stream()
        .map(s -> new Correction.Stretch(s.start(), s.end(), s.state().word(), s.reason()))
        .toList();
  }

  @Override
  public Why reason(Why given, Asset machine, String comment) {
    ReasonTree tree = efficiency.efficiency().reasons();
    if (tree.isEmpty()) {
      return given;
    }
    ReasonTree.Node node = tree.of(machine).node(given.reason());
    if (node == null) {
      throw new IllegalArgumentException(
          "there is no reason '"
              + given.reason()
              + "' for "
              + machine.path()
              + "; /api/v1/reasons has them");
    }
    if (node.comment() && comment.isEmpty()) {
      throw new IllegalArgumentException("the reason '" + node.id() + "' needs a comment");
    }
    return new Why(node.category(), node.id(), given.detail(), node.planned());
  }

  @Override
  public Why meaning(String word, Asset machine) {
    ReasonTree tree = efficiency.efficiency().reasons();
    ReasonTree.Node node = tree.isEmpty() ? null : tree.of(machine).node(word);
    return new Why(node == null ? "" : node.category(), word, "", null);
  }
}
