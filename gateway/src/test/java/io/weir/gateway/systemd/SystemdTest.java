package io.weir.gateway.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.e2e.GatewayProcess;
import io.weir.gateway.log.Time;
import io.weir.gateway.machine.Notified;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd hears, at a real datagram socket that knows the sender as systemd does. */
@Tag("server")
class SystemdTest {

  private static final long PID = ProcessHandle.current().pid();

  @TempDir Path folder;
  private final Clock clock = new Clock();

  /** Only the elapsed time counts here, and the test moves it. */
  private static final class Clock implements Time {
    private long nowNs = 5_000_000_000L;

    @Override
    public long wallNs() {
      throw new AssertionError("a wait must not use the wall clock");
    }

    @Override
    public long elapsedNs() {
      return nowNs;
    }

    void advance(long seconds) {
      nowNs += TimeUnit.SECONDS.toNanos(seconds);
    }
  }

  @Test
  void aProcessReportsThatItIsReadyThatItWorksAndThatItStops() throws Exception {
    try (Notified systemd = new Notified(folder, folder.resolve("notify").toString());
        GatewayProcess gateway =
            new GatewayProcess(
                folder.resolve("gateway"),
                folder.resolve("data"),
                Map.of("NOTIFY_SOCKET", systemd.name(), "WATCHDOG_USEC", "400000"),
                """
                sources: [ { name: http-in, type: http } ]
                routes: [ { topic: "#", format: json } ]
                sinks: [ { name: away, type: influxdb, version: 1, url: "http://127.0.0.1:1", database: d } ]
                """)) {
      gateway.start();
      await().until(() -> systemd.count("READY=1") == 1);
      await().until(() -> systemd.count("WATCHDOG=1") >= 3);
      gateway.freeze();
      long before = systemd.count("WATCHDOG=1");
      Thread.sleep(1_000);
      assertThat(systemd.count("WATCHDOG=1"))
          .as("of a frozen process")
          .isLessThanOrEqualTo(before + 1);
      gateway.thaw();
      await().until(() -> systemd.count("WATCHDOG=1") > before + 1);
      long pid = gateway.pid();
      assertThat(gateway.stop()).isZero();
      await().until(() -> systemd.count("STOPPING=1") == 1);
      assertThat(systemd.messages()).allMatch(message -> message.pid() == pid);
      assertThat(systemd.messages().get(0).text()).startsWith("READY=1");
    }
  }

  @Test
  void theWatchdogIsAnsweredAtHalfItsTimeAndOnlyWhileTheGatewayWorks() throws Exception {
    AtomicReference<String> fault = new AtomicReference<>("");
    try (Notified socket = new Notified(folder, "@weir-" + PID);
        Systemd systemd =
            Systemd.of(
                Map.of(
                    "NOTIFY_SOCKET", socket.name(),
                    "WATCHDOG_USEC", "60000000",
                    "WATCHDOG_PID", String.valueOf(PID)),
                PID,
                clock)) {
      systemd.ready(fault::get);
      systemd.step();
      clock.advance(29);
      systemd.step();
      clock.advance(1);
      systemd.step();
      fault.set("thread log-sync ended");
      for (int i = 0; i < 3; i++) {
        clock.advance(30);
        systemd.step();
      }
      fault.set("");
      clock.advance(30);
      systemd.step();
      systemd.stopping();
      clock.advance(30);
      systemd.step();
      await().until(() -> socket.count("STOPPING=1") == 1);
      assertThat(socket.messages().stream().map(Notified.Message::text))
          .isEqualTo(
              List.of(
                  "READY=1 STATUS=Takes readings",
                  "WATCHDOG=1",
                  "WATCHDOG=1",
                  "STATUS=Does not work: thread log-sync ended",
                  "WATCHDOG=1 STATUS=Takes readings",
                  "STOPPING=1 STATUS=Syncs, acknowledges and drains"));
    }
  }

  @Test
  void aWatchdogThatNamesAnotherProcessIsNotAnswered() throws Exception {
    try (Notified socket = new Notified(folder, folder.resolve("notify").toString());
        Systemd systemd =
            Systemd.of(
                Map.of(
                    "NOTIFY_SOCKET", socket.name(),
                    "WATCHDOG_USEC", "1000000",
                    "WATCHDOG_PID", String.valueOf(PID + 1)),
                PID,
                clock)) {
      systemd.ready(() -> "");
      clock.advance(60);
      systemd.step();
      systemd.stopping();
      await().until(() -> socket.count("STOPPING=1") == 1);
      assertThat(socket.count("WATCHDOG=1")).isZero();
    }
  }

  @Test
  void withoutAServiceManagerNothingIsSentAndAnAbsentSocketIsNoFailure() throws Exception {
    try (Systemd none = Systemd.of(Map.of(), PID, clock);
        Systemd absent =
            Systemd.of(Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()), PID, clock)) {
      for (Systemd each : List.of(none, absent)) {
        each.ready(() -> "");
        clock.advance(60);
        each.step();
        each.stopping();
      }
    }
    assertThat(Files.list(folder)).isEmpty();
  }
}
