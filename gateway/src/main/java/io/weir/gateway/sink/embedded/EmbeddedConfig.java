package io.weir.gateway.sink.embedded;

import io.weir.gateway.config.Secret;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * QuestDB inside the gateway, on loopback.
 *
 * @param port where its console and SQL are served for reading
 * @param pgPort its PostgreSQL port, 0 for off
 * @param pgPassword password for the PostgreSQL port; without it the port stays off
 * @param reserve bytes of its disk below which it is not written to
 */
public record EmbeddedConfig(
    SinkCommon common, int port, int pgPort, @Nullable Secret pgPassword, long reserve)
    implements SinkConfig {

  /** Room for what QuestDB writes on with after the last line that it was given. */
  static final long DEFAULT_RESERVE = 256L << 20;

  /** The usual reserve. */
  public EmbeddedConfig(SinkCommon common, int port, int pgPort, @Nullable Secret pgPassword) {
    this(common, port, pgPort, pgPassword, DEFAULT_RESERVE);
  }

  /** The port where none is configured. */
  public static final int DEFAULT_PORT = 9000;

  /** The store of a gateway whose file has no sinks. */
  public static final EmbeddedConfig DEFAULT =
      new EmbeddedConfig(
          new SinkCommon(
              "local", new Batch(5000, 4 << 20, Duration.ofMillis(200), false), Start.OLDEST, 0),
          DEFAULT_PORT,
          0,
          null);

  @Override
  public String type() {
    return EmbeddedFactory.NAME;
  }

  @Override
  public String address() {
    return "http://127.0.0.1:" + port;
  }

  /** QuestDB keeps files open for each column of a table. */
  private static final int MOST_FIELDS = 1_000;

  @Override
  public int mostFields() {
    return MOST_FIELDS;
  }

  @Override
  public String summary() {
    return "QuestDB inside, on port " + port;
  }
}
