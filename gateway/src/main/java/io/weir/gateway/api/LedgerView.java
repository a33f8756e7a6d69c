package io.weir.gateway.api;

import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.api.LedgerResponse.Sink;
import io.weir.gateway.intake.Intake;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.quarantine.QuarantineBalance;
import io.weir.gateway.sink.SinkPipeline;
import io.weir.gateway.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Where every reading went: the counts of the sources beside those of the sinks. Any thread. */
public final class LedgerView {

  private final IntakeTotals ledger;
  private final Intake intake;
  private final List<Source> sources;
  private final List<SinkPipeline> pipelines;
  private final Supplier<QuarantineBalance> quarantine;

  /**
   * @param quarantine what became of what the sources rejected; for any thread
   */
  public LedgerView(
      IntakeTotals ledger,
      Intake intake,
      List<Source> sources,
      List<SinkPipeline> pipelines,
      Supplier<QuarantineBalance> quarantine) {
    this.ledger = ledger;
    this.intake = intake;
    this.sources = sources;
    this.pipelines = pipelines;
    this.quarantine = quarantine;
  }

  /** Each part whose counts do not add up; that is a bug of the gateway. */
  List<Trouble> troubles() {
    return ledger().troubles();
  }

  io.weir.gateway.api.LedgerResponse ledger() {
    return new io.weir.gateway.api.LedgerResponse(
        bySource(),
        pipelines.stream().map(LedgerView::sink).toList(),
        io.weir.gateway.api.LedgerResponse.Quarantine.of(quarantine.get()));
  }

  private List<io.weir.gateway.api.LedgerResponse.Source> bySource() {
    Map<String, IntakeTotals.Line> lines = ledger.lines();
    sources.forEach(source -> lines.putIfAbsent(source.name(), IntakeTotals.Line.ZERO));
    List<io.weir.gateway.api.LedgerResponse.Source> all = new ArrayList<>();
    lines.forEach(
        (name, line) -> {
          long uncounted = intake.refusedUncounted(name);
          all.add(
              new io.weir.gateway.api.LedgerResponse.Source(
                  name,
                  line.received() + uncounted,
                  line.appended(),
                  line.filtered(),
                  line.rejected(),
                  line.refused() + uncounted));
        });
    return all;
  }

  private static Sink sink(SinkPipeline pipeline) {
    return Sink.of(pipeline.sink().name(), pipeline.log(), pipeline.drain().balance());
  }
}
