package io.weir.gateway.simulation;

import io.weir.gateway.api.LedgerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Compares what stands in the stores, in the quarantine and in the ledger with the {@link Oracle}.
 */
final class Verdict {

  private final Oracle oracle;
  private final Quarantined quarantined;
  private final LedgerResponse ledger;
  private final long nowNs;
  private final boolean clockIsTrue;

  /** The disk keeps a few blocks from being read, and a reading takes some bytes. */
  private static final int MOST_UNCOUNTED = 4 * 4096 / 16;

  private final boolean corruptUncounted;
  private final boolean diskIsSound;
  private final boolean mayRefuse;
  private final boolean recordsAreWhole;
  private final boolean allIsReplayed;
  private final Sparing sparing;
  private final Lessening lessening;
  private final List<String> faults = new ArrayList<>();
  private int doubled;

  /**
   * @param nowNs the true time
   * @param clockIsTrue whether devices' times are never ahead of the gateway's clock
   * @param diskIsSound whether records and headers stay as they were synced; if not, the ledger
   *     must count what is lost
   * @param mayRefuse whether the disk may refuse to write, so that what was never synced may count
   *     as damaged, and a cursor may not say what is
   * @param corruptUncounted whether the gateway says that more may be lost at an end of the log
   *     than it counts
   * @param allIsReplayed whether all of the quarantine was replayed after the last fault
   * @param sparing what the log gives up, and the ledger counts as dropped
   * @param lessening what one sink gets less, and the ledger counts for it
   */
  Verdict(
      Oracle oracle,
      Quarantined quarantined,
      LedgerResponse ledger,
      long nowNs,
      boolean clockIsTrue,
      boolean diskIsSound,
      boolean mayRefuse,
      boolean corruptUncounted,
      boolean allIsReplayed,
      Sparing sparing,
      Lessening lessening) {
    this.sparing = sparing;
    this.lessening = lessening;
    this.allIsReplayed = allIsReplayed;
    this.oracle = oracle;
    this.quarantined = quarantined;
    this.ledger = ledger;
    this.nowNs = nowNs;
    this.clockIsTrue = clockIsTrue;
    this.diskIsSound = diskIsSound;
    this.mayRefuse = mayRefuse;
    this.recordsAreWhole = diskIsSound && !mayRefuse;
    this.corruptUncounted = corruptUncounted;
  }

  /** What is wrong; empty if nothing is. */
  List<String> faults() {
    return faults;
  }

  /** Values without a time of their own that stand more than once in a store. */
  int doubled() {
    return doubled;
  }

  // ---- Stores

  /** A value that many messages have. */
  private record State(String place, String value) {}

  /** Messages that have it, of which one is there. */
  private static final class Same {
    private int count;
    private @Nullable SentMessage one;
  }

  /**
   * @param since how many messages had come before the sink was there
   */
  void store(String sink, StoreContent content, int since) {
    StoreIndex index = new StoreIndex(content);
    List<String> lost = new ArrayList<>();
    Set<Fact.Stored> once = new HashSet<>(); // what is left out when it comes again is missing once
    Map<State, Same> same = new LinkedHashMap<>();
    for (SentMessage message : oracle.acknowledged()) {
      for (Fact fact : message.firstArrival < since ? List.<Fact>of() : message.facts) {
        if (fact instanceof Fact.Stored stored) {
          if (stored.isOf(Traffic.STATE)) {
            Same all =
                same.computeIfAbsent(
                    new State(stored.place(), stored.value()), state -> new Same());
            all.count++;
            all.one = message;
          } else if (isLost(sink, index, message, stored) && once.add(stored)) {
            lost.add(stored + " of " + message);
          }
        }
      }
    }
    same.forEach(
        (value, all) -> {
          int count = all.count;
          int found = found(index, value, Objects.requireNonNull(all.one));
          doubled += Math.max(0, found - count);
          for (int i = found; i < count; i++) {
            lost.add(value.place() + "=" + value.value() + " " + count + " times, stored " + found);
          }
        });
    long corrupt = diskIsSound ? 0 : readings(sink).corrupt();
    long dropped =
        sparing.mostMissing(readings(sink).dropped()) + lessening.mostMissing(readings(sink));
    if (lost.size() > corrupt + dropped + (corruptUncounted ? MOST_UNCOUNTED : 0)) {
      faults.add("LOST in " + sink + ": " + lost.size() + " readings, where " + readings(sink));
      lost.forEach(each -> faults.add("LOST in " + sink + ": " + each));
    }
    if ((readings(sink).corrupt() > 0 || corruptUncounted) && recordsAreWhole) {
      faults.add("LEDGER: no record was damaged, " + readings(sink));
    }
  }

