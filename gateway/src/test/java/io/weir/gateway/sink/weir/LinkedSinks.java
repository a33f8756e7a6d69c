package io.weir.gateway.sink.weir;

import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.uplink.LinkAnswer;
import java.io.IOException;
import java.time.Duration;

/**
 * Sinks of the kind {@code weir}, whose requests the test takes. For a gateway that is stepped.
 *
 * @param line the way to the other gateway
 */
public record LinkedSinks(Line line) implements SinkFactory<WeirSinkConfig> {

  /** Where requests go. */
  public interface Line {

    /** Asks what is held of a batch. */
    LinkAnswer state(String batch) throws IOException;

    /** Sends a part of a batch; {@code bytes} are all of it. */
    LinkAnswer post(String batch, byte[] bytes, int from, int count) throws IOException;
  }

  @Override
  public String name() {
    return WeirSinkFactory.NAME;
  }

  @Override
  public String summary() {
    return "a gateway of the test";
  }

  @Override
  public Class<WeirSinkConfig> configType() {
    return WeirSinkConfig.class;
  }

  @Override
  public WeirSinkConfig read(Section section, ReadContext context) {
    return new WeirSinkFactory().read(section, context);
  }

  @Override
  public Sink open(WeirSinkConfig config, SinkContext context) {
    return new WeirSink(config, context, pace -> new Linked());
  }

  private final class Linked implements Peer {

    @Override
    public Reply state(String batch) throws IOException {
      return reply(line.state(batch));
    }

    @Override
    public Reply post(String batch, byte[] bytes, int from, int count) throws IOException {
      return reply(line.post(batch, bytes, from, count));
    }

    @Override
    public void close() {
      // nothing is open
    }

    private static Reply reply(LinkAnswer answer) {
      return new Reply(
          answer.status(),
          answer.held(),
          answer.stored(),
          answer.storing(),
          answer.newIncarnation(),
          answer.inOrder(),
          answer.detail(),
          answer.retryAfterS() == 0 ? null : Duration.ofSeconds(answer.retryAfterS()));
    }
  }
}
