package io.weir.gateway.source.mqtt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.weir.gateway.source.SubscribeRequest;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the broker says that it dropped, for all its clients together. Mosquitto counts it since its
 * own start and publishes the count when it changes; other brokers do not. Written by the callback
 * thread of the client, read by anyone.
 */
final class BrokerDrops {

  static final String TOPIC = "$SYS/broker/publish/messages/dropped";

  /** Retained messages too: the count from before is what the next one is compared with. */
  static final SubscribeRequest SUBSCRIPTION = new SubscribeRequest(TOPIC, 0, true);

  /** How long a loss is news. */
  private static final long NEWS_NS = TimeUnit.HOURS.toNanos(1);

  private long count = -1;
  private long dropped;
  private long lastNs;

  /**
   * Takes a message of {@link #TOPIC}; what is no count is left out.
   *
   * @param nowNs elapsed time
   */
  synchronized void received(byte[] payload, long nowNs) {
    String text = new String(payload, US_ASCII).strip();
    if (!text.matches("[0-9]{1,18}")) {
      return;
    }
    long next = Long.parseLong(text);
    boolean isFirst = count < 0;
    long more = next < count ? next : next - count; // less: the broker was restarted
    count = next;
    if (!isFirst && more > 0) {
      dropped += more;
      lastNs = nowNs;
    }
  }

  /** What is new about it; {@code null} if nothing was dropped within the last hour. */
  synchronized @Nullable String news(long nowNs) {
    return dropped == 0 || nowNs - lastNs >= NEWS_NS
        ? null
        : dropped + " messages since the gateway started, of all clients of the broker";
  }
}
