package io.weir.sim.scenario;

import io.weir.sim.plant.Place;
import io.weir.sim.plant.Sample;
import io.weir.sim.scenario.Kind.Delivery;
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
final class Way {

  private record Faulty(Kind kind, long from, long until, Random random) {
    boolean active(long at) {
      return from <= at && at < until;
    }
  }

  private record Held(
      long at, long turn, boolean broken, Sample told, Sample played, Sample counted) {}

  private final Play.Outlet outlet;
  private final Map<Place, List<Faulty>> faults = new HashMap<>();
  private final Map<Faulty, UnaryOperator<Sample>> begun = new HashMap<>();
  private final Map<Place, Sample> last = new HashMap<>();
  private final PriorityQueue<Held> held =
      new PriorityQueue<>(Comparator.comparingLong(Held::at).thenComparing(Held::turn));
  private long turns;
  private long overflowed;

  Way(Play.Outlet outlet) {
    this.outlet = outlet;
  }

  /** A device or a network fails for a machine in [from, until), epoch ms. */
  void fault(Kind kind, Place place, long from, long until, long seed) {
    List<Faulty> all = faults.computeIfAbsent(place, absent -> new ArrayList<>());
    all.add(new Faulty(kind, from, until, new Random(seed)));
    // a narrow counter is narrow in whatever it counts, so its fault comes after all others
    all.sort(Comparator.comparing(fault -> fault.kind instanceof CounterRollover));
  }

  /** Takes samples in the order of time. */
  void take(Sample sample) {
    release(sample.at());
    long sent = sample.at();
    Sample before = last.put(sample.place(), sample);
    Sample told = sample;
    Sample counted = sample;
    List<Delivery> deliveries = List.of(Delivery.whole(sent));
    for (Faulty fault : faults.getOrDefault(sample.place(), List.of())) {
      if (!fault.active(sent)) {
        continue;
      }
      if (fault.kind instanceof Kind.DeviceFault device) {
        UnaryOperator<Sample> says = says(fault, device, before);
        told = says.apply(told);
        counted = device instanceof CounterReset ? says.apply(counted) : counted;
        before = before == null ? null : says.apply(before);
      } else if (fault.kind instanceof Kind.NetworkFault network) {
        deliveries = pass(fault, network, deliveries);
      }
    }
    for (Delivery delivery : deliveries) {
      if (delivery.at() <= sent) {
        arrive(delivery.broken(), told, sample, counted);
      } else if (held.size() < Play.MOST_HELD) {
        held.add(new Held(delivery.at(), turns++, delivery.broken(), told, sample, counted));
      } else {
        overflowed++;
      }
    }
  }

  /** Messages lost because as many as there is room for were held back. */
  long overflowed() {
    return overflowed;
  }

  private UnaryOperator<Sample> says(
      Faulty fault, Kind.DeviceFault device, @Nullable Sample before) {
    return begun.computeIfAbsent(fault, first -> device.begin(before));
  }

  private static List<Delivery> pass(
      Faulty fault, Kind.NetworkFault network, List<Delivery> deliveries) {
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
    while (!held.isEmpty() && held.peek().at <= until) {
      Held due = held.remove();
      arrive(due.broken, due.told, due.played, due.counted);
    }
  }

  private void arrive(boolean broken, Sample told, Sample played, Sample counted) {
    if (broken) {
      outlet.broken(told);
    } else {
      outlet.arrives(told, played, counted);
    }
  }
}
