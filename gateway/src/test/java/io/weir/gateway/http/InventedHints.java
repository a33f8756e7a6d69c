package io.weir.gateway.http;

import io.weir.gateway.admin.HintRequests;
import io.weir.gateway.efficiency.FiguresBook;
import io.weir.gateway.efficiency.config.LearnedConfig;
import io.weir.gateway.efficiency.learn.Finding;
import io.weir.gateway.efficiency.learn.Hints;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** What an invented gateway has learned, as it answers it; decisions are kept in memory. */
final class InventedHints implements FiguresBook.Store, AutoCloseable {

  /** A press whose lids take longer, and could take less. */
  static final List<Finding> OF_PRESS =
      List.of(
          finding(Finding.Kind.CYCLE_DRIFT, 12.4, 11.1, 0.2),
          finding(Finding.Kind.FASTER_CYCLE, 11.3, 12, Double.NaN));

  volatile boolean enabled;
  volatile List<Finding> findings = List.of();
  private volatile Optional<byte[]> saved = Optional.empty();
  private final Hints hints;
  private final HintRequests requests;

  InventedHints() {
    try {
      hints = new Hints(() -> findings, this::config, this, Time.SYSTEM);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    requests = new HintRequests(hints);
  }

  private static Finding finding(Finding.Kind kind, double value, double reference, double spread) {
    Asset press = new Asset("plant-a", "hall-1", "press-shop", "press-02");
    return new Finding(kind, press, "lid", value, reference, spread, "s", LocalDate.of(2026, 3, 1));
  }

  private LearnedConfig config() {
    return new LearnedConfig(enabled, 0.05, 3.5, Duration.ofDays(90), List.of());
  }

  List<HttpRoute> routes() {
    return requests.routes();
  }

  @Override
  public Optional<byte[]> load() {
    return saved;
  }

  @Override
  public boolean isDamaged() {
    return false;
  }

  @Override
  public void save(byte[] bytes) {
    saved = Optional.of(bytes);
  }

  @Override
  public void close() {
    requests.close();
  }
}
