package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.Soak;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Devices against the listener's own handlers, in steps that follow from a seed: connections break
 * and are taken over, syncs fail, the log is full, and the gateway is killed at any step. What was
 * answered is durable, answers keep their order, a message of QoS 2 is taken once, and in the end
 * everything is answered.
 */
class DevicesSimulationTest {

  private static final int SEEDS = Soak.count(80, 20_000);
  private static final int STEPS = 600;
  private static final int MOST_TO_FINISH = 400;

  @Test
  void whateverFailsNothingThatWasAnsweredIsLostAndQos2IsTakenOnce() {
    long answers = 0;
    long first = Long.getLong("devices.seed", 0);
    for (long seed = first; seed < first + SEEDS; seed++) {
      try {
        answers += new Run(seed).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("devices.seed=" + seed, e);
      }
    }
    assertThat(answers).isGreaterThan(10L * SEEDS);
  }

  private static final class Run {

    private final Random random;
    private final ManualInbox log = new ManualInbox();
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final ListenerConfig config;
    private SteppedListener listener;

    Run(long seed) {
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      boolean reports = seed % 3 != 0;
      config = reports ? ListenerRig.CONFIG : new ListenerSetup().withoutRejects().config();
      listener = new SteppedListener(config, log, log.known());
      for (int i = 0; i < 3; i++) {
        devices.add(new SimulatedDevice("d" + i, i != 1, reports && i != 1, random, log));
      }
    }

    long run() {
      for (int step = 0; step < STEPS; step++) {
        device(devices.get(random.nextInt(devices.size())));
        gateway();
      }
      finish();
      devices.forEach(SimulatedDevice::check);
      listener.kill();
      return devices.stream().mapToLong(SimulatedDevice::answers).sum();
    }

    private void device(SimulatedDevice device) {
      int what = random.nextInt(100);
      if (!device.isConnected()) {
        device.connect(listener, random.nextInt(20) == 0);
      } else if (what < 3) {
        device.breakOff();
      } else if (what == 5) {
        device.leave();
      } else if (what < 5) {
        device.connect(
            listener, random.nextInt(20) == 0); // the one before stays, and is taken over
      } else if (what < 40) {
        device.publish();
      } else {
        device.deliver();
      }
      device.read();
    }

    private void gateway() {
      int what = random.nextInt(200);
      if (what < 60) {
        log.sync(1 + random.nextInt(8));
      } else if (what < 64) {
        log.fail();
      } else if (what < 68) {
        log.full(true);
      } else if (what < 80) {
        log.full(false);
      } else if (what < 82) {
        kill();
      } else if (what < 90) {
        listener.sessions.tick();
      } else if (what < 110) {
        listener.settle(100);
      } else if (!listener.open.isEmpty()) {
        listener.open.get(random.nextInt(listener.open.size())).step();
      }
    }

    private void kill() {
      devices.forEach(SimulatedDevice::lost);
      listener.kill();
      log.kill(random.nextInt(log.unsynced() + 1));
      listener = new SteppedListener(config, log, log.known());
    }

    private void finish() {
      log.full(false);
      for (int round = 0; devices.stream().anyMatch(each -> !each.isDone()); round++) {
        if (round == MOST_TO_FINISH) {
          throw new AssertionError("not everything is answered");
        }
        for (SimulatedDevice each : devices) {
          if (!each.isConnected()) {
            each.connect(listener, false);
          }
          each.deliver();
          each.read();
        }
        log.sync(100);
        listener.settle(100);
      }
    }
  }
}
