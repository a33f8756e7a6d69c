package io.weir.gateway.cli;

import io.weir.gateway.api.LedgerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A ledger as lines of text, and what does not add up in it. */
record LedgerTable(LedgerResponse ledger) {

  private static final String SOURCE = "%-20s %11s %11s %11s %11s %11s  %s";
  private static final String SINK = "%-20s %11s %11s %11s %11s %11s %11s %11s  %s";

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        SOURCE.formatted("SOURCE", "RECEIVED", "APPENDED", "FILTERED", "REJECTED", "REFUSED", ""));
    for (LedgerResponse.Source each : ledger.sources()) {
      lines.add(
          SOURCE.formatted(
              each.name(),
              count(each.received()),
              count(each.appended()),
              count(each.filtered()),
              count(each.rejected()),
              count(each.refused()),
              verdict(each.getUnexplained())));
    }
    lines.add(
        SINK.formatted(
            "SINK (LOG)",
            "OFFERED",
            "STORED",
            "QUARANTINED",
            "WITHHELD",
            "DROPPED",
            "CORRUPT",
            "PENDING",
            ""));
    for (LedgerResponse.Sink each : ledger.sinks()) {
      lines.add(
          SINK.formatted(
              each.name() + " (" + each.log() + ")",
              count(each.offered()),
              count(each.stored()),
              count(each.quarantined()),
              count(each.withheld()),
              count(each.dropped()),
              count(each.corrupt()),
              count(each.pending()),
              verdict(each.getUnexplained())));
    }
    return lines.stream().map(String::stripTrailing).toList();
  }

  /** A sentence for each line that does not add up. */
  List<String> imbalances() {
    List<String> sentences = new ArrayList<>();
    for (LedgerResponse.Source each : ledger.sources()) {
      if (each.getUnexplained() != 0) {
        sentences.add(sentence("source " + each.name() + ", received", each.getUnexplained()));
      }
    }
    for (LedgerResponse.Sink each : ledger.sinks()) {
      if (each.getUnexplained() != 0) {
        sentences.add(
            sentence(
                "sink " + each.name() + " of " + each.log() + ", offered", each.getUnexplained()));
      }
    }
    return sentences;
  }

  private static String sentence(String what, long unexplained) {
    return unexplained > 0
        ? what + ": " + count(unexplained) + " readings have no outcome"
        : what + ": " + count(-unexplained) + " readings too many have an outcome";
  }

  private static String verdict(long unexplained) {
    return unexplained == 0 ? "balanced" : "NOT BALANCED by " + count(unexplained);
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
