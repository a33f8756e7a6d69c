package io.weir.gateway;

import io.weir.gateway.http.Ledger.Sink;
import io.weir.gateway.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where every reading went: the counts of the sources beside those of the sinks. Any thread. */
final class LedgerView {

  private final Ledger ledger;
  private final Intake intake;
  private final List<Source> sources;
  private final List<Outflow> outflows;

  LedgerView(Ledger ledger, Intake intake, List<Source> sources, List<Outflow> outflows) {
    this.ledger = ledger;
    this.intake = intake;
    this.sources = sources;
    this.outflows = outflows;
  }

  io.weir.gateway.http.Ledger ledger() {
    return new io.weir.gateway.http.Ledger(
        bySource(), outflows.stream().map(LedgerView::sink).toList());
  }

  private List<io.weir.gateway.http.Ledger.Source> bySource() {
    Map<String, Ledger.Line> lines = ledger.lines();
    sources.forEach(source -> lines.putIfAbsent(source.name(), Ledger.Line.ZERO));
    List<io.weir.gateway.http.Ledger.Source> all = new ArrayList<>();
    lines.forEach(
        (name, line) -> {
          long uncounted = intake.refusedUncounted(name);
          all.add(
              new io.weir.gateway.http.Ledger.Source(
                  name,
                  line.received() + uncounted,
                  line.appended(),
                  line.filtered(),
                  line.rejected(),
                  line.refused() + uncounted));
        });
    return all;
  }

  private static Sink sink(Outflow outflow) {
    io.weir.gateway.sink.Ledger counts = outflow.drain().ledger();
    long pending = outflow.drain().pending();
    return new Sink(
        outflow.sink().name(),
        outflow.log(),
        counts.settled() + pending,
        counts.stored(),
        counts.quarantined(),
        counts.withheld(),
        counts.dropped(),
        counts.corrupt(),
        pending);
  }
}
