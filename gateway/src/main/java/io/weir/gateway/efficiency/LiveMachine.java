package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.CalendarSpan;
import io.weir.gateway.efficiency.figure.BucketKey;
import io.weir.gateway.efficiency.figure.BucketKind;
import io.weir.gateway.efficiency.figure.EfficiencySnapshot;
import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.Sums;
import io.weir.gateway.efficiency.signal.SignalRules;
import io.weir.gateway.efficiency.signal.Symbols;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One machine as the live page and the API show it. */
final class LiveMachine {

  private LiveMachine() {}

  /**
   * @param view the machine at an instant of its own time
   * @param overlay what is said of that time, {@link Overlay#NONE} where it counts as reported
   * @param corrected whether something is said of it
   */
  static EfficiencySnapshot.MachineNow of(
      MachineFold machine, Timeline view, long asOf, Overlay overlay, boolean corrected) {
    SignalRules rules = machine.rules;
    EfficiencySnapshot.ShiftFigures current = null;
    EfficiencySnapshot.ShiftFigures last = null;
    for (Bucket bucket : view.buckets().of(BucketKind.SHIFT)) {
      last = current;
      current = shift(bucket.key, bucket.finished(overlay, rules));
    }
    if (current == null) {
      CalendarSpan span = machine.calendar().at(asOf);
      BucketKey key =
          new BucketKey(BucketKind.SHIFT, span.whole().start(), span.whole().end(), span.shift());
      current = shift(key, Sums.none());
    }
    Symbols words = machine.words().words();
    long from = view.spans().isEmpty() ? asOf : view.spans().get(0).start;
    Shown present = corrected ? overlay.present() : view.present(asOf).shown(words);
    return new EfficiencySnapshot.MachineNow(
        machine.asset,
        asOf,
        machine.isHeard(),
        machine.watermark(),
        corrected ? present.state() : view.countedState(asOf),
        present.reason(),
        present.episode(),
        machine.words().products().word(view.product()),
        current,
        last != null ? last : machine.settledShift(),
        machine.late(),
        machine.receivedNs(),
        rules.silentAfterNs,
        stops(
            corrected ? overlay.open() : Beginnings.withTime(view.told(words, asOf)),
            from,
            view.isDecided()),
        from,
        order(machine, view.buckets().orders().shown(), overlay));
  }

  /** The order that is made, or {@code null}; of one that was said late, no pieces are known. */
  private static EfficiencySnapshot.@Nullable OrderNow order(
      MachineFold machine, List<OrderRun> orders, Overlay overlay) {
    OrderRun present = orders.isEmpty() ? null : orders.get(orders.size() - 1);
    if (present == null || present.isEnded()) {
      return null;
    }
    Symbols ids = machine.words().orders();
    Symbols products = machine.words().products();
    if (present.isWhole()) {
      long[] sums = present.finished(overlay, machine.rules);
      return OrderRow.of(present, sums, ids, products).now(present.start());
    }
    return new EfficiencySnapshot.OrderNow(
        ids.word(present.order),
        products.word(present.product),
        present.quantity,
        present.saidFrom,
        Double.NaN,
        Double.NaN,
        Double.NaN);
  }

  /** The stops of its newest time, and the present one. */
  private static List<EfficiencySnapshot.RecentStop> stops(
      List<Shown> parts, long from, boolean decided) {
    List<EfficiencySnapshot.RecentStop> stops = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Shown part = parts.get(i);
      boolean open = i == parts.size() - 1;
      if (part.isStop() && (open || part.start() >= from)) {
        boolean silent = part.machineReason().equals(Symbols.SILENT_WORD);
        stops.add(
            new EfficiencySnapshot.RecentStop(
                part.start(),
                part.end(),
                part.calendar().shift(),
                part.state(),
                part.reason(),
                part.first() ? 1 : 0,
                open,
                open && (!decided || silent)));
      }
    }
    return List.copyOf(stops);
  }

  static EfficiencySnapshot.ShiftFigures shift(BucketKey key, long[] sums) {
    return new EfficiencySnapshot.ShiftFigures(
        key.shift(), key.start(), key.end(), new Figures(sums, Figures.Basis.MACHINE, 1));
  }
}
