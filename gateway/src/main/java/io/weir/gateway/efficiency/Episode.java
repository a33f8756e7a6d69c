package io.weir.gateway.efficiency;

import static io.weir.gateway.model.MachineState.BLOCKED;
import static io.weir.gateway.model.MachineState.DOWN;
import static io.weir.gateway.model.MachineState.IDLE;
import static io.weir.gateway.model.MachineState.RUNNING;
import static io.weir.gateway.model.MachineState.STARVED;
import static io.weir.gateway.model.MachineState.UNKNOWN;

import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateFormat;
import io.weir.gateway.efficiency.signal.Symbols;
import io.weir.gateway.model.MachineState;
import java.util.BitSet;

/**
 * The time during which a machine reports one state, whatever the calendar says.
 *
 * @param start when it began
 * @param state what the machine reports
 * @param lastKnown the last state that was known: this one, or the one before an unknown one
 * @param word the word that the machine used for the state, a symbol
 * @param reason the reason that was reported for it, a symbol; {@link Symbols#NONE} for none
 * @param reasonIsOld whether that reason was reported before the episode began; one that is
 *     reported in it replaces it
 * @param decided false while it may still turn out to be a micro-stop
 * @param counted whether a row of stops has counted it: a part of it has been booked as its own
 *     state, or it goes on after unknown time with a stop that was counted
 * @param lastCounted the same of the last state that was known
 */
record Episode(
    long start,
    MachineState state,
    MachineState lastKnown,
    int word,
    int reason,
    boolean reasonIsOld,
    boolean decided,
    boolean counted,
    boolean lastCounted) {

  static final Episode NONE =
      new Episode(0, UNKNOWN, UNKNOWN, Symbols.NONE, Symbols.NONE, false, false, false, false);

  /** The reason of the state, a symbol: the given one, else the state's own word. */
  int why() {
    return reason != Symbols.NONE ? reason : word;
  }

  /** Whether a state at its end is the one that was there before the unknown time. */
  boolean goesOnAs(MachineState next) {
    return state == UNKNOWN && isStop(next) && next == lastKnown;
  }

  /** Whether a machine in that state stands for a reason. */
  static boolean isStop(MachineState state) {
    return state != RUNNING && state != UNKNOWN;
  }

  static boolean mayBeMicroStop(MachineState state) {
    return state == DOWN || state == IDLE || state == STARVED || state == BLOCKED;
  }

  /** The first reason that is reported in a stop holds for the whole of it. */
  boolean takesReason() {
    return isStop(state) && (reason == Symbols.NONE || reasonIsOld);
  }

  void mark(BitSet used) {
    Symbols.mark(used, word);
    Symbols.mark(used, reason);
  }

  Episode withReason(int given) {
    return new Episode(start, state, lastKnown, word, given, false, decided, counted, lastCounted);
  }

  /**
   * The next one.
   *
   * @param goesOn whether it goes on as the one before unknown time
   */
  Episode followedBy(
      long at,
      MachineState next,
      int nextWord,
      int nextReason,
      boolean nextReasonIsOld,
      boolean nextIsDecided,
      boolean goesOn) {
    return new Episode(
        at,
        next,
        next == UNKNOWN ? lastKnown : next,
        nextWord,
        nextReason,
        nextReasonIsOld,
        nextIsDecided,
        goesOn && lastCounted,
        (goesOn || next == UNKNOWN) && lastCounted);
  }

  Episode asDecided() {
    return new Episode(
        start, state, lastKnown, word, reason, reasonIsOld, true, counted, lastCounted);
  }

  Episode asCounted() {
    boolean isKnown = state != UNKNOWN;
    return new Episode(
        start, state, lastKnown, word, reason, reasonIsOld, decided, true, isKnown || lastCounted);
  }

  /** The start is stored as the distance from {@code begin}. */
  Episode exchange(StateCodec codec, long begin) {
    return new Episode(
        begin + codec.number(start - begin),
        codec.state(state),
        codec.state(lastKnown),
        codec.symbol(word),
        codec.symbol(reason),
        codec.flag(reasonIsOld),
        codec.flag(decided),
        codec.flag(counted),
        !codec.has(StateFormat.STOPS_OVER_SILENCE) || codec.flag(lastCounted));
  }
}
