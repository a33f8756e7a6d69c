package io.weir.gateway.simulation;

import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.LedgerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** One run of a scenario: messages and faults for some turns, then quiet, then the verdict. */
final class Simulation {

  /** Turns in which the gateway must be done with all, once no fault strikes any more. */
  private static final int SETTLING = 600;

  /** The same where a replay brings many lines at once on which a store fails, each for a while. */
  private static final int SETTLING_OF_REPLAYS = 4 * SETTLING;

  /** The first of them, each shorter than any pause of the gateway. Then it mostly waits. */
  private static final int CLOSE_LOOK = 20;

  private static final long SHORT_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LONG_NS = TimeUnit.SECONDS.toNanos(2);

  /** Once no fault strikes any more, the gateway is stepped up to so often while writes go on. */
  private static final int STEPS_OF_SETTLING = 10;

  /** What waits in the quarantine may be more than the log takes at once. */
  private static final int MOST_REPLAYS = 10;

  /** Turns in which the quarantine must have all, also where it waits for a block of the disk. */
  private static final int COPYING = 100;

  /** Turns for which all must stay done. */
  private static final int QUIET = 10;

  private static final long QUIET_NS = TimeUnit.MILLISECONDS.toNanos(200);

  /** A node that was asked for its births is asked again after it. */
  private static final long LONGEST_PAUSE_NS = TimeUnit.MINUTES.toNanos(11);

  private static final long YEAR_NS = TimeUnit.DAYS.toNanos(365);

  private final Scenario scenario;
  private final Plant plant;
  private final Random random;
  private final long longestTurnNs;
  private boolean allIsReplayed;

  /** Whether a gateway that died later had said that more is lost than it counts. */
  private boolean saidThatMoreIsLost;

  private Simulation(Scenario scenario) {
    this.scenario = scenario;
    plant = new Plant(scenario);
    random = scenario.random("turns");
    longestTurnNs = TimeUnit.MILLISECONDS.toNanos(50L << random.nextInt(7));
  }

  /**
   * What a run showed.
   *
   * @param faults what was wrong; empty if nothing was
   * @param readings that the gateway had answered for
   * @param doubled that stand more than once
   * @param trace of all that happened; the same for the same run
   */
  record Outcome(
      List<String> faults, Map<FaultKind, Long> strikes, int readings, int doubled, long trace) {}

  /** Runs a scenario on the calling thread. */
  static Outcome run(Scenario scenario) {
    Simulation simulation = new Simulation(scenario);
    try {
      return simulation.run();
    } catch (Exception | Error e) {
      return simulation.outcome(List.of("THROWN: " + trace(e)), 0);
    } finally {
      simulation.plant.close();
    }
  }

  private static String trace(Throwable e) {
    java.io.StringWriter text = new java.io.StringWriter();
    e.printStackTrace(new java.io.PrintWriter(text));
    return text.toString();
  }

  private Outcome outcome(List<String> faults, int doubled) {
    Map<FaultKind, Long> strikes = new EnumMap<>(FaultKind.class);
    strikes.putAll(plant.faults.strikes());
    return new Outcome(faults, strikes, plant.oracle.readings(), doubled, plant.trace.sum());
  }

  private Outcome run() throws Exception {
    Traffic traffic = new Traffic(scenario, plant.time, plant.faults);
    int sent = 0;
    for (int turn = 0; turn < Scenario.TURNS; turn++) {
      plant.faults.turn(turn);
      plant.faults.beginning().forEach(this::begin);
      turnClocks();
      int due = (turn + 1) * Scenario.MESSAGES / Scenario.TURNS;
      for (; sent < Math.min(due, scenario.messages()); sent++) {
        send(traffic);
      }
      plant.nodes.send();
      turn(1 + (long) (random.nextDouble() * longestTurnNs), 1);
    }
    plant.faults.end();
    plant.time.offset(0);
    plant.mendConfiguration();
    settle();
    plant.broker.publish(traffic.last()); // a line that a store refuses alone waits for another one
    settle();
    if (plant.faults.has(FaultKind.NODE_STARTS) && plant.isQuiet()) {
      plant.time.advance(LONGEST_PAUSE_NS);
      plant.nodes.sendLast(false);
      settle();
      plant.nodes.sendLast(true);
      settle();
    }
    if (plant.faults.has(FaultKind.REPLAY) && plant.isQuiet()) {
      for (int i = 0; i < MOST_REPLAYS && !allIsReplayed; i++) {
        allIsReplayed = plant.replayAll();
        settle();
      }
      if (!allIsReplayed) {
        throw new AssertionError("no fault strikes, and the log has never room for a replay");
      }
    }
    for (int i = 0; i < COPYING && plant.isCopying(); i++) {
      turn(LONG_NS, 1);
    }
    return judged();
  }

