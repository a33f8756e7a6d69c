package io.weir.gateway.source.listener;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Section;
import io.weir.gateway.plugin.ReadContext;
import java.time.Duration;

/** Reads the keys of an MQTT listener. */
final class ListenerReader {

  private static final int PORT = 1883;
  private static final long MAX_PACKET = 268_435_455; // what MQTT can express
  private static final long USUAL_WINDOW = 64L << 20;
  private static final Duration FOREVER = Duration.ofSeconds(0xFFFF_FFFFL);

  private ListenerReader() {}

  static ListenerConfig read(Section section, ReadContext context) {
    String bind = section.text("bind", "127.0.0.1");
    if (!Hosts.isLoopback(bind)) {
      section.problem("bind", "beyond this machine needs tls and users or certificates");
    }
    int port = section.number("port", PORT);
    String before = port == 0 ? null : context.claimPort(port, section.where("port"));
    if (before != null) {
      section.problem("port", "is the port of " + before + " already");
    }
    int maxPacket = context.messageSize(section, "max-packet-size", MAX_PACKET);
    long usualWindow = Math.min(USUAL_WINDOW, context.heapShare());
    return new ListenerConfig(
        section.text("name", ""),
        bind,
        port,
        section.number("receive-maximum", 100),
        section.bytes("window-size", Math.max(usualWindow, maxPacket), maxPacket, 1L << 40),
        maxPacket,
        section.seconds("session-expiry", Duration.ofDays(7), Duration.ZERO, FOREVER),
        section.seconds(
            "keep-alive", Duration.ofMinutes(5), Duration.ZERO, Duration.ofSeconds(65535)),
        section.duration(
            "connect-timeout",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        limits(section.section("clients")),
        section.flag("report-rejects", true),
        sparkplug(section.section("sparkplug")));
  }

  private static ListenerConfig.Limits limits(Section section) {
    return new ListenerConfig.Limits(
        section.number("connections", 10_000),
        section.number("connections-per-address", 0),
        section.number("sessions", 20_000),
        section.number("packets-per-second", 0),
        section.bytes("bytes-per-second", 0, 0, 1L << 40));
  }

  private static SparkplugHost sparkplug(Section section) {
    SparkplugHost unset = SparkplugHost.DEFAULT;
    return new SparkplugHost(
        section.text("host-id"),
        section.flag("rebirth", unset.rebirth()),
        section.duration(
            "reorder-timeout", unset.reorderTimeout(), Duration.ZERO, Duration.ofMinutes(10)));
  }
}
