package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import java.util.List;
import java.util.function.LongFunction;

/**
 * When the rows of one machine are written; {@link RowSettler} settles its time behind them.
 *
 * <p>Rows are written once per minute of the machine's own time: before the first reading after the
 * instant that began the minute. So they do not depend on when readings arrive. {@link MachineRows}
 * decides which rows of the store change.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class RowWriter {

  private final SharedParts shared;
  private final MachineTimelines timelines;

  /** The machine at an instant at or after its newest reading. */
  private final LongFunction<Timeline> view;

  private final MachineRows rows;
  private final Explanations explanations;
  private final RowSettler settler;

  /** A minute has passed since the rows were written. */
  private boolean due;

  /** The state has changed since the rows were written. */
  private boolean stateDue;

  RowWriter(
      SharedParts shared,
      MachineTimelines timelines,
      LongFunction<Timeline> view,
      MachineRows rows,
      Explanations explanations,
      RowSettler settler) {
    this.shared = shared;
    this.timelines = timelines;
    this.view = view;
    this.rows = rows;
    this.explanations = explanations;
    this.settler = settler;
  }

  /** All rows are due, whether or not a minute has passed. */
  void isDue() {
    due = true;
  }

  /** Time goes on to an instant: rows are due where a minute begins by it. */
  void goOn(long time) {
    due = ShiftCalendar.minute(time).start() > timelines.watermark();
  }

  void stateHasChanged() {
    stateDue = true;
  }

  /** Nothing is due any more. */
  void clear() {
    due = false;
    stateDue = false;
  }

  /** Writes what is due: all rows after a minute has passed, else a change of state. */
  void flush() {
    long watermark = timelines.watermark();
    if (due) {
      publish();
      settler.settle(0, watermark - shared.latenessNs());
    } else if (stateDue && !shared.again()) {
      rows.states(explanations.of(view.apply(watermark), watermark));
      stateDue = false;
    }
  }

  /** Writes all rows, and settles the oldest readings beyond so many values. */
  void settleBeyond(int keep) {
    publish();
    settler.settle(keep, timelines.watermark());
  }

  private void publish() {
    if (shared.again()) { // only what is settled is written
      due = false;
      return;
    }
    long watermark = timelines.watermark();
    Timeline now = view.apply(watermark);
    rows.publish(now, explanations.of(now, watermark), watermark);
    clear();
  }

  /**
   * Writes rows of a silent machine up to an instant of its own time. They are provisional until
   * its next reading, and not part of the state.
   */
  void tick(long asOf) {
    due |= rows.isCorrected();
    flush();
    Timeline then = view.apply(asOf);
    rows.tick(then, explanations.of(then, asOf), asOf);
  }

  // ---- a past span

  /**
   * Of a past span: all its readings were taken, so none is late any more.
   *
   * @param orders the instants at which rows say that an order began
   */
  void end(List<Long> orders) {
    long watermark = timelines.watermark();
    settler.settle(0, watermark);
    // the newest reading, which is not settled, ends what a person has called a stop up to there
    rows.settledStates(explanations.of(view.apply(watermark), watermark));
    Timeline settled = timelines.settled();
    rows.goOn(settled.buckets().orders().shown());
    List<Long> known = orders.stream().filter(settled.progress()::knows).toList();
    rows.takeBackOrders(known, settled.buckets().orders());
  }

  /**
   * Of a past span: whether all that the machine did at an instant is known. Before its first
   * reading that is so where no readings are missing: it did nothing.
   */
  boolean knows(long instant) {
    Progress settled = timelines.settled().progress();
    return settled.knows(instant)
        || (shared.rows().isFromFirst() && !settled.begunBefore(instant + 1));
  }

  /** Of a past span: whether the machine began an order at an instant. */
  boolean beganOrder(long instant) {
    return rows.beganOrder(instant, timelines.settled().buckets().orders());
  }

  // ---- bytes

  void exchange(StateCodec codec) {
    due = codec.flag(due);
    stateDue = codec.flag(stateDue);
  }
}