  private void begin(Fault fault) {
    if (fault.kind() == FaultKind.CRASH) {
      plant.faults.struck(FaultKind.CRASH);
      GatewayView view = plant.view();
      saidThatMoreIsLost |= view != null && saysThatMoreIsLost(view);
      plant.crash(fault);
    } else if (fault.kind() == FaultKind.REPLAY) {
      plant.replay(fault);
    } else if (fault.kind() == FaultKind.RELOAD) {
      plant.reload(fault);
    } else if (fault.kind() == FaultKind.BROUGHT_BACK) {
      plant.copy(fault);
    } else if (fault.kind() == FaultKind.NODE_STARTS) {
      plant.nodes.start(fault);
    }
  }

  private void turnClocks() {
    long offset = 0;
    Fault ahead = plant.faults.now(FaultKind.CLOCK_AHEAD);
    Fault back = plant.faults.now(FaultKind.CLOCK_BACK);
    if (ahead != null) {
      plant.faults.struck(FaultKind.CLOCK_AHEAD);
      offset = ahead.variant() % 2 == 0 ? YEAR_NS : TimeUnit.HOURS.toNanos(1);
    }
    if (back != null) {
      plant.faults.struck(FaultKind.CLOCK_BACK);
      offset -= back.variant() % 2 == 0 ? YEAR_NS : TimeUnit.MINUTES.toNanos(5);
    }
    plant.time.offset(offset);
  }

  private void send(Traffic traffic) {
    SentMessage message = traffic.next();
    if (traffic.isPost(message)) {
      plant.posts.add(message);
    } else {
      plant.broker.publish(message);
    }
  }

  private void turn(long ns, int steps) throws Exception {
    plant.time.advance(ns);
    plant.turn(steps);
    GatewayView view = plant.view();
    if (view != null) {
      LedgerResponse ledger = view.ledger();
      Plant.checkBounds(view);
      if (!Verdict.isBalanced(ledger)) {
        throw new AssertionError("the ledger does not add up: " + ledger);
      }
    }
  }

  /** Turns until all is done and stays so, or the time for it is over. */
  private void settle() throws Exception {
    int quiet = 0;
    int most = plant.faults.has(FaultKind.REPLAY) ? SETTLING_OF_REPLAYS : SETTLING;
    for (int i = 0; i < most && quiet < QUIET; i++) {
      turn(quiet > 0 ? QUIET_NS : i < CLOSE_LOOK ? SHORT_NS : LONG_NS, STEPS_OF_SETTLING);
      quiet = plant.isQuiet() ? quiet + 1 : 0;
    }
  }

  /** Whether the alarm of the log of readings says that it cannot count what is destroyed. */
  private static boolean saysThatMoreIsLost(GatewayView view) {
    return view.status().alarms().stream()
        .anyMatch(
            alarm ->
                alarm.id().equals("log-corrupt")
                    && alarm.subject().equals("readings")
                    && alarm.text().contains("at least"));
  }

  private static StoreContent stored(Map<String, StoreContent> contents, String sink) {
    return Objects.requireNonNull(contents.get(sink));
  }

  private Outcome judged() throws IOException {
    GatewayView view = plant.view();
    if (view == null || !plant.isQuiet()) {
      return outcome(List.of("STANDSTILL: " + plant.standing()), 0);
    }
    if (view.ledger().sinks().stream().anyMatch(sink -> sink.dropped() > 0)) {
      plant.faults.struck(FaultKind.SPARES);
    }
    if (plant.faults.has(FaultKind.LESSENS)
        && view.ledger().sinks().stream().anyMatch(sink -> sink.dropped() + sink.thinned() > 0)) {
      plant.faults.struck(FaultKind.LESSENS);
    }
    Verdict verdict =
        new Verdict(
            plant.oracle,
            new Quarantined(view),
            view.ledger(),
            plant.time.trueNs(),
            !plant.faults.has(FaultKind.CLOCK_BACK),
            plant.faults.areRecordsSound(),
            plant.faults.mayRefuse(),
            saidThatMoreIsLost || saysThatMoreIsLost(view),
            allIsReplayed,
            Sparing.of(scenario),
            Lessening.of(scenario));
    Map<String, StoreContent> contents = new LinkedHashMap<>(plant.stores.contents());
    if (plant.centre != null) {
      contents.put(Centre.SINK, plant.centre.content());
    }
    plant.since.forEach((sink, since) -> verdict.store(sink, stored(contents, sink), since));
    verdict.quarantine(contents.keySet());
    verdict.ledger();
    verdict.sessions(plant.broker.lostSessions(), plant.sessionsLost());
    boolean mayBeDropped = Lessening.of(scenario) == Lessening.MAX_LAG;
    // those that are not made again may differ
    if (!plant.faults.has(FaultKind.BROUGHT_BACK) && !mayBeDropped) {
      verdict.figures(stored(contents, "history"), stored(contents, "archive"));
    }
    List<String> faults = new ArrayList<>(verdict.faults());
    faults.addAll(plant.stores.orderFaults());
    if (plant.centre != null) {
      long corrupt =
          view.ledger().sinks().stream()
              .filter(sink -> sink.name().equals(Centre.SINK))
              .mapToLong(LedgerResponse.Sink::corrupt)
              .sum();
      faults.addAll(plant.centre.faults(corrupt));
    }
    return outcome(faults, verdict.doubled());
  }
}
