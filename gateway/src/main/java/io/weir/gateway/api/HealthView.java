package io.weir.gateway.api;

import io.weir.gateway.efficiency.EfficiencyConsumer;
import io.weir.gateway.log.LogStatus;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.settings.Config;
import io.weir.gateway.sink.Condition;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkPipeline;
import io.weir.gateway.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the gateway is ready: each source receives, the log accepts appends. An unreachable store
 * does not make the gateway unready, since the log buffers for it; a sink that needs manual action
 * does. For any thread.
 */
public final class HealthView {

  private final Config config;
  private final Supplier<String> directoryFault;
  private final SegmentLog readings;
  private final List<Source> sources;
  private final List<SinkPipeline> pipelines;
  private final @Nullable EfficiencyConsumer efficiency;
  private final Supplier<Map<String, String>> endedThreads;

  /**
   * @param directoryFault why the data directory is lost, or ""
   * @param efficiency {@code null} where no figures are made
   * @param endedThreads why each thread ended that should run, by its name
   */
  public HealthView(
      Config config,
      Supplier<String> directoryFault,
      SegmentLog readings,
      List<Source> sources,
      List<SinkPipeline> pipelines,
      @Nullable EfficiencyConsumer efficiency,
      Supplier<Map<String, String>> endedThreads) {
    this.config = config;
    this.directoryFault = directoryFault;
    this.readings = readings;
    this.sources = sources;
    this.pipelines = pipelines;
    this.efficiency = efficiency;
    this.endedThreads = endedThreads;
  }

  Health health() {
    List<Health.Part> parts = new ArrayList<>();
    for (Source source : sources) {
      Source.Status now = source.status();
      parts.add(new Health.Part("source", source.name(), now.ready(), now.reason()));
    }
    String lost = directoryFault.get();
    if (!lost.isEmpty()) {
      parts.add(new Health.Part("data directory", config.gateway().id(), false, lost));
    }
    parts.add(log());
    if (efficiency != null) {
      String fault = efficiency.fault();
      parts.add(new Health.Part("efficiency", "figures", fault.isEmpty(), fault));
    }
    for (SinkConfig sink : config.sinks()) {
      parts.add(sink(sink));
    }
    endedThreads
        .get()
        .forEach((name, why) -> parts.add(new Health.Part("thread", name, false, why)));
    return new Health(parts);
  }

  Health.Part log() {
    LogStatus log = readings.status();
    boolean blocked = isBlocked(log, config);
    String reason =
        blocked
            ? "full: " + log.bytes() + " of " + log.maxBytes() + " bytes are not yet stored"
            : Objects.requireNonNullElse(log.reason(), "");
    return new Health.Part("log", log.name(), log.writable() && !blocked, reason);
  }

  /** Whether the log takes no more readings, so that no source is read on. */
  public static boolean isBlocked(LogStatus log, Config config) {
    boolean full = log.bytes() >= log.fullBytes() - log.maxBytes() / 64;
    return full && !config.dropsOldestFiles();
  }

  /** A sink is ready if its drains of all logs are. */
  private Health.Part sink(SinkConfig sink) {
    String reason =
        pipelines.stream()
            .filter(pipeline -> pipeline.sink().equals(sink))
            .map(pipeline -> pipeline.drain().condition())
            .filter(condition -> !condition.isWell())
            .map(Condition::detail)
            .findFirst()
            .orElse(null);
    return new Health.Part(
        "sink", sink.name(), reason == null, Objects.requireNonNullElse(reason, ""));
  }
}
