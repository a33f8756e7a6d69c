package io.weir.gateway.sink.influx;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.HeldFields;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The sink {@code influxdb}. */
public final class InfluxFactory implements SinkFactory<InfluxConfig> {

  static final String NAME = "influxdb";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "InfluxDB 1, 2 or 3, or a store that speaks its line protocol over HTTP";
  }

  @Override
  public Class<InfluxConfig> configType() {
    return InfluxConfig.class;
  }

  @Override
  public InfluxConfig read(Section section, ReadContext context) {
    return InfluxReader.read(section);
  }

  @Override
  public Sink open(InfluxConfig config, SinkContext context) {
    return InfluxSinks.of(config);
  }

  @Override
  public HeldFields held(InfluxConfig config, @Nullable Secret token) throws IOException {
    return FieldKeys.of(config);
  }
}
