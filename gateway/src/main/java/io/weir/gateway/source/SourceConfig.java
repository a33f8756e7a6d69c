package io.weir.gateway.source;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.Urls;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A way in. */
public sealed interface SourceConfig {
  String name();

  /** Its kind, by the word of the file. */
  String type();

  /** Where it connects to, scheme, host and port; "" for one that is connected to. */
  String address();

  /** Messages that may be under way to it: so many may come a second time. */
  int receiveMaximum();

  /** What it is, in a line for a person. */
  String summary();

  /**
   * An MQTT broker and the session kept at it.
   *
   * @param version 5 or 311 (MQTT 3.1.1)
   * @param receiveMaximum messages the broker may have under way, 1 to 65535
   * @param windowBytes bytes of unacknowledged messages held at most
   * @param share name of a shared subscription group, or {@code null}
   * @param sparkplug what it is to the Sparkplug edge nodes behind it, if there are any
   */
  record Mqtt(
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
      Sparkplug sparkplug)
      implements SourceConfig {

    @Override
    public String type() {
      return "mqtt";
    }

    @Override
    public String address() {
      return Urls.origin(url);
    }

    @Override
    public String summary() {
      return (version == 5 ? "MQTT 5" : "MQTT 3.1.1") + " at " + url + " as " + clientId;
    }
  }

  /**
   * What a source is to Sparkplug edge nodes.
   *
   * @param hostId the host application whose STATE it publishes, or {@code null} for none
   * @param rebirth whether nodes are asked for their births where those are not known
   * @param reorderTimeout how long a message missing in a node's sequence is waited for
   */
  record Sparkplug(@Nullable String hostId, boolean rebirth, Duration reorderTimeout) {

    public static final Sparkplug DEFAULT = new Sparkplug(null, true, Duration.ofSeconds(5));
  }

  /** Readings that are posted to the gateway; at most so many bytes at once. */
  record Http(String name, int maxBodyBytes) implements SourceConfig {

    @Override
    public String type() {
      return "http";
    }

    @Override
    public String address() {
      return "";
    }

    @Override
    public int receiveMaximum() {
      return 1;
    }

    @Override
    public String summary() {
      return "HTTP, POST /api/v1/readings and /write";
    }
  }
}
