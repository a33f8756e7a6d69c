package io.weir.gateway.mqtt;

import io.weir.gateway.config.Hosts;
import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Section;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import io.weir.gateway.plugin.ReadContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is, and how it lets us in.
 *
 * @param name of whoever publishes, for threads and sentences
 * @param version 5 or 311 (MQTT 3.1.1)
 * @param timeout how long it may leave a question without an answer
 * @param keepAlive silence after which it is asked whether it is there
 * @param maxPacketSize bytes of a packet at most, beside what the broker says itself
 */
public record Broker(
    String name,
    URI url,
    String clientId,
    @Nullable String username,
    @Nullable Secret password,
    int version,
    @Nullable TlsFiles tls,
    Duration timeout,
    Duration keepAlive,
    int maxPacketSize) {

  /** What MQTT can express. */
  public static final int LARGEST_PACKET = 268_435_455;

  private static final Map<String, Integer> SCHEMES = Map.of("tcp", 1883, "ssl", 8883);
  private static final URI NONE = URI.create("tcp://localhost:1883");

  /**
   * Reads the keys url, client-id, username, password, version, tls, timeout, keep-alive and
   * max-packet-size.
   *
   * @param clientId where the file does not say
   */
  public static Broker read(Section section, String clientId, ReadContext context) {
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
    String id = section.text("client-id", clientId);
    String before = context.claim("client id " + id + " at " + url, section.key());
    if (before != null) {
      String message = "is that of " + before + " on the same broker; each would end the other";
      section.problem("client-id", message);
    }
    return new Broker(
        section.text("name", ""),
        url,
        id,
        section.text("username"),
        section.secret("password"),
        section.text("version", "5").equals("3.1.1") ? 311 : 5,
        TlsFiles.read(section),
        section.duration(
            "timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(10)),
        section.seconds(
            "keep-alive", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(65535)),
        (int) section.bytes("max-packet-size", LARGEST_PACKET, 1024, LARGEST_PACKET));
  }

  /** Whether it is asked for by MQTT 5. */
  public boolean isFive() {
    return version == 5;
  }

  /** The same for somebody who asks while the other may be connected. */
  public Broker asking() {
    return new Broker(
        name,
        url,
        clientId + "-ask",
        username,
        password,
        version,
        tls,
        timeout,
        keepAlive,
        maxPacketSize);
  }

  boolean hasTls() {
    return url.getScheme().equals("ssl");
  }

  /** As other addresses are shown. */
  public String address() {
    return Urls.origin(url);
  }

  /** In one line. */
  public String summary() {
    return (isFive() ? "MQTT 5" : "MQTT 3.1.1") + " at " + url + " as " + clientId;
  }

  /** What is allowed and probably not meant. */
  public List<String> warnings() {
    return url.getScheme().equals("tcp") && password != null && !Hosts.isLoopback(url.getHost())
        ? List.of("its password crosses the network unencrypted")
        : List.of();
  }
}
