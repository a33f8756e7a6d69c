package io.weir.gateway.cli;

import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.datadir.DataDirectory;
import io.weir.gateway.intake.IntakeTotals;
import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.LogSummary;
import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.quarantine.QuarantineBalance;
import io.weir.gateway.sink.SinkBalance;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The ledger of a gateway that is stopped, from the files that it left. */
record LedgerOnDisk(DataDirectory data, FileSystem files) {

  private static final String SINK = "sink-";
  private static final String QUARANTINE = "quarantine";

  /**
   * @param totals of the log of readings, which this reads
   */
  LedgerResponse read(IntakeTotals totals) throws IOException {
    LogSummary readings = LogSummary.read(data.log(Logs.READINGS), files, totals);
    LogSummary figures = LogSummary.read(data.log(Logs.FIGURES), files, RunningTotal.NOTHING);
    List<LedgerResponse.Source> sources = new ArrayList<>();
    totals.lines().forEach((name, line) -> sources.add(source(name, line)));
    List<LedgerResponse.Sink> sinks = new ArrayList<>();
    addSinks(Logs.READINGS, readings, sinks);
    addSinks(Logs.FIGURES, figures, sinks);
    return new LedgerResponse(
        List.copyOf(sources), List.copyOf(sinks), quarantine(totals, readings));
  }

  /** Of a cursor that is not there nothing was copied. */
  private static LedgerResponse.Quarantine quarantine(IntakeTotals totals, LogSummary readings)
      throws IOException {
    long rejected = totals.lines().values().stream().mapToLong(IntakeTotals.Line::rejected).sum();
    byte[] state = {};
    long position = 0;
    for (LogSummary.Consumer consumer : readings.consumers()) {
      if (consumer.name().equals(QUARANTINE)) {
        state = consumer.state();
        position = consumer.position();
      }
    }
    if (readings.damagedCursors().contains(QUARANTINE)) {
      throw damaged(Logs.READINGS, QUARANTINE, "of the quarantine");
    }
    return LedgerResponse.Quarantine.of(QuarantineBalance.ofCursor(state, position, rejected));
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
        throw damaged(log, damaged, "of this sink");
      }
    }
  }

  private static IOException damaged(String log, String cursor, String whose) {
    return new IOException(
        "the cursor "
            + cursor
            + " of the log "
            + log
            + " is damaged, and with it the counts "
            + whose
            + "; weir buffer repair says more");
  }

  private static LedgerResponse.Sink sink(String log, LogSummary.Consumer consumer, long units) {
    return LedgerResponse.Sink.of(
        consumer.name().substring(SINK.length()),
        log,
        SinkBalance.ofCursor(consumer.state(), consumer.units(), units));
  }
}
