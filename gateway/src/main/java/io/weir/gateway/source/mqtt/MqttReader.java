package io.weir.gateway.source.mqtt;

import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.SparkplugConfig;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** Reads the keys of an MQTT source. */
final class MqttReader {

  private static final Map<String, Integer> SCHEMES = Map.of("tcp", 1883, "ssl", 8883);
  private static final URI NONE = URI.create("tcp://localhost:1883");
  private static final long MAX_PACKET = 268_435_455; // what MQTT can express
  private static final long USUAL_WINDOW = 64L << 20;
  private static final int LEAST_WINDOW = 64 << 10;
  private static final Duration FOREVER = Duration.ofSeconds(0xFFFF_FFFFL);

  private MqttReader() {}

  static MqttConfig read(Section section, ReadContext context) {
    String name = section.text("name", "");
    URI url = url(section);
    int maxPacket = context.messageSize(section, "max-packet-size", MAX_PACKET);
    long usualWindow = Math.min(USUAL_WINDOW, context.heapShare());
    return new MqttConfig(
        name,
        url,
        clientId(section, url, "weir-" + context.gatewayId() + "-" + name, context),
        section.text("username"),
        section.secret("password"),
        version(section),
        section.number("receive-maximum", 2000),
        section.bytes("window-size", Math.max(usualWindow, maxPacket), maxPacket, 1L << 40),
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
        TlsFiles.read(section),
        sparkplug(section));
  }

  /** A connection on which only is published, and whose session ends with it. */
  static MqttConfig readPublisher(Section section, String clientId, ReadContext context) {
    URI url = url(section);
    return new MqttConfig(
        section.text("name", ""),
        url,
        clientId(section, url, clientId, context),
        section.text("username"),
        section.secret("password"),
        version(section),
        1,
        LEAST_WINDOW,
        LEAST_WINDOW,
        Duration.ZERO,
        Duration.ofSeconds(30),
        section.duration(
            "timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(1)),
        null,
        TlsFiles.read(section),
        SparkplugConfig.DEFAULT);
  }

  private static URI url(Section section) {
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
    return url;
  }

  private static int version(Section section) {
    return section.text("version", "5").equals("3.1.1") ? 311 : 5;
  }

  private static SparkplugConfig sparkplug(Section source) {
    if (source.has("sparkplug") && source.has("share")) {
      source.problem("share", "would tear the sessions of Sparkplug nodes apart");
    }
    return SparkplugConfig.read(source.section("sparkplug"));
  }

  private static String clientId(Section section, URI url, String usual, ReadContext context) {
    String id = section.text("client-id", usual);
    String before = context.claim("client id " + id + " at " + url, section.key());
    if (before != null) {
      String message = "is that of " + before + " on the same broker; each would end the other";
      section.problem("client-id", message);
    }
    return id;
  }
}
