package io.weir.sim.scenario;

import io.weir.sim.plant.Place;
import io.weir.sim.plant.Plant;
import io.weir.sim.plant.Sample;
import java.util.List;
import java.util.Objects;

/**
 * A factory played by a scenario, up to the door of the broker.
 *
 * <p>Mutable; one thread.
 */
public final class Play {

  /** Messages held back at once, of some 400 bytes each; what is more never arrives. */
  public static final int MOST_HELD = 200_000;

  /** Where messages arrive, in order of arrival. */
  public interface Outlet {
    /**
     * A sample arrives.
     *
     * @param told as the device told it
     * @param played as the machine was
     * @param counted the same, with the counters that its controller keeps: they begin anew where
     *     it was restarted
     */
    void arrives(Sample told, Sample played, Sample counted);

    /** A damaged message arrives, that would have been of this sample. */
    void broken(Sample told);
  }

  private final Plant plant;
  private final Way way;

  /**
   * @param start epoch ms of the plant's first sample, from which the events count
   * @param seed decides which messages are late, doubled, broken
   * @throws IllegalArgumentException as {@link Scenario#check}
   */
  public Play(Scenario scenario, Plant plant, long start, long seed, Outlet outlet) {
    this.plant = plant;
    way = new Way(outlet);
    List<Place> places = plant.places();
    for (int i = 0; i < scenario.events().size(); i++) {
      Event event = scenario.events().get(i);
      long from = start + event.from();
      long until = event.until() == Long.MAX_VALUE ? Long.MAX_VALUE : start + event.until();
      for (Place place : Scenario.machines(event, places)) {
        if (event.kind() instanceof Kind.Disturbance disturbance) {
          plant.plan(from, place, (machine, at) -> disturbance.begin(machine, at, until));
          plant.plan(until, place, (machine, at) -> disturbance.end(machine));
        } else {
          way.fault(event.kind(), place, from, until, Objects.hash(seed, i, place));
        }
      }
    }
  }

  /** Messages that were lost because {@link #MOST_HELD} were held back already. */
  public long overflowed() {
    return way.overflowed();
  }

  /** Plays on to the instant (epoch ms), which is included. */
  public void to(long until) {
    plant.play(until, way::take);
    way.release(until);
  }
}
