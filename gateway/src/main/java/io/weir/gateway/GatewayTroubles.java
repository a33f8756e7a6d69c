package io.weir.gateway;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.Time;
import io.weir.gateway.normalize.ReceiveClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The conditions of the gateway as a whole that are reason for an alarm. Asked by one thread. */
final class GatewayTroubles implements Supplier<List<Trouble>> {

  /** How long a clock that went back is news. */
  private static final long NEWS_NS = TimeUnit.HOURS.toNanos(1);

  private final WatchedThreads threads;
  private final DamagedFiles damaged;
  private final ReceiveClock clock;
  private final Time time;
  private long rebases;
  private long rebasedNs;

  GatewayTroubles(WatchedThreads threads, DamagedFiles damaged, ReceiveClock clock, Time time) {
    this.threads = threads;
    this.damaged = damaged;
    this.clock = clock;
    this.time = time;
  }

  @Override
  public List<Trouble> get() {
    List<Trouble> troubles = new ArrayList<>(threads.troubles());
    troubles.addAll(damaged.troubles());
    if (clock.rebases() > rebases) {
      rebases = clock.rebases();
      rebasedNs = time.elapsedNs();
    }
    if (rebases > 0 && time.elapsedNs() - rebasedNs < NEWS_NS) {
      troubles.add(
          new Trouble(
              AlarmKind.CLOCK_REBASED, "", "what came meanwhile has receive times in the future"));
    }
    return troubles;
  }
}
