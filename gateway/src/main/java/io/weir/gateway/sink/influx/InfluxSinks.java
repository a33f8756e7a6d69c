package io.weir.gateway.sink.influx;

import static java.util.Objects.requireNonNull;

import io.weir.gateway.sink.LineSink;
import io.weir.gateway.sink.Sink;

/** Makes the sink for a configured version of InfluxDB. */
public final class InfluxSinks {

  private InfluxSinks() {}

  public static LineSink of(InfluxConfig config) {
    return switch (config.version()) {
      case 1 -> new Influx1Sink(config);
      case 2 -> influx2(config, requireNonNull(config.bucket(), "bucket"));
      case 3 -> influx2(config, requireNonNull(config.database(), "database"));
      default -> throw new IllegalArgumentException("InfluxDB version " + config.version());
    };
  }

  private static LineSink influx2(InfluxConfig config, String bucket) {
    return new Influx2Sink(
        config.name(),
        new Sink.Dialect(config.precision(), config.text(), false),
        config.url(),
        bucket,
        config.org(),
        config.token(),
        config.timeout(),
        config.batch().gzip(),
        config.tls(),
        () -> new InfluxReadings(config));
  }
}
