package io.weir.gateway.sink;

import io.weir.gateway.model.Reason;
import io.weir.gateway.sink.Sink.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How far the lines of one lane of a batch are: what is written next, and what an answer to it
 * means. Does no I/O and reads no clock. Every line ends stored, in {@link #takeRejections()}, or
 * given up.
 *
 * <p>The lines are written in order, at first as many at once as a write may have. A {@link Trial}
 * of fewer is made where one bad line must be found or the store cannot take so much at once. Lines
 * that are probably too old for the store are tried apart, in front of the others. Where the store
 * fails on a trial again and again, a {@link Probe} is written between. If it passes, the store is
 * well and the trial may hold a poison. A single line is one only if it fails again, each time
 * after a probe that passed: a store that was away fails on good lines too. Where there is nothing
 * to probe with, what the store takes from another drain says the same ({@link StoreProof}).
 *
 * <p>Belongs to the drain's thread.
 */
final class BatchProgress {

  /** After this many failures of a trial a probe decides whether the store or the trial is bad. */
  private static final int FAILURES_BEFORE_PROBE = 3;

  /** So often a single line fails after a probe that passed, until it is taken for a poison. */
  private static final int FAILURES_OF_A_POISON = 4;

  /** Of a line in the reason of an alarm. */
  private static final int SHOWN_CHARS = 120;

  private final StoreKnowledge known;
  private final Probe probes;
  private final List<Rejection> rejections = new ArrayList<>();

  private List<Outbound> lines;
  private final Trial trial;

  /** Whether the trial is of lines that the store probably drops for their age. */
  private boolean isOfOld;

  /** Whether it did not drop those that were taken for too old. */
  private boolean ageMisleads;

  private int conflictsKnown;

  /** The probe under way instead of the trial. */
  private @Nullable Outbound probe;

  private int failures;
  private boolean probePassed;
  private int failuresAfterProbe;

  /** The moment of the last failure, and whether there was nothing to probe with since. */
  private long failedAt;

  private boolean probeIsMissing;

  private int readingsStored;
  private int linesStored;
  private int readingsGivenUp;
  private int readingsFolded;

  /**
   * @param lane the lane, or {@code null} where the batch has one lane for all series
   * @param mostLines lines of one write at most
   * @param known what the answers have shown of the store; learns from those to these lines
   */
  BatchProgress(List<Outbound> lines, @Nullable Integer lane, int mostLines, StoreKnowledge known) {
    this.known = known;
    this.probes = new Probe(known.accepted(), lane);
    this.lines = known.conflicts().strip(lines, rejections::add);
    this.conflictsKnown = known.conflicts().version();
    this.trial = new Trial(this.lines.size(), mostLines);
    tryOld(known.old().upToNs(), false);
  }

  boolean isDone() {
    return trial.isDone();
  }

  /** Whether all that is not done is being written. */
  boolean isOnLast() {
    return probe == null && trial.to() == lines.size();
  }

  /** Lines refused since the last call, for the quarantine. */
  List<Rejection> takeRejections() {
    List<Rejection> taken = List.copyOf(rejections);
    rejections.clear();
    return taken;
  }

  int readingsStored() {
    return readingsStored;
  }

  /** Readings that are stored as a part of others. */
  int readingsFolded() {
    return readingsFolded;
  }

  int linesStored() {
    return linesStored;
  }

  int readingsGivenUp() {
    return readingsGivenUp;
  }

  /**
   * Before a write: takes out what another answer has shown that the store does not take.
   *
   * @return whether that was a line that the store failed on although it is well
   */
  boolean prepare() {
    boolean isPoison = isPoison() && tookOthers();
    if (isPoison) {
      rejectPoison();
    }
    if (conflictsKnown != known.conflicts().version()) {
      strip();
    }
    return isPoison;
  }

  /**
   * What to write now.
   *
   * @param ahead lines behind all that are in flight; one may serve as a probe
   */
  List<Outbound> toWrite(Supplier<List<Outbound>> ahead) {
    probeIsMissing = false;
    probe = needsProbe() ? probes.choose(waiting(), trial.length(), ahead.get()) : null;
    if (probe != null) {
      return List.of(probe);
    }
    if (needsProbe() && trial.length() > 1) {
      trial.halve(); // if a part passes, the store is well
    } else if (needsProbe()) {
      probePassed = tookOthers();
      probeIsMissing = !probePassed;
    }
    return trialLines();
  }

  /** Since the last failure, from whichever drain. */
  private boolean tookOthers() {
    return known.proof().tookSince(failedAt);
  }

  /** Whether the trial is a single line that failed so often that the store need only be well. */
  private boolean isPoison() {
    return trial.length() == 1 && failuresAfterProbe >= FAILURES_OF_A_POISON;
  }

  private void rejectPoison() {
    reject(Reason.STORE_REJECTED, "the store fails on this line, but accepts others");
    forgetFailures();
  }

  /** The line that the store fails on, where nothing shows whether it is well; else "". */
  String standsAlone() {
    if (!probeIsMissing || isDone()) {
      return "";
    }
    String line = trialLines().get(0).line();
    return line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "...";
  }

  /** The same for a stream: nothing is written before its turn, nor again to try the stream. */
  List<Outbound> toWriteInTurn() {
    probe = null;
    return trialLines();
  }

  /** Takes out what the store is known not to take; returns whether there was any. */
  private boolean strip() {
    conflictsKnown = known.conflicts().version();
    List<Outbound> before = waiting();
    List<Outbound> after = known.conflicts().strip(before, rejections::add);
    if (after.equals(before)) {
      return false;
    }
    lines = after;
    isOfOld = false;
    trial.startAgain(after.size());
    forgetFailures();
    return true;
  }

  private List<Outbound> waiting() {
    return lines.subList(trial.from(), lines.size());
  }

  private List<Outbound> trialLines() {
    return lines.subList(trial.from(), trial.to());
  }

  private boolean needsProbe() {
    boolean isSuspect = trial.isSearching() || failuresAfterProbe > 0;
    return !probePassed && failures >= (isSuspect ? 1 : FAILURES_BEFORE_PROBE);
  }

  /** Takes the answer to what {@link #toWrite} gave last. */
  void answered(Answer answer) {
    if (probe != null) {
      probeAnswered(answer);
    } else if (answer instanceof Answer.Stored) {
      noteOld(false);
      stored(trialLines());
      trial.passed();
      forgetFailures();
    } else if (answer instanceof Answer.Refused refused) {
      refused(refused);
      forgetFailures();
    } else if (answer instanceof Answer.TooLarge tooLarge) {
      if (trial.length() > 1) {
        trial.tooLarge();
      } else {
        reject(Reason.TOO_LARGE, tooLarge.detail());
      }
      forgetFailures();
    } else if (answer instanceof Answer.Down) {
      failures++;
      failedAt = known.proof().moment();
      failuresAfterProbe += probePassed ? 1 : 0;
      probePassed = false;
    }
  }

  private void probeAnswered(Answer answer) {
    if (!(answer instanceof Answer.Stored)) {
      failuresAfterProbe = 0; // the store itself was away, or is again
    } else if (trial.length() > 1) {
      trial.halve();
      forgetFailures();
    } else if (isPoison()) {
      rejectPoison();
    } else {
      probePassed = true;
    }
  }

  private void forgetFailures() {
    failures = 0;
    failuresAfterProbe = 0;
    probePassed = false;
    probeIsMissing = false;
  }

  private void stored(List<Outbound> some) {
    for (Outbound line : some) {
      readingsStored += line.readings() - line.folded();
      readingsFolded += line.folded();
    }
    linesStored += some.size();
    known.accepted().accepted(some);
  }

  /**
   * What a trial of old lines came to.
   *
   * @param wereDropped whether the store dropped all of them
   */
  private void noteOld(boolean wereDropped) {
    if (isOfOld && !wereDropped) {
      known.old().forget();
      ageMisleads = true;
    } else if (isOfOld) {
      trial.foundAll();
    }
    isOfOld = false;
  }

  /** Tries as many of the oldest lines first as the store says are too old. */
  private boolean triesOldest(int count) {
    return count > 0
        && count < trial.length()
        && !ageMisleads
        && tryOld(OldLines.upTo(trialLines(), count), true);
  }

  /**
   * Tries those lines of the trial first that are as old or older; of one instant they keep their
   * order, as of one point the last must stand.
   *
   * @param isBadKnown whether a line of the trial is known to be bad
   * @return whether there are any, and others
   */
  private boolean tryOld(long upToNs, boolean isBadKnown) {
    List<Outbound> old = new ArrayList<>();
    List<Outbound> others = new ArrayList<>();
    for (Outbound line : upToNs == OldLines.NONE ? List.<Outbound>of() : trialLines()) {
      (line.timeNs() <= upToNs ? old : others).add(line);
    }
    if (old.isEmpty() || others.isEmpty()) {
      return false;
    }
    List<Outbound> ordered = new ArrayList<>(lines.subList(0, trial.from()));
    ordered.addAll(old);
    ordered.addAll(others);
    ordered.addAll(lines.subList(trial.to(), lines.size()));
    lines = ordered;
    isOfOld = true;
    trial.tryFirst(old.size(), isBadKnown);
    return true;
  }

  private void refused(Answer.Refused refused) {
    boolean areAllOld = refused.tooOld() == trial.length();
    if (areAllOld) {
      known.old().dropped(trialLines());
    }
    noteOld(areAllOld);
    if (!refused.fields().isEmpty()) {
      known.conflicts().learn(refused.fields());
      if (strip()) {
        return;
      }
    }
    Answer.RefusedLine[] named = new Answer.RefusedLine[trial.length()];
    boolean anyNamed = false;
    for (Answer.RefusedLine line : refused.refused()) {
      if (line.index() >= 0 && line.index() < named.length) {
        named[line.index()] = line;
        anyNamed = true;
      }
    }
    if (anyNamed) {
      refused(named, refused.othersStored());
    } else if (trial.length() > 1) {
      if (!triesOldest(refused.tooOld())) {
        trial.halve();
      }
    } else {
      reject(Reason.STORE_REJECTED, refused.detail());
    }
  }

  /**
   * @param named what the store said on each line of the trial, {@code null} where nothing
   */
  private void refused(Answer.RefusedLine[] named, boolean othersStored) {
    List<Outbound> others = new ArrayList<>(named.length);
    int before = 0;
    for (int i = 0; i < named.length; i++) {
      Outbound line = trialLines().get(i);
      if (named[i] != null) {
        rejections.add(Rejection.of(line, named[i].reason(), named[i].detail()));
      } else {
        others.add(line);
        before += others.size() == i + 1 ? 1 : 0;
      }
    }
    if (othersStored) {
      stored(others);
      trial.passed();
      return;
    }
    int refused = named.length - others.size();
    others.addAll(lines.subList(trial.to(), lines.size()));
    lines = others;
    trial.tookOut(refused, before); // a store may name only the first of many
  }

  /** The only line of the trial is bad. */
  private void reject(Reason reason, String detail) {
    rejections.add(Rejection.of(trialLines().get(0), reason, detail));
    trial.foundBad();
  }

  /** Gives up what is neither stored nor refused. */
  void giveUp() {
    for (Outbound line : waiting()) {
      readingsGivenUp += line.readings();
    }
    lines = List.of();
    trial.startAgain(0);
  }
}
