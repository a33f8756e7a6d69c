package io.weir.gateway.source.listener;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.passwords.Passwords;
import io.weir.gateway.plugin.ReadContext;
import io.weir.gateway.source.SparkplugConfig;
import io.weir.gateway.tls.ServerFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the keys of an MQTT listener. */
final class ListenerReader {

  private static final int PORT = 1883;
  private static final long MAX_PACKET = 268_435_455; // what MQTT can express
  private static final long USUAL_WINDOW = 64L << 20;
  private static final Duration FOREVER = Duration.ofSeconds(0xFFFF_FFFFL);

  private ListenerReader() {}

  static ListenerConfig read(Section section, ReadContext context) {
    String bind = section.text("bind", "127.0.0.1");
    ServerFiles tls = section.has("tls") ? tls(section.section("tls")) : null;
    List<DeviceLogin> users = logins(section, "users");
    List<DeviceLogin> certificates = logins(section, "certificates");
    if (!certificates.isEmpty() && (tls == null || tls.ca() == null)) {
      section.problem("certificates", "need tls.ca, the authority that has signed them");
    }
    boolean guarded = tls != null && !(users.isEmpty() && certificates.isEmpty());
    if (!Hosts.isLoopback(bind) && !guarded) {
      section.problem("bind", "is beyond this machine: that needs tls, and users or certificates");
    }
    int port = section.number("port", PORT);
    String before = port == 0 ? null : context.claimPort(port, section.key());
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
        tls,
        users,
        certificates,
        webSocketPath(section, context),
        section.flag("proxy-protocol", false),
        SparkplugConfig.read(section.section("sparkplug")));
  }

  private static ListenerConfig.Limits limits(Section section) {
    return new ListenerConfig.Limits(
        section.number("connections", 10_000),
        section.number("connections-per-address", 0),
        section.number("sessions", 20_000),
        section.number("packets-per-second", 0),
        section.bytes("bytes-per-second", 0, 0, 1L << 40));
  }

  private static @Nullable String webSocketPath(Section section, ReadContext context) {
    String path = section.text("websocket-path");
    String before = path == null ? null : context.claim("path " + path, section.key());
    if (before != null) {
      section.problem("websocket-path", "is that of " + before + " already");
    }
    return path;
  }

  private static ServerFiles tls(Section section) {
    for (String needed : List.of("cert", "key")) {
      if (!section.has(needed)) {
        section.problem(needed, "is missing");
      }
    }
    Path ca = section.file("ca");
    if (ca == null && section.has("client-certificates")) {
      section.problem("client-certificates", "need ca, the authority that has signed them");
    }
    return new ServerFiles(
        ca,
        section.file("cert"),
        section.file("key"),
        section.choice("client-certificates", ServerFiles.Clients.REQUIRED));
  }

  private static List<DeviceLogin> logins(Section section, String key) {
    List<DeviceLogin> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Section each : section.sections(key)) {
      String name = each.text("name", "");
      if (!names.add(name)) {
        each.problem("name", "stands here twice");
        continue;
      }
      Secret hash = each.secret("password-hash");
      if (hash != null && !Passwords.isDeviceHash(hash.value())) {
        each.problem("password-hash", "is no hash by bcrypt; weir user hash makes one");
      }
      List<String> topics = each.texts("topics");
      for (String topic : topics) {
        if (!Topics.isFilter(topic)) {
          each.problem("topics", "'" + topic + "' is not a topic filter");
        }
      }
      all.add(new DeviceLogin(name, hash == null ? "" : hash.value(), topics));
    }
    return List.copyOf(all);
  }
}
