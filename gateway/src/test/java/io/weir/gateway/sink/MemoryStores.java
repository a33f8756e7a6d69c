package io.weir.gateway.sink;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.influx.InfluxConfig;
import io.weir.gateway.sink.influx.InfluxFactory;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Sinks configured as {@code influxdb}, whose writes the test answers. For a gateway that is
 * stepped.
 *
 * @param answer to the lines of one write to the sink of a name
 */
public record MemoryStores(BiFunction<String, List<String>, Answer> answer)
    implements SinkFactory<InfluxConfig> {

  @Override
  public String name() {
    return "influxdb";
  }

  @Override
  public String summary() {
    return "stores of the test";
  }

  @Override
  public Class<InfluxConfig> configType() {
    return InfluxConfig.class;
  }

  @Override
  public InfluxConfig read(Section section, ReadContext context) {
    return new InfluxFactory().read(section, context);
  }

  @Override
  public Sink open(InfluxConfig config, SinkContext context) {
    return new LineSink() {
      @Override
      public String name() {
        return config.name();
      }

      @Override
      public Dialect dialect() {
        return new Dialect(config.precision(), true, false);
      }

      @Override
      public Answer write(LineTexts lines) {
        return answer.apply(config.name(), lines);
      }

      @Override
      public void close() {
        // nothing is open
      }
    };
  }
}
