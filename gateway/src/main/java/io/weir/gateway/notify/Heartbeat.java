package io.weir.gateway.notify;

import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.alarm.Trouble;
import io.weir.gateway.log.StopSignal;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says at intervals that the gateway lives. It says nothing while the gateway does not work: who
 * waits for the sign then misses it. A sign that could not be sent is not sent later. Its work is
 * stepped, by the thread {@code heartbeat} or by a test.
 */
public final class Heartbeat implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** How the gateway is; for any thread. */
  public interface Life {

    /** Whether it works at all, so that a new start would not help. */
    boolean works();

    /** Whether readings are received and kept. */
    boolean isReady();
  }

  private final String gateway;
  private final Duration interval;
  private final Map<String, Outlet> outlets;
  private final Life life;
  private final Time time;

  /** Why the last sign was not taken, by outlet. */
  private final Map<String, String> failing = new ConcurrentHashMap<>();

  private final StopSignal stop = new StopSignal();
  private long nextNs;

  /**
   * @param outlets by name, used by no one else
   */
  public Heartbeat(
      String gateway, Duration interval, Map<String, Outlet> outlets, Life life, Time time) {
    this.gateway = gateway;
    this.interval = interval;
    this.outlets = new LinkedHashMap<>(outlets);
    this.life = life;
    this.time = time;
    this.nextNs = time.elapsedNs();
  }

  public void start(Threads threads) {
    threads.start("heartbeat", () -> stop.repeat(EVERY, this::step));
  }

  /** Sends one sign to each outlet if one is due. */
  public void step() {
    if (time.elapsedNs() - nextNs < 0 || !life.works()) {
      return;
    }
    nextNs = time.elapsedNs() + interval.toNanos();
    Beat beat = new Beat(gateway, Time.instant(time.wallNs()), life.isReady(), interval);
    outlets.forEach((name, outlet) -> send(name, outlet, beat));
  }

  private void send(String name, Outlet outlet, Beat beat) {
    try {
      outlet.beat(beat);
      if (failing.remove(name) != null) {
        LOG.info("Outlet {} takes the heartbeat again", name);
      }
    } catch (IOException e) {
      failed(name, e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("Outlet {} fails: defect of its kind", name, e);
      failed(name, e.toString());
    }
  }

  private void failed(String name, String reason) {
    String line = "heartbeat: " + Composer.oneLine(reason, Notice.MOST_TITLE);
    if (failing.put(name, line) == null) {
      LOG.warn("Outlet {} does not take the {}. The next one comes at its time", name, line);
    }
  }

  /** Outlets that did not take the last sign. */
  public List<Trouble> troubles() {
    List<Trouble> troubles = new ArrayList<>();
    failing.forEach((name, why) -> troubles.add(new Trouble(AlarmKind.OUTLET_DOWN, name, why)));
    return troubles;
  }

  @Override
  public void close() {
    stop.give();
    outlets.values().forEach(Outlet::close);
  }
}
