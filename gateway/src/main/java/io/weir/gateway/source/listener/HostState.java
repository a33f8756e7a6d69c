package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The STATE of a Sparkplug host application (Sparkplug 3.0, section 6.4.1), as a node that
 * subscribes to it is told: the listener is there, so it is online since it started.
 *
 * @param hostId its name, or {@code null} where the listener is none
 * @param sinceMs since when, milliseconds since the epoch
 */
record HostState(@Nullable String hostId, long sinceMs) {

  static HostState of(@Nullable String hostId, long wallNs) {
    return new HostState(hostId, TimeUnit.NANOSECONDS.toMillis(wallNs));
  }

  String topic() {
    return "spBv1.0/STATE/" + hostId;
  }

  byte[] payload(boolean online) {
    return "{\"online\":%b,\"timestamp\":%d}".formatted(online, sinceMs).getBytes(UTF_8);
  }
}
