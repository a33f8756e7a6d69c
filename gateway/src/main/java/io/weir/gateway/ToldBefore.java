package io.weir.gateway;

import io.weir.gateway.admin.Corrections;
import io.weir.gateway.correction.Correction;
import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.efficiency.EfficiencySnapshot.MachineNow;
import io.weir.gateway.efficiency.History;
import io.weir.gateway.model.Asset;
import java.util.List;

/** What the figures say of a machine when it is corrected. For any thread. */
record ToldBefore(EfficiencyConsumer efficiency, History history) implements Corrections.Told {

  /** Spans that are kept with a correction, the newest. */
  private static final int MOST_SPANS = 20;

  @Override
  public List<Asset> machines() {
    return efficiency.snapshot().machines().stream().map(MachineNow::asset).toList();
  }

  @Override
  public List<Correction.Told> states(Asset machine, long from, long to) {
    List<History.StateInterval> spans = history.spans(machine, from, to);
    return spans.subList(Math.max(0, spans.size() - MOST_SPANS), spans.size()).stream()
        .map(s -> new Correction.Told(s.start(), s.end(), s.state().word(), s.reason()))
        .toList();
  }
}
