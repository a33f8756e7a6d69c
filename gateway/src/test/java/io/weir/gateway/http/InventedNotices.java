package io.weir.gateway.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.admin.NotificationRequests;
import io.weir.gateway.log.Time;
import io.weir.gateway.notify.Cause;
import io.weir.gateway.notify.Notifier;
import io.weir.gateway.notify.NotifyConfig;
import io.weir.gateway.notify.Rule;
import io.weir.gateway.notify.Schedule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The notifications of an invented gateway: those of the causes that a test gives it. */
final class InventedNotices implements Notifier.Store, AutoCloseable {

  private static final Rule ALL =
      new Rule(
          "all",
          Set.of("machine-down", "sink-down"),
          Duration.ZERO,
          null,
          Double.NaN,
          0,
          new Schedule(ZoneOffset.UTC, List.of(), Set.of()),
          Duration.ofHours(4),
          List.of());

  volatile List<Cause> causes = List.of();
  private volatile Optional<byte[]> saved = Optional.empty();
  private final Notifier notifier;
  private final NotificationRequests requests;

  InventedNotices(MeterRegistry meters) {
    NotifyConfig config =
        new NotifyConfig("plant-a-1", "", ZoneOffset.UTC, "en", List.of(), List.of(ALL), null);
    try {
      notifier = new Notifier(config, Map.of(), this, Time.SYSTEM, meters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    notifier.asks(rule -> causes);
    requests = new NotificationRequests(notifier);
  }

  /** Sends what holds now. */
  void send(Cause... all) {
    causes = List.of(all);
    notifier.stepAll();
  }

  List<HttpRoute> routes() {
    return requests.routes();
  }

  @Override
  public Optional<byte[]> load() {
    return saved;
  }

  @Override
  public void save(byte[] bytes) {
    saved = Optional.of(bytes);
  }

  @Override
  public void close() {
    requests.close();
    notifier.close();
  }
}
