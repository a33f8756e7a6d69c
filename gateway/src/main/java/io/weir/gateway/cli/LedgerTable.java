package io.weir.gateway.cli;

import io.weir.gateway.api.LedgerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A ledger as lines of text, and what does not add up in it. */
record LedgerTable(LedgerResponse ledger) {

  private static final List<String> SOURCE =
      List.of("SOURCE", "RECEIVED", "APPENDED", "FILTERED", "REJECTED", "REFUSED", "");

  private static final List<String> SINK =
      List.of(
          "SINK (LOG)",
          "OFFERED",
          "STORED",
          "SENT",
          "THINNED",
          "QUARANTINED",
          "WITHHELD",
          "DROPPED",
          "CORRUPT",
          "PENDING",
          "");

  private static final List<String> QUARANTINE =
      List.of("QUARANTINE", "REJECTED", "COPIED", "LOST", "PENDING", "GAPS", "");

  List<String> lines() {
    List<List<String>> sources = new ArrayList<>();
    sources.add(SOURCE);
    for (LedgerResponse.Source each : ledger.sources()) {
      sources.add(
          line(
              each.name(),
              each.getUnexplained(),
              each.received(),
              each.appended(),
              each.filtered(),
              each.rejected(),
              each.refused()));
    }
    List<List<String>> sinks = new ArrayList<>();
    sinks.add(SINK);
    for (LedgerResponse.Sink each : ledger.sinks()) {
      sinks.add(
          line(
              each.name() + " (" + each.log() + ")",
              each.getUnexplained(),
              each.offered(),
              each.stored(),
              each.sent(),
              each.thinned(),
              each.quarantined(),
              each.withheld(),
              each.dropped(),
              each.corrupt(),
              each.pending()));
    }
    List<String> lines = new ArrayList<>(aligned(sources));
    lines.addAll(aligned(sinks));
    LedgerResponse.Quarantine aside = ledger.quarantine();
    if (aside != null) {
      lines.addAll(
          aligned(
              List.of(
                  QUARANTINE,
                  line(
                      "all sources",
                      aside.getUnexplained(),
                      aside.rejected(),
                      aside.copied(),
                      aside.lost(),
                      aside.pending(),
                      aside.gaps()))));
    }
    return lines;
  }

  private static List<String> line(String name, long unexplained, long... counts) {
    List<String> line = new ArrayList<>();
    line.add(name);
    for (long each : counts) {
      line.add(count(each));
    }
    line.add(verdict(unexplained));
    return line;
  }

  /** Columns as wide as what is in them: names to the left, numbers to the right. */
  private static List<String> aligned(List<List<String>> table) {
    List<String> lines = new ArrayList<>();
    int last = table.get(0).size() - 1;
    for (List<String> row : table) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < last; column++) {
        String text = row.get(column);
        String space = " ".repeat(width(table, column) - text.length());
        line.append(column == 0 ? "" : "  ").append(column == 0 ? text + space : space + text);
      }
      lines.add((line + "  " + row.get(last)).stripTrailing());
    }
    return lines;
  }

  private static int width(List<List<String>> table, int column) {
    return table.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
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
    LedgerResponse.Quarantine aside = ledger.quarantine();
    if (aside != null && aside.getUnexplained() != 0) {
      sentences.add(sentence("quarantine, rejected", aside.getUnexplained()));
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
