package io.weir.sim.scenario;

import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.scenario.EventEffect.Delivery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The way of samples from the machines to the broker: what devices say wrongly, what is lost, held
 * back, doubled or broken. What is still held back when the play ends never arrives; nor does what
 * would be held back while {@link Play#MOST_HELD} are.
 *
 * <p>Mutable; one thread.
 */
final class FaultPath {

  private record ScheduledFault(EventEffect effect, long from, long until, Random random) {
    boolean active(long at) {
      return from <= at && at < until;
    }
  }

  private record DelayedMessage(
      long at,
      long turn,
      boolean broken,
      MachineSample told,
      MachineSample played,
      MachineSample counted) {}

  private final Play.Outlet outlet;
  private final Map<MachinePath, List<ScheduledFault>> faults = new HashMap<>();
  private final Map<ScheduledFault, UnaryOperator<MachineSample>> begun = new HashMap<>();
  private final Map<MachinePath, MachineSample> last = new HashMap<>();
  private final PriorityQueue<DelayedMessage> delayed =
      new PriorityQueue<>(
          Comparator.comparingLong(DelayedMessage::at).thenComparing(DelayedMessage::turn));
  private long turns;
  private long overflowed;

  FaultPath(Play.Outlet outlet) {
    this.outlet = outlet;
  }

  /** A device or a network fails for a machine in [from, until), epoch ms. */
  void fault(EventEffect effect, MachinePath path, long from, long until, long seed) {
    List<ScheduledFault> all = faults.computeIfAbsent(path, absent -> new ArrayList<>());
    all.add(new ScheduledFault(effect, from, until, new Random(seed)));
    // a narrow counter is narrow in whatever it counts, so its fault comes after all others
    all.sort(Comparator.comparing(fault -> fault.effect instanceof CounterRollover));
  }

  /** Takes samples in the order of time. */
  void take(MachineSample sample) {
    release(sample.at());
    long sent = sample.at();
    MachineSample before = last.put(sample.path(), sample);
    MachineSample told = sample;
    MachineSample counted = sample;
    List<Delivery> deliveries = List.of(Delivery.whole(sent));
    for (ScheduledFault fault : faults.getOrDefault(sample.path(), List.of())) {
      if (!fault.active(sent)) {
        continue;
      }
      if (fault.effect instanceof EventEffect.DeviceFault device) {
        UnaryOperator<MachineSample> says = says(fault, device, before);
        told = says.apply(told);
        counted = device instanceof CounterReset ? says.apply(counted) : counted;
        before = before == null ? null : says.apply(before);
      } else if (fault.effect instanceof EventEffect.NetworkFault network) {
        deliveries = pass(fault, network, deliveries);
      }
    }
    for (Delivery delivery : deliveries) {
      if (delivery.at() <= sent) {
        arrive(delivery.broken(), told, sample, counted);
      } else if (delayed.size() < Play.MOST_HELD) {
        delayed.add(
            new DelayedMessage(delivery.at(), turns++, delivery.broken(), told, sample, counted));
      } else {
        overflowed++;
      }
    }
  }

  /** Messages lost because as many as there is room for were held back. */
  long overflowed() {
    return overflowed;
  }

  private UnaryOperator<MachineSample> says(
      ScheduledFault fault, EventEffect.DeviceFault device, @Nullable MachineSample before) {
    return begun.computeIfAbsent(fault, first -> device.begin(before));
  }

  private static List<Delivery> pass(
      ScheduledFault fault, EventEffect.NetworkFault network, List<Delivery> deliveries) {
    List<Delivery> after = new ArrayList<>();
    for (Delivery delivery : deliveries) {
      if (delivery.broken()) {
        after.add(delivery);
      } else {
        after.addAll(network.pass(delivery.at(), fault.until, fault.random));
      }
    }
    return after;
  }

  /** Lets arrive what was held back up to an instant, which is included. */
  void release(long until) {
    while (!delayed.isEmpty() && delayed.peek().at <= until) {
      DelayedMessage due = delayed.remove();
      arrive(due.broken, due.told, due.played, due.counted);
    }
  }

  private void arrive(
      boolean broken, MachineSample told, MachineSample played, MachineSample counted) {
    if (broken) {
      outlet.broken(told);
    } else {
      outlet.arrives(told, played, counted);
    }
  }
}
