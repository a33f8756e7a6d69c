package io.weir.gateway;

import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.embedded.EmbeddedSink;
import io.weir.gateway.sink.influx.InfluxSinks;
import java.nio.file.Path;

/** Makes each configured sink. A further kind is one class and one line here. */
public final class Sinks {

  private Sinks() {}

  /**
   * The sink that a configuration asks for, ready to write.
   *
   * @param dataDir where a sink that keeps a store of its own may keep it
   * @throws IllegalStateException if a store inside the gateway cannot start; says why
   */
  public static Sink of(SinkConfig config, Path dataDir) {
    if (config instanceof SinkConfig.Influx influx) {
      return InfluxSinks.of(influx);
    }
    if (config instanceof SinkConfig.Embedded embedded) {
      return EmbeddedSink.start(embedded, dataDir.resolve("store"));
    }
    throw new IllegalArgumentException("no sink for " + config);
  }
}
