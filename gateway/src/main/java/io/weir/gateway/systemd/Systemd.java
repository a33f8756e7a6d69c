package io.weir.gateway.systemd;

import io.weir.gateway.log.LoopThread;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What systemd hears of this process: {@code READY=1} after the start, {@code WATCHDOG=1} at half
 * the time that the unit allows while the gateway works, {@code STOPPING=1} at the stop. Runs the
 * thread {@code watchdog}. If the question whether the gateway works gets no answer, because its
 * parts wait for each other, the watchdog hears nothing either, and systemd starts the process
 * again.
 */
public final class Systemd implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);

  private final @Nullable NotifySocket socket;
  private final Time time;
  private final LoopThread thread = new LoopThread("watchdog");

  /** Half the time that the unit allows; 0 without a watchdog. */
  private final long everyNs;

  private volatile boolean stopping;

  // Owned by the thread, or by the caller of step().
  private Supplier<String> fault = () -> "";
  private long nextNs;
  private String knownFault = "";

  private Systemd(@Nullable NotifySocket socket, long everyNs, Time time) {
    this.socket = socket;
    this.everyNs = everyNs;
    this.time = time;
  }

  /**
   * Reads {@code NOTIFY_SOCKET}, {@code WATCHDOG_USEC} and {@code WATCHDOG_PID}.
   *
   * @param pid of this process; a watchdog that names another one is not for us
   */
  public static Systemd of(Map<String, String> environment, long pid, Time time) {
    String name = environment.get("NOTIFY_SOCKET");
    if (name == null || name.isEmpty()) {
      return new Systemd(null, 0, time);
    }
    try {
      return new Systemd(NotifySocket.open(name), watchdogNs(environment, pid) / 2, time);
    } catch (IOException e) {
      LOG.warn(
          "systemd hears nothing of this process: {}. Write Type=exec and no WatchdogSec in its unit",
          e.getMessage());
      return new Systemd(null, 0, time);
    }
  }

  private static long watchdogNs(Map<String, String> environment, long pid) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "0");
    String named = environment.getOrDefault("WATCHDOG_PID", "");
    if (!named.isEmpty() && !named.equals(String.valueOf(pid))) {
      return 0;
    }
    try {
      return TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros));
    } catch (NumberFormatException e) {
      LOG.warn("WATCHDOG_USEC is {}, which is no number: there is no watchdog", micros);
      return 0;
    }
  }

  /**
   * Says that the start is done, and begins to answer the watchdog.
   *
   * @param fault why the gateway does not work, or ""; asked on the thread {@code watchdog}
   */
  public void ready(Threads threads, Supplier<String> fault) {
    ready(fault);
    if (everyNs > 0) {
      thread.start(threads, this::run);
    }
  }

  /** The same without a thread: the caller steps. */
  void ready(Supplier<String> fault) {
    this.fault = fault;
    nextNs = time.elapsedNs();
    send("READY=1\nSTATUS=Takes readings");
  }

  private void run() {
    while (!stopping) {
      step();
      LockSupport.parkNanos(Math.max(1, nextNs - time.elapsedNs()));
    }
  }

  /** Answers the watchdog if it is time and the gateway works. Never waits for systemd. */
  void step() {
    long now = time.elapsedNs();
    if (everyNs == 0 || stopping || now - nextNs < 0) {
      return;
    }
    nextNs = now + everyNs;
    String because = fault.get();
    if (because.isEmpty()) {
      send(knownFault.isEmpty() ? "WATCHDOG=1" : "WATCHDOG=1\nSTATUS=Takes readings");
    } else if (!because.equals(knownFault)) {
      LOG.error("The watchdog of systemd gets no answer: {}", because);
      send("STATUS=Does not work: " + because.replace('\n', ' '));
    }
    knownFault = because;
  }

  /** Says that the process stops; the watchdog is answered no more. */
  public void stopping() {
    stopping = true;
    thread.unpark();
    send("STOPPING=1\nSTATUS=Syncs, acknowledges and drains");
  }

  private void send(String text) {
    if (socket == null) {
      return;
    }
    try {
      socket.send(text);
    } catch (IOException e) {
      LOG.warn("systemd did not take {}: {}", text.lines().findFirst().orElse(""), e.toString());
    }
  }

  @Override
  public void close() throws IOException {
    stopping = true;
    thread.unpark();
    thread.join();
    if (socket != null) {
      socket.close();
    }
  }
}
