package io.weir.gateway.api;

import io.weir.gateway.http.ProblemDocument;
import io.weir.gateway.live.QualityList;
import io.weir.gateway.live.Scope;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.live.SignalQuery;
import io.weir.gateway.model.Asset;
import org.jspecify.annotations.Nullable;

/**
 * The history of machines for the API. Implemented by the wiring; called only by the thread {@code
 * http-view}.
 */
public interface MachineView {

  /** Which time is asked for. */
  sealed interface Period {

    /** The last hours up to now. */
    record Hours(int hours) implements Period {}

    /** The current shift, or the one before. */
    record Shift(boolean last) implements Period {}

    /** From one instant to another, milliseconds since the epoch. */
    record Between(long fromMs, long toMs) implements Period {}
  }

  /**
   * Which stops are asked for; {@code null} means any.
   *
   * @param state the word of a state
   * @param limit stops at most, 1 to 1000
   */
  record StopQuery(
      Period period,
      Scope scope,
      @Nullable String state,
      @Nullable String reason,
      boolean uncoded,
      int limit) {}

  /**
   * Every figure of an asset in its shifts, or {@code null} where no figures are made.
   *
   * @param scope a machine, a line, or a place whose lines count as one: none for the plant. Of a
   *     machine or a line, levels may be left out where the others name one alone
   * @throws ProblemDocument if it has no figures, or is not one alone
   */
  @Nullable AssetFigures figures(Scope scope);

  /**
   * What machines did in the last hours, or {@code null} where no figures are made.
   *
   * @param hours 1 to 24
   */
  @Nullable StateHistory history(Scope scope, int hours);

  /** The stops of machines, or {@code null} if there are no figures. */
  @Nullable StopList stops(StopQuery query);

  /**
   * The reasons that stops can have, or {@code null} if there are no figures.
   *
   * @param machine only those that hold for it; all where its level {@code machine} is missing
   */
  @Nullable ReasonList reasons(Asset machine);

  /**
   * Signals of one machine.
   *
   * @param scope how it was asked for: levels may be left out where the others name one alone
   * @throws ProblemDocument if there is no such machine, or more than one
   */
  SignalList signals(Scope scope, SignalQuery query);

  /**
   * The quality of the data.
   *
   * @param limit machines at most, 1 to 1000
   */
  QualityList quality(Scope scope, int limit);
}
