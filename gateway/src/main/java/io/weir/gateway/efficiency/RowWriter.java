package io.weir.gateway.efficiency;

import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * When the rows of one machine are written, and what of its time is settled behind them.
 *
 * <p>Rows are written once per minute of the machine's own time: before the first reading after the
 * instant that began the minute. So they do not depend on when readings arrive. {@link MachineRows}
 * decides which rows of the store change.
 *
 * <p>Mutable; belongs to its {@link MachineFold}.
 */
final class RowWriter {

  /** Rows are in the history of the page at the latest so long after the reading they come from. */
  private static final long HISTORY_IS_BEHIND = 2 * ShiftCalendar.MINUTE;

  private final Asset asset;
  private final SharedParts shared;
  private final MachineTimelines timelines;

  /** The machine at an instant at or after its newest reading. */
  private final LongFunction<Timeline> view;

  private final MachineRows rows;
  private final Explanations explanations;
  private final SaidOrders said;
  private final MachineWords words;

  /** A minute has passed since the rows were written. */
  private boolean due;

  /** The state has changed since the rows were written. */
  private boolean stateDue;

  RowWriter(
      Asset asset,
      SharedParts shared,
      MachineTimelines timelines,
      LongFunction<Timeline> view,
      MachineRows rows,
      Explanations explanations,
      SaidOrders said,
      MachineWords words) {
    this.asset = asset;
    this.shared = shared;
    this.timelines = timelines;
    this.view = view;
    this.rows = rows;
    this.explanations = explanations;
    this.said = said;
    this.words = words;
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
      settle(0, watermark - shared.latenessNs());
    } else if (stateDue && !shared.again()) {
      rows.states(explanations.of(view.apply(watermark), watermark));
      stateDue = false;
    }
  }

  /** Writes all rows, and settles the oldest readings beyond so many values. */
  void settleBeyond(int keep) {
    publish();
    settle(keep, timelines.watermark());
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

  /** Settles the readings that no allowed reading can precede any more. */
  private void settle(int keep, long edge) {
    if (!timelines.settle(keep, edge, this::settledAfter)) {
      return;
    }
    said.settled(timelines.settledTo());
    Timeline settled = timelines.settled();
    Timeline head = timelines.head();
    if (shared.again()) {
      rows.settledStates(explanations.of(settled, settled.progress().seen()));
    }
    // a little longer than needed, so that the history has what the snapshot has not any more
    long horizon = Math.min(settled.horizon(), timelines.watermark() - HISTORY_IS_BEHIND);
    Overlay overlay = explanations.ofCounts(settled, Long.MIN_VALUE); // of each part once
    Set<Long> starts = explanations.keep(settled, horizon);
    long oldest = settled.buckets().begin();
    long forgotten = Math.min(oldest, horizon);
    settled.buckets().orders().keepCorrections(overlay, forgotten);
    head.buckets().orders().keepCorrections(overlay, forgotten);
    explanations.forgetBefore(
        horizon, oldest, Math.min(oldest, settled.buckets().orders().begin()));
    settled.forgetSpans(horizon);
    head.forgetSpans(horizon);
    List<StateSpan> kept = settled.spans();
    rows.forget(kept.isEmpty() ? horizon : kept.get(0).start, starts, oldest);
    words.someMayLeave();
  }

  /**
   * One more instant is settled: closes what it has ended. After each instant, because a reason
   * that was reported behind it must not count or not by how many readings came at once.
   *
   * @param before the instant that was settled before it
   */
  private void settledAfter(long before) {
    Timeline settled = timelines.settled();
    Timeline head = timelines.head();
    said.takeBack(before, settled, head, rows);
    long end = timelines.bucketsClosedTo();
    List<Bucket> buckets = settled.buckets().closeBefore(end);
    List<OrderRun> runs = settled.buckets().orders().closeBefore(end);
    if (buckets.isEmpty() && runs.isEmpty()) {
      return;
    }
    Overlay overlay = explanations.ofCounts(settled, Long.MIN_VALUE);
    for (Bucket bucket : buckets) {
      rows.settle(bucket, settled, overlay);
      head.buckets().remove(bucket.key);
    }
    for (OrderRun run : runs) {
      rows.settle(run, overlay);
      if (run.isFoldedAgain()) {
        shared.marks().add(asset, Math.min(run.saidFrom, run.start()), run.end());
      }
      head.buckets().orders().remove(run.start());
    }
  }

  // ---- a past span

  /**
   * Of a past span: all its readings were taken, so none is late any more.
   *
   * @param orders the instants at which rows say that an order began
   */
  void end(List<Long> orders) {
    long watermark = timelines.watermark();
    settle(0, watermark);
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
