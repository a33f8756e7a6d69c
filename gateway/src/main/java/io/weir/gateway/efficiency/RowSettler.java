package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.signal.MachineWords;
import io.weir.gateway.model.Asset;
import java.util.List;
import java.util.Set;

/**
 * Settles the time of one machine: what no allowed reading can change any more is closed and
 * written for the last time, and the parts of the fold forget what was before it. {@link RowWriter}
 * says when.
 */
final class RowSettler {

  /** Rows are in the history of the page at the latest so long after the reading they come from. */
  private static final long HISTORY_IS_BEHIND = 2 * ShiftCalendar.MINUTE;

  private final Asset asset;
  private final SharedParts shared;
  private final MachineTimelines timelines;
  private final MachineRows rows;
  private final Explanations explanations;
  private final SaidOrders said;
  private final MachineWords words;

  RowSettler(
      Asset asset,
      SharedParts shared,
      MachineTimelines timelines,
      MachineRows rows,
      Explanations explanations,
      SaidOrders said,
      MachineWords words) {
    this.asset = asset;
    this.shared = shared;
    this.timelines = timelines;
    this.rows = rows;
    this.explanations = explanations;
    this.said = said;
    this.words = words;
  }

  /**
   * Settles the readings that no allowed reading can precede any more.
   *
   * @param keep so many values wait on
   * @param edge so does what is not before this instant, and the newest instant
   */
  void settle(int keep, long edge) {
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
    settled.forgetSpans(horizon);
    head.forgetSpans(horizon);
    List<StateSpan> spans = settled.spans();
    long kept = spans.isEmpty() ? horizon : spans.get(0).start; // may begin before the horizon
    explanations.forgetBefore(kept, oldest, Math.min(oldest, settled.buckets().orders().begin()));
    rows.forget(kept, starts, oldest);
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
}
