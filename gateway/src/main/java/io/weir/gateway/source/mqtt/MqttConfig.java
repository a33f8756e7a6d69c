package io.weir.gateway.source.mqtt;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SparkplugConfig;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An MQTT broker and the session kept at it.
 *
 * @param version 5 or 311 (MQTT 3.1.1)
 * @param receiveMaximum messages the broker may have under way, 1 to 65535
 * @param windowBytes bytes of unacknowledged messages held at most
 * @param share name of a shared subscription group, or {@code null}
 * @param sparkplug what it is to the Sparkplug edge nodes behind it, if there are any
 */
public record MqttConfig(
    String name,
    URI url,
    String clientId,
    @Nullable String username,
    @Nullable Secret password,
    int version,
    int receiveMaximum,
    long windowBytes,
    int maxPacketBytes,
    Duration sessionExpiry,
    Duration keepAlive,
    Duration connectTimeout,
    @Nullable String share,
    @Nullable TlsFiles tls,
    SparkplugConfig sparkplug)
    implements SourceConfig {

  /** The same broker for somebody who only listens, and leaves no session behind. */
  public MqttConfig listening(String otherClientId) {
    return new MqttConfig(
        name,
        url,
        otherClientId,
        username,
        password,
        version,
        receiveMaximum,
        windowBytes,
        maxPacketBytes,
        Duration.ZERO,
        keepAlive,
        connectTimeout,
        null,
        tls,
        sparkplug);
  }

  @Override
  public String type() {
    return MqttFactory.NAME;
  }

  @Override
  public String address() {
    return Urls.origin(url);
  }

  @Override
  public boolean isWhole() {
    return share == null && !sessionExpiry.isZero();
  }

  @Override
  public boolean hears(String host, int brokersPort) {
    return url.getPort() == brokersPort && Hosts.areSame(url.getHost(), host);
  }

  @Override
  public String summary() {
    return (version == 5 ? "MQTT 5" : "MQTT 3.1.1") + " at " + url + " as " + clientId;
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (url.getScheme().equals("tcp") && password != null && !Hosts.isLoopback(url.getHost())) {
      warnings.add("its password crosses the network unencrypted");
    }
    if (sessionExpiry.isZero()) {
      warnings.add("with session-expiry 0s what comes while away is lost");
    }
    return warnings;
  }
}