  /** How often a value stands in a store, or in the quarantine as a message that has it. */
  private int found(StoreIndex index, State value, SentMessage message) {
    Fact.Stored stored = new Fact.Stored(value.place(), value.value(), null, null);
    int found =
        oracle.routings().stream()
            .map(each -> each.placed(message, stored).place())
            .distinct()
            .mapToInt(place -> index.instants(place, value.value()).size())
            .sum();
    boolean misread = oracle.routings().stream().anyMatch(Routing::misread);
    return misread && !allIsReplayed
        ? found + (int) quarantined.messages(message.topic, message.text)
        : found;
  }

  private boolean isLost(String sink, StoreIndex index, SentMessage message, Fact.Stored stored) {
    boolean lost = true;
    for (Fact.Stored placed : message.placed(stored)) {
      lost &= isLost(sink, index, placed);
    }
    boolean misread = !allIsReplayed && message.mayBeMisread();
    return lost && !message.mayBeLeftOut() && !(misread && quarantined.hasEvidence(message.text));
  }

  private boolean isLost(String sink, StoreIndex index, Fact.Stored stored) {
    List<Long> at = index.instants(stored.place(), stored.value());
    Long atNs = stored.atNs();
    if (atNs == null) {
      doubled += Math.max(0, at.size() - 1);
      int came = oracle.arrivalsOf(stored);
      if (at.size() > came) {
        faults.add("DOUBLED in " + sink + ": came " + came + " times, " + stored);
      }
    }
    boolean isMoved = lessening.isOf(sink) && lessening.movesTimes();
    if (clockIsTrue && !isMoved && !(sparing.mayMakeMeans() && readings(sink).dropped() > 0)) {
      at.stream()
          .filter(each -> !oracle.mayStandAt(stored, each, index.precisionNs()))
          .forEach(each -> faults.add("ELSEWHERE in " + sink + ": at " + each + " " + stored));
    }
    if (stored.value().startsWith(Nodes.MARK)) {
      misnamed(sink, index, stored);
    }
    if (stored.isOf(Traffic.END)) {
      at.forEach(each -> arrival(sink, each));
    }
    boolean mustStand = allIsReplayed && stored.isOf(SimulatedStore.POISON);
    if (at.isEmpty() && !mustStand && isSetAside(sink, stored.instead())) {
      return false;
    }
    if (isMoved && atNs != null) { // the row of a window replaces the one before
      return at.isEmpty() && index.at(stored.place(), lessening.rowOf(atNs)).isEmpty();
    }
    if (atNs == null || (!clockIsTrue && !at.isEmpty())) {
      return at.isEmpty();
    }
    List<String> there = index.at(stored.place(), atNs);
    boolean isWhole =
        diskIsSound
            && clockIsTrue
            && readings(sink).dropped() == 0
            && readings(sink).thinned() == 0;
    if (!there.isEmpty() && isWhole && isOld(sink, stored, there)) {
      faults.add(
          "OLD OVER NEW in %s: %s where %s came later: %s"
              .formatted(sink, there, oracle.arrivalsAt(stored), stored));
    }
    return there.isEmpty();
  }

  /** A value of an edge node stands under no name but its own, unless it is marked as not sure. */
  private void misnamed(String sink, StoreIndex index, Fact.Stored stored) {
    for (String metric : Nodes.METRICS) {
      String machine = stored.place().substring(0, stored.place().indexOf(Fact.PLACE));
      String place = machine + Fact.PLACE + metric;
      if (!stored.isOf(metric) && index.isSure(place, stored.value())) {
        faults.add("MISNAMED in " + sink + ": " + stored + " stands in " + place);
      }
    }
  }

  /** After the clock is right again, times of arrival are right too. */
  private void arrival(String sink, long atNs) {
    if (Math.abs(nowNs - atNs) > TimeUnit.DAYS.toNanos(1)) {
      faults.add(
          "CLOCK: arrived now and stands in %s %d days from now"
              .formatted(sink, TimeUnit.NANOSECONDS.toDays(atNs - nowNs)));
    }
  }

  /** Whether a later value should be there; one that the store refused is not there. */
  private boolean isOld(String sink, Fact.Stored stored, List<String> there) {
    List<Fact.Stored> last = oracle.arrivalsAt(stored);
    return !last.isEmpty()
        && last.stream().noneMatch(each -> there.contains(each.value()))
        && !last.stream().allMatch(each -> isSetAside(sink, each.instead()));
  }

