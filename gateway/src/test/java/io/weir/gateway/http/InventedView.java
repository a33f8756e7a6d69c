package io.weir.gateway.http;

import io.weir.gateway.alarm.Alarm;
import io.weir.gateway.alarm.AlarmKind;
import io.weir.gateway.api.EfficiencyResponse;
import io.weir.gateway.api.GatewayView;
import io.weir.gateway.api.GroupStatus;
import io.weir.gateway.api.Health;
import io.weir.gateway.api.InventedMachines;
import io.weir.gateway.api.InventedPast;
import io.weir.gateway.api.LedgerResponse;
import io.weir.gateway.api.MachineView;
import io.weir.gateway.api.PastView;
import io.weir.gateway.api.QuarantineEntry;
import io.weir.gateway.api.QuarantinePage;
import io.weir.gateway.api.Status;
import io.weir.gateway.live.AssetNode;
import io.weir.gateway.live.LatestReadings;
import io.weir.gateway.live.ReceivedShift;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageParts;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A gateway that a test makes up: one source, one sink, and the messages it is given. */
public final class InventedView implements GatewayView {

  public final InventedPast past = new InventedPast();

  final LatestReadings latest = new LatestReadings(32L << 20, Time.SYSTEM);
  final AtomicInteger statusAsked = new AtomicInteger();
  volatile long received;
  volatile long stored;
  volatile String store = "history";
  volatile boolean storeDown;

  /** Of the readings that are heard from now on. */
  volatile Quality quality = Quality.GOOD;

  volatile boolean storeStuck;
  volatile boolean brokerDown;
  volatile RuntimeException failure;
  volatile @Nullable EfficiencyResponse efficiency;
  volatile List<ReceivedShift> shifts = List.of();
  volatile double logShare = 0.005;
  volatile String logReason = "";
  volatile List<QuarantinePage.Entry> held = List.of();
  public volatile @Nullable QuarantineEntry entry;

  /** How long ago the newest entry of the quarantine was received. */
  volatile Duration setAsideAgo = Duration.ofHours(1);

  /** A pass over the quarantine waits for it. */
  volatile CountDownLatch quarantineRead = new CountDownLatch(0);

  /** The group that it is in; none. */
  volatile @Nullable GroupStatus group;

  volatile Duration statusTakes = Duration.ZERO;
  public final InventedMachines machines = new InventedMachines();

  /** A message of one machine, a second ago. */
  void hear(Asset asset, Map<String, Value> metrics) {
    hear(asset, Map.of(), metrics);
  }

  void hear(Asset asset, Map<String, String> tags, Map<String, Value> metrics) {
    long now = System.currentTimeMillis() * 1_000_000L;
    Series series = new Series("telemetry", asset, tags);
    List<Reading> readings =
        metrics.entrySet().stream()
            .map(e -> new Reading(series, e.getKey(), e.getValue(), now, quality, null))
            .toList();
    synchronized (latest) {
      MessageParts.pass(
          new Message("plant", "t", now, 1, 1, readings.size(), 0, 0, readings, List.of(), bytes()),
          latest);
    }
    received += readings.size();
    stored += storeDown || storeStuck ? 0 : readings.size();
  }

  private static byte[] bytes() {
    return new byte[0];
  }

