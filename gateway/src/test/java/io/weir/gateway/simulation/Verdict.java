package io.weir.gateway.simulation;

import io.weir.gateway.api.LedgerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares what stands in the stores, in the quarantine and in the ledger with the {@link Oracle}.
 */
final class Verdict {

  private final Oracle oracle;
  private final Quarantined quarantined;
  private final boolean clockIsTrue;
  private final List<String> faults = new ArrayList<>();
  private int doubled;

  /**
   * @param clockIsTrue whether devices' times are never ahead of the gateway's clock
   */
  Verdict(Oracle oracle, Quarantined quarantined, boolean clockIsTrue) {
    this.oracle = oracle;
    this.quarantined = quarantined;
    this.clockIsTrue = clockIsTrue;
  }

  /** What is wrong; empty if nothing is. */
  List<String> faults() {
    return faults;
  }

  /** Values without a time of their own that stand more than once in a store. */
  int doubled() {
    return doubled;
  }

  // ---- Stores and quarantine

  void store(String sink, StoreContent content) {
    StoreIndex index = new StoreIndex(content);
    Map<String, Integer> same = new TreeMap<>();
    for (SentMessage message : oracle.acknowledged()) {
      for (Fact fact : message.facts) {
        if (fact instanceof Fact.Stored stored) {
          if (stored.field().equals("state")) {
            same.merge(stored.place() + "=" + stored.value(), 1, Integer::sum);
          } else {
            stored(sink, index, message, stored);
          }
        }
      }
    }
    same.forEach(
        (value, count) -> {
          int found = index.count(value);
          if (found < count) {
            faults.add(
                "LOST in " + sink + ": " + count + " messages with " + value + ", stored " + found);
          }
          doubled += Math.max(0, found - count);
        });
  }

  private void stored(String sink, StoreIndex index, SentMessage message, Fact.Stored stored) {
    List<Long> at = index.instants(stored.place() + "=" + stored.value());
    Long atNs = stored.atNs();
    if (atNs == null) {
      doubled += Math.max(0, at.size() - 1);
    }
    if (at.isEmpty() && stored.poison() && isSetAside(sink, stored.value())) {
      return;
    }
    if (atNs == null || !clockIsTrue) {
      if (at.isEmpty() && (atNs == null || !replaced(index, stored))) {
        faults.add("LOST in " + sink + ": " + stored + " of " + message);
      }
      return;
    }
    String there = index.at(stored.place(), atNs);
    if (there == null) {
      faults.add("LOST in " + sink + ": " + stored + " of " + message);
    } else if (!oracle.valuesAt(stored).contains(there) && !isSetAside(sink, stored)) {
      faults.add(
          "OLD OVER NEW in "
              + sink
              + ": "
              + there
              + " where "
              + oracle.valuesAt(stored)
              + " came later: "
              + stored
              + " of "
              + message);
    }
  }

  private boolean replaced(StoreIndex index, Fact.Stored stored) {
    Long atNs = stored.atNs();
    String there = atNs == null ? null : index.at(stored.place(), atNs);
    return there != null && oracle.valuesAt(stored).contains(there);
  }

  /** Whether the store refused all that may stand at the instant, so that what was there stays. */
  private boolean isSetAside(String sink, Fact.Stored stored) {
    return stored.poison()
        && oracle.valuesAt(stored).stream().allMatch(value -> isSetAside(sink, value));
  }

  private boolean isSetAside(String sink, String poison) {
    return quarantined.has(sink, SimulatedStore.POISON + poison);
  }

  void quarantine(Set<String> sinks) {
    for (SentMessage message : oracle.acknowledged()) {
      for (Fact fact : message.facts) {
        if (fact instanceof Fact.SetAside aside && !quarantined.hasEvidence(aside.evidence())) {
          faults.add("LOST: " + aside + " of " + message + " is not in the quarantine");
        }
      }
    }
    for (String sink : sinks) {
      for (String line : quarantined.lines(sink)) {
        if (!line.contains(SimulatedStore.POISON)) {
          faults.add("GOOD READING SET ASIDE for " + sink + ": " + line);
        }
      }
    }
  }

  // ---- The ledger

  void ledger(LedgerResponse ledger) {
    long appended = 0;
    for (LedgerResponse.Source source : ledger.sources()) {
      appended += source.appended();
      if (source.getUnexplained() != 0) {
        faults.add("LEDGER: " + source);
      }
    }
    for (LedgerResponse.Sink sink : ledger.sinks()) {
      if (sink.getUnexplained() != 0 || sink.dropped() + sink.corrupt() + sink.pending() != 0) {
        faults.add("LEDGER: " + sink);
      }
      if (sink.log().equals("readings")) {
        if (sink.offered() != appended) {
          faults.add("LEDGER: " + sink + " where the sources appended " + appended);
        }
        if (sink.quarantined() != quarantined.readings(sink.name())) {
          faults.add(
              "LEDGER: "
                  + sink
                  + " where the quarantine holds "
                  + quarantined.readings(sink.name()));
        }
      }
    }
  }

  /** A lost session is an alarm, so it must be noticed. */
  void sessions(int lost, long noticed) {
    if (lost > 0 && noticed == 0) {
      faults.add("UNNOTICED: the broker lost " + lost + " sessions");
    }
  }

  // ---- Figures

  /** All stores hold the same figures, at the coarser precision of the two. */
  void figures(StoreContent one, StoreContent other) {
    Map<String, Map<String, String>> first = figures(one);
    Map<String, Map<String, String>> second = figures(other);
    Set<String> points = new HashSet<>(first.keySet());
    points.addAll(second.keySet());
    for (String point : points) {
      if (!String.valueOf(first.get(point)).equals(String.valueOf(second.get(point)))) {
        faults.add(
            "FIGURES differ at " + point + ": " + first.get(point) + " and " + second.get(point));
      }
    }
  }

  private static Map<String, Map<String, String>> figures(StoreContent content) {
    Map<String, Map<String, String>> figures = new HashMap<>();
    content
        .series()
        .forEach(
            (series, points) -> {
              if (!series.startsWith("telemetry")) {
                points.forEach(
                    (at, fields) ->
                        figures.put(series + "@" + at / 1_000_000, new TreeMap<>(fields)));
              }
            });
    return figures;
  }
}