  private boolean isSetAside(String sink, @Nullable String evidence) {
    return evidence != null
        && (quarantined.has(sink, evidence) || quarantined.hasEvidence(evidence));
  }

  private LedgerResponse.Sink readings(String sink) {
    return ledger.sinks().stream()
        .filter(each -> each.name().equals(sink) && each.log().equals("readings"))
        .findFirst()
        .orElseThrow();
  }

  // ---- The quarantine

  void quarantine(Set<String> sinks) {
    LedgerResponse.Quarantine counts = Objects.requireNonNull(ledger.quarantine());
    List<String> lost = new ArrayList<>();
    for (SentMessage message : oracle.acknowledged()) {
      for (Fact fact : message.facts) {
        if (fact instanceof Fact.SetAside aside && !quarantined.hasEvidence(aside.evidence())) {
          lost.add("LOST: " + aside + " of " + message + " is not in the quarantine, " + counts);
        }
      }
    }
    boolean isGapSaid = counts.gaps() > 0 || (mayRefuse && corruptUncounted);
    if (lost.size() > counts.lost() && (diskIsSound || !isGapSaid)) {
      faults.addAll(lost);
    }
    boolean mayGoUncopied = sparing == Sparing.FILES;
    if (counts.lost() + counts.gaps() > 0 && recordsAreWhole && !mayGoUncopied) {
      faults.add("LEDGER: no record was damaged, " + counts);
    }
    if (counts.pending() != 0) {
      faults.add("LEDGER: " + counts);
    }
    long rejected = ledger.sources().stream().mapToLong(LedgerResponse.Source::rejected).sum();
    if (diskIsSound && counts.rejected() != rejected) {
      faults.add("LEDGER: the sources rejected " + rejected + ", " + counts);
    }
    // What is destroyed after it was copied, and is to be copied again, counts as lost.
    long holds = quarantined.readingsButOf(sinks);
    if (counts.copied() > holds || (diskIsSound && !mayGoUncopied && counts.copied() < holds)) {
      faults.add("LEDGER: the quarantine holds " + holds + ", " + counts);
    }
    for (String sink : sinks) {
      for (String line : quarantined.lines(sink)) {
        if (!line.contains(SimulatedStore.POISON) && !line.contains(SimulatedStore.NEVER)) {
          faults.add("SET ASIDE for " + sink + " though it is good: " + line);
        }
      }
    }
  }

  // ---- The ledger

  /** Whether it explains every reading; it must at any time. */
  static boolean isBalanced(LedgerResponse ledger) {
    return ledger.sources().stream().allMatch(source -> source.getUnexplained() == 0)
        && ledger.sinks().stream().allMatch(sink -> sink.getUnexplained() == 0)
        && Objects.requireNonNull(ledger.quarantine()).getUnexplained() == 0;
  }

  void ledger() {
    long appended = ledger.sources().stream().mapToLong(LedgerResponse.Source::appended).sum();
    for (LedgerResponse.Sink sink : ledger.sinks()) {
      if (sink.pending() != 0 || (!mayDrop(sink) && sink.dropped() != 0)) {
        faults.add("LEDGER: " + sink);
      }
    }
    for (LedgerResponse.Sink sink : ledger.sinks()) {
      if (sink.log().equals("readings")) {
        // Where the disk refuses, what was torn and not acknowledged counts as corrupt.
        // A sink that came later was offered less.
        boolean all = !sink.name().equals(Edition.THIRD);
        if (all && diskIsSound && sink.offered() - sink.corrupt() != appended) {
          faults.add("LEDGER: the sources appended " + appended + ", " + sink);
        }
        // An entry from before a crash may be stored after it, and then counts as stored.
        if (sink.quarantined() > quarantined.readings(sink.name())) {
          faults.add(
              "LEDGER: the quarantine holds " + quarantined.readings(sink.name()) + ", " + sink);
        }
      }
    }
  }

  private boolean mayDrop(LedgerResponse.Sink sink) {
    return sparing != Sparing.NONE
        || (lessening == Lessening.MAX_LAG && lessening.isOf(sink.name()));
  }

  // ---- Sessions

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
      if (!Objects.equals(first.get(point), second.get(point))) {
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
              if (!series.startsWith(StoreIndex.READINGS)) {
                points.forEach(
                    (at, fields) ->
                        figures.put(series + "@" + at / 1_000_000, new TreeMap<>(fields)));
              }
            });
    return figures;
  }
}