  @Override
  public Status status() {
    statusAsked.incrementAndGet();
    LockSupport.parkNanos(statusTakes.toNanos());
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw thrown;
    }
    LedgerResponse ledger = ledger();
    return new Status(
        "plant-a-1",
        "0.1.0",
        Instant.now(),
        8_130,
        storeDown || brokerDown ? Status.State.DEGRADED : Status.State.RUNNING,
        storeDown ? "sink history is down" : brokerDown ? "source plant is not connected" : "",
        List.of("factory/{site}/{area}/{line}/{machine}/telemetry"),
        List.of(
            new Status.SourceStatus(
                "plant",
                "mqtt",
                "tcp://127.0.0.1:1883",
                !brokerDown,
                brokerDown ? "connecting" : "connected",
                brokerDown ? "connection refused; next try in 4 s" : "",
                1,
                0,
                3,
                received == 0 ? 0 : 12.2,
                received == 0 ? 0 : 85.4,
                received == 0 ? null : 0.4,
                ledger.sources().get(0))),
        new Status.LogStatus(
            (long) (logShare * 10_737_418_240L),
            10_737_418_240L,
            2,
            logReason.isEmpty(),
            logReason,
            0,
            null,
            1.9),
        new Status.DiskStatus(2.4e9, 86_000.0),
        ledger.sinks().stream().map(this::sink).toList(),
        new Status.QuarantineStatus(
            received == 0 ? 0 : 1,
            received == 0
                ? List.of()
                : List.of(
                    new Status.Recent(
                        "0123456789abcdef",
                        Instant.now().minus(setAsideAgo),
                        "plant",
                        "factory/p/a/l/m/telemetry",
                        "malformed",
                        "not JSON: unexpected end of input at byte 17")),
            ledger.quarantine()),
        List.of(new Status.Dropped("figures", "minute", "thinned", 120)),
        alarms(),
        group);
  }

  private List<Alarm> alarms() {
    List<Alarm> all = new ArrayList<>();
    if (!logReason.isEmpty()) {
      all.add(alarm(AlarmKind.LOG_FULL, "readings"));
    } else if (logShare > 0.8) {
      all.add(alarm(AlarmKind.LOG_FILLING, "readings"));
    }
    if (storeDown) {
      all.add(alarm(AlarmKind.SINK_DOWN, store));
    }
    if (brokerDown) {
      all.add(alarm(AlarmKind.SOURCE_DOWN, "plant"));
    }
    if (received > 0 && setAsideAgo.toMinutes() < 5) {
      all.add(alarm(AlarmKind.QUARANTINE_GROWING, ""));
    }
    return all;
  }

  private static Alarm alarm(AlarmKind kind, String subject) {
    return new Alarm(kind.id(), subject, Instant.now(), kind.severity(), kind.id(), "");
  }

  private Status.SinkStatus sink(LedgerResponse.Sink ledger) {
    return new Status.SinkStatus(
        ledger.name(),
        ledger.log(),
        "influxdb",
        "http://127.0.0.1:8086",
        storeDown ? Status.SinkState.DOWN : Status.SinkState.STORING,
        storeDown ? "connection refused" : "",
        storeDown ? 8.0 : null,
        storeDown ? "open" : "closed",
        storeDown ? 42.0 : storeStuck ? 4_000 : 0.2,
        storeDown ? 1_048_576 : 0,
        storeDown || storeStuck || received == 0 ? 0 : 14.1,
        ledger);
  }

  @Override
  public Health health() {
    return new Health(
        List.of(
            new Health.Part("source", "plant", !brokerDown, brokerDown ? "refused" : ""),
            new Health.Part("log", "readings", true, "")));
  }

  @Override
  public LedgerResponse ledger() {
    int bad = received == 0 ? 0 : 1;
    LedgerResponse.Sink readings =
        new LedgerResponse.Sink(
            store, "readings", received, stored, 0, 0, 0, 0, 0, 0, received - stored);
    LedgerResponse.Sink figures =
        new LedgerResponse.Sink(store, "figures", 79_237, 79_237, 0, 0, 0, 0, 0, 0, 0);
    return new LedgerResponse(
        List.of(new LedgerResponse.Source("plant", received + bad, received, 0, bad, 0)),
        efficiency == null ? List.of(readings) : List.of(readings, figures),
        new LedgerResponse.Quarantine(bad, bad, 0, 0, 0));
  }

  @Override
  public List<AssetNode> assets() {
    synchronized (latest) {
      return latest.tree(System.currentTimeMillis() * 1_000_000L);
    }
  }

  @Override
  public List<ReceivedShift> received() {
    return shifts;
  }

  @Override
  public @Nullable EfficiencyResponse efficiency() {
    return efficiency;
  }

  @Override
  public MachineView machines() {
    return machines;
  }

  @Override
  public PastView past() {
    return past;
  }

  @Override
  public QuarantinePage quarantine(int limit, long before) throws IOException {
    try {
      quarantineRead.await();
    } catch (InterruptedException e) {
      throw new IOException("stopped", e);
    }
    return new QuarantinePage(held, before == Long.MAX_VALUE ? (long) limit : null);
  }

  @Override
  public @Nullable QuarantineEntry quarantined(long id) {
    QuarantineEntry held = entry;
    return held != null && held.id().equals(HexFormat.of().toHexDigits(id)) ? held : null;
  }
}
