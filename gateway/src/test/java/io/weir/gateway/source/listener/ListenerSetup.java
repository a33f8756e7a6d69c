package io.weir.gateway.source.listener;

import io.weir.gateway.source.SparkplugConfig;
import io.weir.gateway.tls.ServerFiles;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a test wants its listener: on a free port of this machine, for anyone, and what it says. */
final class ListenerSetup {

  private Duration sessionExpiry = Duration.ofDays(7);
  private Duration connectTimeout = Duration.ofSeconds(10);
  private ListenerConfig.Limits limits = new ListenerConfig.Limits(1000, 0, 1000, 0, 0);
  private boolean reportRejects = true;
  private @Nullable ServerFiles tls;
  private List<DeviceLogin> users = List.of();
  private List<DeviceLogin> certificates = List.of();
  private @Nullable String webSocketPath;
  private boolean proxied;
  private SparkplugConfig sparkplug = SparkplugConfig.DEFAULT;

  ListenerSetup sessionExpiry(Duration longest) {
    sessionExpiry = longest;
    return this;
  }

  ListenerSetup connectTimeout(Duration longest) {
    connectTimeout = longest;
    return this;
  }

  ListenerSetup limits(ListenerConfig.Limits ofClients) {
    limits = ofClients;
    return this;
  }

  /** All is answered with a success. */
  ListenerSetup withoutRejects() {
    reportRejects = false;
    return this;
  }

  ListenerSetup tls(ServerFiles files) {
    tls = files;
    return this;
  }

  ListenerSetup users(DeviceLogin... known) {
    users = List.of(known);
    return this;
  }

  ListenerSetup certificates(DeviceLogin... known) {
    certificates = List.of(known);
    return this;
  }

  /** Where the HTTP server takes its WebSockets. */
  ListenerSetup webSocketPath(String path) {
    webSocketPath = path;
    return this;
  }

  ListenerSetup proxied() {
    proxied = true;
    return this;
  }

  /** A Sparkplug host, so that there is something to deliver. */
  ListenerSetup host(String id) {
    sparkplug = new SparkplugConfig(id, true, Duration.ofSeconds(5));
    return this;
  }

  ListenerConfig config() {
    return new ListenerConfig(
        "direct",
        "127.0.0.1",
        0,
        10,
        1 << 20,
        64 << 10,
        sessionExpiry,
        Duration.ZERO,
        connectTimeout,
        limits,
        reportRejects,
        tls,
        users,
        certificates,
        webSocketPath,
        proxied,
        sparkplug);
  }
}
