package io.weir.gateway.sink.embedded;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.YamlNode;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.sink.HeldFields;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkCommon;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.sink.influx.QuestColumns;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The sink {@code embedded}. */
public final class EmbeddedFactory implements SinkFactory<EmbeddedConfig> {

  static final String NAME = "embedded";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** A gateway that starts does not wait longer for its store: the readings come. */
  private static final Duration START = Duration.ofSeconds(5);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "QuestDB inside the gateway, on loopback";
  }

  @Override
  public Class<EmbeddedConfig> configType() {
    return EmbeddedConfig.class;
  }

  @Override
  public EmbeddedConfig read(Section section, ReadContext context) {
    String before = context.claim("the embedded store", section.key());
    if (before != null) {
      section.problem("type", "one embedded store is enough, and there is " + before + " already");
    }
    if (section.has("pg-port") != section.has("pg-password")) {
      boolean port = section.has("pg-port");
      section.problem(
          port ? "pg-port" : "pg-password",
          "needs a " + (port ? "pg-password" : "pg-port") + " too");
    }
    SinkCommon common = SinkCommon.read(section, false);
    int port = section.number("port", EmbeddedConfig.DEFAULT_PORT);
    int pgPort = section.number("pg-port", 0);
    claim(section, "port", port, context);
    if (section.has("pg-port")) {
      claim(section, "pg-port", pgPort, context);
    }
    return new EmbeddedConfig(
        common,
        port,
        pgPort,
        section.secret("pg-password"),
        section.bytes("reserve", EmbeddedConfig.DEFAULT_RESERVE, 0, 1L << 40));
  }

  private static void claim(Section section, String name, int port, ReadContext context) {
    String before = context.claimPort(port, YamlNode.key(section.key(), name));
    if (before != null) {
      section.problem(name, "is the port of " + before + " already; choose another");
    }
  }

  @Override
  public HeldFields held(EmbeddedConfig config, @Nullable Secret token) throws IOException {
    try {
      return QuestColumns.of(URI.create(config.address()), null, token, TIMEOUT);
    } catch (ConnectException stopped) {
      return HeldFields.notCompared(
          "the embedded store answers while the gateway runs; types are not compared");
    }
  }

  @Override
  public Sink open(EmbeddedConfig config, SinkContext context) {
    Path root = context.dataDir().resolve("store");
    return EmbeddedSink.of(config, root, context.time(), START);
  }
}
