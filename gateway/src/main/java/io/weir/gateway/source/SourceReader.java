package io.weir.gateway.source;

import io.weir.gateway.config.Quantities;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the list {@code sources}. */
public final class SourceReader {

  private static final Map<String, Integer> SCHEMES = Map.of("tcp", 1883, "ssl", 8883);
  private static final URI NONE = URI.create("tcp://localhost:1883");
  private static final long MAX_PACKET = 268_435_455; // what MQTT can express
  private static final Duration FOREVER = Duration.ofSeconds(0xFFFF_FFFFL);

  private final String gatewayId;
  private final int maxMessageSize;
  private final Map<String, String> sessions = new HashMap<>();
  private @Nullable String http;

  public SourceReader(String gatewayId, int maxMessageSize) {
    this.gatewayId = gatewayId;
    this.maxMessageSize = maxMessageSize;
  }

  public List<SourceConfig> read(List<Section> sections) {
    List<SourceConfig> sources = new ArrayList<>();
    for (Section section : sections) {
      switch (section.text("type", "")) {
        case "mqtt" -> sources.add(mqtt(section));
        case "http" -> sources.add(http(section));
        default -> {} // refused by the schema
      }
    }
    return List.copyOf(sources);
  }

  private SourceConfig.Mqtt mqtt(Section section) {
    String name = section.text("name", "");
    URI url = Objects.requireNonNullElse(Urls.read(section, "url", SCHEMES), NONE);
    if (!url.getPath().isEmpty()) {
      section.problem("url", "must end after the port");
    }
    if (section.has("tls") && !url.getScheme().equals("ssl")) {
      section.problem("tls", "needs a url that begins with ssl://");
    }
    if (section.has("password") && !section.has("username")) {
      section.problem("password", "needs a username too");
    }
    int maxPacket = messageSize(section, "max-packet-size");
    return new SourceConfig.Mqtt(
        name,
        url,
        clientId(section, url, name),
        section.text("username"),
        section.secret("password"),
        section.text("version", "5").equals("3.1.1") ? 311 : 5,
        section.number("receive-maximum", 2000),
        section.bytes("window-size", Math.max(64L << 20, maxPacket), maxPacket, 1L << 40),
        maxPacket,
        section.seconds("session-expiry", Duration.ofDays(7), Duration.ZERO, FOREVER),
        section.seconds(
            "keep-alive", Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(65535)),
        section.duration(
            "connect-timeout",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        section.text("share"),
        section.has("tls") ? tls(section.section("tls")) : null,
        sparkplug(section));
  }

  private static SourceConfig.Sparkplug sparkplug(Section source) {
    if (source.has("sparkplug") && source.has("share")) {
      source.problem("share", "would tear the sessions of Sparkplug nodes apart");
    }
    SourceConfig.Sparkplug unset = SourceConfig.Sparkplug.DEFAULT;
    Section section = source.section("sparkplug");
    return new SourceConfig.Sparkplug(
        section.text("host-id"),
        section.flag("rebirth", unset.rebirth()),
        section.duration(
            "reorder-timeout", unset.reorderTimeout(), Duration.ZERO, Duration.ofMinutes(10)));
  }

  private String clientId(Section section, URI url, String name) {
    String id = section.text("client-id", "weir-" + gatewayId + "-" + name);
    String before = sessions.putIfAbsent(url + " " + id, section.key());
    if (before != null) {
      String message = "is that of " + before + " on the same broker; each would end the other";
      section.problem("client-id", message);
    }
    return id;
  }

  private static TlsFiles tls(Section section) {
    if (section.has("cert") != section.has("key")) {
      String absent = section.has("cert") ? "key" : "cert";
      section.problem(absent, "is missing; cert and key belong together");
    }
    return new TlsFiles(section.file("ca"), section.file("cert"), section.file("key"));
  }

  private SourceConfig.Http http(Section section) {
    if (http != null) {
      section.problem("type", "one HTTP source is enough, and there is " + http + " already");
    }
    http = section.key();
    return new SourceConfig.Http(section.text("name", ""), messageSize(section, "max-body-size"));
  }

  /** A bound that defaults to the largest message the log takes, and cannot be above it. */
  private int messageSize(Section section, String key) {
    long bytes = section.bytes(key, maxMessageSize, 1024, MAX_PACKET);
    if (bytes > maxMessageSize) {
      String most = Quantities.show(maxMessageSize);
      section.problem(key, "is above buffer.max-message-size, which is " + most);
    }
    return (int) bytes;
  }
}
