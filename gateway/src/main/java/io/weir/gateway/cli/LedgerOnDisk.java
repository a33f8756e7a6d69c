package io.weir.gateway.cli;

import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogSummary;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.sink.SinkBalance;
import io.weir.gateway.sink.SinkTotals;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a gateway that is stopped, from the files that it left. */
record LedgerOnDisk(DataDirectory data, FileSystem files) {

  private static final String SINK = "sink-";

  LedgerResponse read() throws IOException {
    IntakeTotals totals = new IntakeTotals(source -> 1);
    LogSummary readings = LogSummary.read(data.log(Logs.READINGS), files, totals);
    LogSummary figures = LogSummary.read(data.log(Logs.FIGURES), files, RunningTotal.NOTHING);
    List<LedgerResponse.Source> sources = new ArrayList<>();
    totals.lines().forEach((name, line) -> sources.add(source(name, line)));
    List<LedgerResponse.Sink> sinks = new ArrayList<>();
    addSinks(Logs.READINGS, readings, sinks);
    addSinks(Logs.FIGURES, figures, sinks);
    return new LedgerResponse(List.copyOf(sources), List.copyOf(sinks));
  }

  private static LedgerResponse.Source source(String name, IntakeTotals.Line line) {
    return new LedgerResponse.Source(
        name, line.received(), line.appended(), line.filtered(), line.rejected(), line.refused());
  }

  private static void addSinks(String log, LogSummary summary, List<LedgerResponse.Sink> into)
      throws IOException {
    for (LogSummary.Consumer consumer : summary.consumers()) {
      if (consumer.name().startsWith(SINK)) {
        into.add(sink(log, consumer, summary.units()));
      }
    }
    for (String damaged : summary.damagedCursors()) {
      if (damaged.startsWith(SINK)) {
        throw new IOException(
            "the cursor "
                + damaged
                + " of the log "
                + log
                + " is damaged, and with it the counts of this sink; weir buffer repair says more");
      }
    }
  }

  private static LedgerResponse.Sink sink(String log, LogSummary.Consumer consumer, long units) {
    SinkBalance balance = SinkBalance.ofCursor(consumer.state(), consumer.units(), units);
    SinkTotals counts = balance.totals();
    return new LedgerResponse.Sink(
        consumer.name().substring(SINK.length()),
        log,
        balance.offered(),
        counts.stored(),
        counts.sent(),
        counts.thinned(),
        counts.quarantined(),
        counts.withheld(),
        counts.dropped(),
        counts.corrupt(),
        balance.pending());
  }
}
