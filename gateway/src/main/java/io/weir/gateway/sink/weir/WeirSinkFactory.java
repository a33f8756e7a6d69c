package io.weir.gateway.sink.weir;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import java.io.IOException;

/** The sink {@code weir}. */
public final class WeirSinkFactory implements SinkFactory<WeirSinkConfig> {

  static final String NAME = "weir";

  /** A batch that nobody has sent. */
  private static final String NONE = "0".repeat(32);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "another gateway";
  }

  @Override
  public Class<WeirSinkConfig> configType() {
    return WeirSinkConfig.class;
  }

  @Override
  public WeirSinkConfig read(Section section, ReadContext context) {
    return WeirSinkReader.read(section, context);
  }

  @Override
  public Sink open(WeirSinkConfig config, SinkContext context) {
    return new WeirSink(config, context, pace -> new LinkClient(config, pace));
  }

  @Override
  public Sink.Answer ask(WeirSinkConfig config) {
    try (LinkClient client = new LinkClient(config, wanted -> wanted)) {
      return LogLink.meaning(client.state(NONE));
    } catch (IOException e) {
      return new Sink.Answer.Down(String.valueOf(e.getMessage()));
    }
  }
}
