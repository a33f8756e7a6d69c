package io.weir.gateway.source.listener;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SparkplugConfig;
import io.weir.gateway.tls.ServerFiles;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of a listener.
 *
 * @param bind the address it listens on
 * @param port 0 for any that is free
 * @param receiveMaximum messages of one sender that may be under way
 * @param windowBytes messages of all senders that may be under way
 * @param maxPacketBytes the largest packet
 * @param sessionExpiry how long a session outlives its connection at most
 * @param keepAlive the longest silence of a client that asks for none of its own; zero for no bound
 * @param connectTimeout how long a client may take to send its CONNECT
 * @param limits of clients
 * @param reportRejects whether a sender learns that its message went to the quarantine
 * @param tls its files, or {@code null} for no TLS
 * @param users who may log in by a password
 * @param certificates whose certificates are known; without users and without these anybody may
 *     connect
 * @param webSocketPath where the HTTP server takes clients too, or {@code null}
 * @param proxied whether a proxy says before each connection who connects
 * @param sparkplug what it is to Sparkplug nodes
 */
public record ListenerConfig(
    String name,
    String bind,
    int port,
    int receiveMaximum,
    long windowBytes,
    int maxPacketBytes,
    Duration sessionExpiry,
    Duration keepAlive,
    Duration connectTimeout,
    Limits limits,
    boolean reportRejects,
    @Nullable ServerFiles tls,
    List<DeviceLogin> users,
    List<DeviceLogin> certificates,
    @Nullable String webSocketPath,
    boolean proxied,
    SparkplugConfig sparkplug)
    implements SourceConfig {

  /**
   * Limits of clients; 0 for none.
   *
   * @param connections open at once
   * @param perAddress open at once from one address
   * @param sessions kept at once, with and without a connection
   * @param packetsPerSecond of one connection
   * @param bytesPerSecond of one connection
   */
  public record Limits(
      int connections, int perAddress, int sessions, int packetsPerSecond, long bytesPerSecond) {}

  @Override
  public String type() {
    return ListenerFactory.NAME;
  }

  @Override
  public String address() {
    return "";
  }

  @Override
  public boolean hears(String host, int brokersPort) {
    return port == brokersPort && (Hosts.isLoopback(host) || Hosts.areSame(bind, host));
  }

  /** The rule for a certificate of this common name; {@code null} if there is none. */
  @Nullable DeviceLogin certificate(String commonName) {
    DeviceLogin any = null;
    for (DeviceLogin each : certificates) {
      if (each.name().equals(commonName)) {
        return each;
      }
      any = each.name().equals(DeviceLogin.ANY) ? each : any;
    }
    return any;
  }

  /** Whether everybody who can reach it may publish. */
  boolean isOpen() {
    return users.isEmpty() && certificates.isEmpty();
  }

  @Override
  public String summary() {
    return "MQTT listener on " + bind + " port " + port + (tls == null ? "" : " with TLS");
  }
}
