package io.weir.sim.cli;

import io.weir.sim.mqtt.Publisher;
import io.weir.sim.payload.DeviceMessage;
import io.weir.sim.payload.PayloadFormat;
import io.weir.sim.plant.MachinePath;
import io.weir.sim.plant.MachineSample;
import io.weir.sim.plant.Plant;
import io.weir.sim.scenario.Play;
import io.weir.sim.scenario.Poison;
import io.weir.sim.scenario.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a plant from its start to its end: advances simulated time with the clock, publishes
 * the messages of the machines, and keeps the result files up to date.
 *
 * <p>Mutable; one thread.
 */
final class PlantRun {

  private static final Duration STATUS_EVERY = Duration.ofSeconds(10);
  private static final Duration RESULTS_EVERY = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Simulated time played between two checks of the clock and of the stop signal. */
  private static final long STEP_MS = 1_000;

  /**
   * When simulated time starts and ends, and how fast it passes.
   *
   * @param start epoch ms
   * @param end epoch ms; {@link Long#MAX_VALUE} for a run without end
   * @param speed against real time; null: as fast as possible
   * @param ahead whether simulated time may run ahead of the clock
   */
  record Schedule(long start, long end, @Nullable Double speed, boolean ahead) {

    boolean hasEnd() {
      return end < Long.MAX_VALUE;
    }

    /** The simulated time to reach, after this much real time since the run started. */
    private long due(long elapsedNs) {
      long bound = ahead ? Long.MAX_VALUE : System.currentTimeMillis();
      return speed == null ? bound : Math.min(bound, start + (long) (speed * (elapsedNs / 1e6)));
    }
  }

  private final Scenario scenario;
  private final Plant plant;
  private final long seed;
  private final Schedule schedule;
  private final PayloadFormat payload;
  private final RunResults results;
  private final Console console;

  /** The last message of each machine. It carries data: announcements come before data. */
  private final Map<MachinePath, DeviceMessage> lastMessages = new HashMap<>();

  private long played;
  private long poisoned;
  private boolean overflowNoted;

  PlantRun(
      Scenario scenario,
      Plant plant,
      long seed,
      Schedule schedule,
      PayloadFormat payload,
      RunResults results,
      Console console) {
    this.scenario = scenario;
    this.plant = plant;
    this.seed = seed;
    this.schedule = schedule;
    this.payload = payload;
    this.results = results;
    this.console = console;
    played = schedule.start - 1;
  }

  Plant plant() {
    return plant;
  }

  RunResults results() {
    return results;
  }

  Schedule schedule() {
    return schedule;
  }

  /** Plays until the end of the schedule or the stop signal. */
  void play(Publisher publisher, OrderReceiver orders) {
    Play play = new Play(scenario, plant, schedule.start, seed, outlet(publisher));
    long startedAt = System.nanoTime();
    long nextStatus = startedAt;
    long nextResults = startedAt + RESULTS_EVERY.toNanos();
    while (played < schedule.end && !console.stop().getAsBoolean()) {
      orders.executePending();
      long due = schedule.due(System.nanoTime() - startedAt);
      long until = Math.min(Math.min(due, schedule.end), played + STEP_MS);
      if (until > played) {
        play.to(until);
        played = until;
        noteOverflow(play);
      }
      if (System.nanoTime() >= nextStatus) {
        nextStatus = System.nanoTime() + STATUS_EVERY.toNanos();
        noteStatus(publisher);
      }
      if (System.nanoTime() >= nextResults) {
        nextResults = System.nanoTime() + RESULTS_EVERY.toNanos();
        results.writeSoFar(console);
      }
      if (played >= due) {
        console.stop().within(PAUSE);
      }
    }
  }

  private void noteOverflow(Play play) {
    if (!overflowNoted && play.overflowed() > 0) {
      overflowNoted = true;
      console.note(
          "the scenario delays more than %,d messages: further ones are lost, also in the figures"
              .formatted(Play.MOST_DELAYED));
    }
  }

  void noteStatus(Publisher publisher) {
    console.note(
        "played to %s, published %,d, acknowledged %,d"
            .formatted(
                Instant.ofEpochMilli(played), publisher.published(), publisher.acknowledged()));
  }

  private Play.Outlet outlet(Publisher publisher) {
    return new Play.Outlet() {
      @Override
      public void arrives(MachineSample reported, MachineSample actual, MachineSample counted) {
        results.receive(reported.at(), counted);
        for (DeviceMessage message : payload.messages(reported)) {
          publish(publisher, message);
          lastMessages.put(reported.path(), message);
        }
      }

      @Override
      public void broken(MachineSample reported) {
        poison(publisher, reported.path());
      }
    };
  }

  /** Publishes the last message of a machine again, damaged; nothing if it sent none yet. */
  void poison(Publisher publisher, MachinePath machine) {
    DeviceMessage last = lastMessages.get(machine);
    if (last != null) {
      byte[] damaged = Poison.damage(last.payload(), poisoned++);
      publish(publisher, new DeviceMessage(last.topic(), damaged, last.retained()));
    }
  }

  private void publish(Publisher publisher, DeviceMessage message) {
    try {
      publisher.publish(message.topic(), message.payload(), message.retained(), console.stop());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
