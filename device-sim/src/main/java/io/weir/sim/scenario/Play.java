package io.weir.sim.scenario;

import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
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
    void arrives(MachineSample told, MachineSample played, MachineSample counted);

    /** A damaged message arrives, that would have been of this sample. */
    void broken(MachineSample told);
  }

  private final Plant plant;
  private final FaultPath faultPath;

  /**
   * @param start epoch ms of the plant's first sample, from which the events count
   * @param seed decides which messages are late, doubled, broken
   * @throws IllegalArgumentException as {@link Scenario#check}
   */
  public Play(Scenario scenario, Plant plant, long start, long seed, Outlet outlet) {
    this.plant = plant;
    faultPath = new FaultPath(outlet);
    List<MachinePath> paths = plant.paths();
    for (int i = 0; i < scenario.events().size(); i++) {
      Event event = scenario.events().get(i);
      long from = start + event.from();
      long until = event.until() == Long.MAX_VALUE ? Long.MAX_VALUE : start + event.until();
      for (MachinePath path : Scenario.machines(event, paths)) {
        if (event.effect() instanceof EventEffect.Disturbance disturbance) {
          plant.plan(from, path, (machine, at) -> disturbance.begin(machine, at, until));
          plant.plan(until, path, (machine, at) -> disturbance.end(machine));
        } else {
          faultPath.fault(event.effect(), path, from, until, Objects.hash(seed, i, path));
        }
      }
    }
  }

  /** Messages that were lost because {@link #MOST_HELD} were held back already. */
  public long overflowed() {
    return faultPath.overflowed();
  }

  /** Plays on to the instant (epoch ms), which is included. */
  public void to(long until) {
    plant.play(until, faultPath::take);
    faultPath.release(until);
  }
}
