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
 * The path of samples from the machines to the broker, with the faults of devices and networks:
 * messages may be wrong, lost, delayed, duplicated or damaged. Messages that are still delayed when
 * the play ends never arrive, nor do more than {@link Play#MOST_DELAYED} delayed at once.
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
      MachineSample reported,
      MachineSample actual,
      MachineSample counted) {}

  private final Play.Outlet outlet;
  private final Map<MachinePath, List<ScheduledFault>> faults = new HashMap<>();
  private final Map<ScheduledFault, UnaryOperator<MachineSample>> changes = new HashMap<>();
  private final Map<MachinePath, MachineSample> last = new HashMap<>();
  private final PriorityQueue<DelayedMessage> delayed =
      new PriorityQueue<>(
          Comparator.comparingLong(DelayedMessage::at).thenComparing(DelayedMessage::turn));
  private long turns;
  private long overflowed;

  FaultPath(Play.Outlet outlet) {
    this.outlet = outlet;
  }

  /** Plans a fault of a machine's device or network during [from, until), epoch ms. */
  void plan(EventEffect effect, MachinePath path, long from, long until, long seed) {
    List<ScheduledFault> all = faults.computeIfAbsent(path, absent -> new ArrayList<>());
    all.add(new ScheduledFault(effect, from, until, new Random(seed)));
    // A counter overflows after everything else that changes it, so this fault comes last.
    all.sort(Comparator.comparing(fault -> fault.effect instanceof CounterRollover));
  }

  /** Accepts the next sample, in order of time. */
  void take(MachineSample sample) {
    release(sample.at());
    long sent = sample.at();
    MachineSample before = last.put(sample.path(), sample);
    MachineSample reported = sample;
    MachineSample counted = sample;
    List<Delivery> deliveries = List.of(Delivery.whole(sent));
    for (ScheduledFault fault : faults.getOrDefault(sample.path(), List.of())) {
      if (!fault.active(sent)) {
        continue;
      }
      if (fault.effect instanceof EventEffect.DeviceFault device) {
        UnaryOperator<MachineSample> change = change(fault, device, before);
        reported = change.apply(reported);
        counted = device instanceof CounterReset ? change.apply(counted) : counted;
        before = before == null ? null : change.apply(before);
      } else if (fault.effect instanceof EventEffect.NetworkFault network) {
        deliveries = pass(fault, network, deliveries);
      }
    }
    for (Delivery delivery : deliveries) {
      if (delivery.at() <= sent) {
        arrive(delivery.broken(), reported, sample, counted);
      } else if (delayed.size() < Play.MOST_DELAYED) {
        delayed.add(
            new DelayedMessage(
                delivery.at(), turns++, delivery.broken(), reported, sample, counted));
      } else {
        overflowed++;
      }
    }
  }

  /** Messages lost because too many were delayed. */
  long overflowed() {
    return overflowed;
  }

  private UnaryOperator<MachineSample> change(
      ScheduledFault fault, EventEffect.DeviceFault device, @Nullable MachineSample before) {
    return changes.computeIfAbsent(fault, first -> device.begin(before));
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

  /** Delivers the messages that were delayed up to and including this instant. */
  void release(long until) {
    while (!delayed.isEmpty() && delayed.peek().at <= until) {
      DelayedMessage due = delayed.remove();
      arrive(due.broken, due.reported, due.actual, due.counted);
    }
  }

  private void arrive(
      boolean broken, MachineSample reported, MachineSample actual, MachineSample counted) {
    if (broken) {
      outlet.broken(reported);
    } else {
      outlet.arrives(reported, actual, counted);
    }
  }
}
