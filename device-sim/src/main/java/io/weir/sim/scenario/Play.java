package io.weir.sim.scenario;

import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import java.util.List;
import java.util.Objects;

/**
 * Plays a scenario in a plant, from the machines to the messages that reach the broker.
 *
 * <p>Mutable; one thread.
 */
public final class Play {

  /** Messages delayed at once, of about 400 bytes each; further ones are lost. */
  public static final int MOST_DELAYED = 200_000;

  /** Receives the messages in order of arrival. */
  public interface Outlet {
    /**
     * A sample arrives.
     *
     * @param reported the sample as the device reports it
     * @param actual the sample as the machine really was
     * @param counted the actual sample with the counters of the device: they start again at 0 when
     *     it is restarted
     */
    void arrives(MachineSample reported, MachineSample actual, MachineSample counted);

    /** A damaged message of this sample arrives. */
    void broken(MachineSample reported);
  }

  private final Plant plant;
  private final FaultPath faultPath;

  /**
   * @param start epoch ms of the plant's first sample; event times count from here
   * @param seed decides which messages are late, duplicated or damaged
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
          faultPath.plan(event.effect(), path, from, until, Objects.hash(seed, i, path));
        }
      }
    }
  }

  /** Messages that were lost because {@link #MOST_DELAYED} were delayed already. */
  public long overflowed() {
    return faultPath.overflowed();
  }

  /** Plays up to and including this instant (epoch ms). */
  public void to(long until) {
    plant.play(until, faultPath::take);
    faultPath.release(until);
  }
}
