package io.weir.gateway.source.mqtt;

import java.net.URI;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the two adapters have in common, in the words of their library. */
final class Broker {

  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);

  /** How long a clean disconnect waits for what is queued, milliseconds. */
  static final long QUIESCE_MS = 2_000;

  private Broker() {}

  /**
   * The address as Paho spells it: it knows {@code tcp} and {@code ssl}, not {@code mqtt}, and no
   * path.
   */
  static String paho(URI url) {
    boolean tls = url.getScheme().equals("ssl") || url.getScheme().equals("mqtts");
    int port = url.getPort() > 0 ? url.getPort() : tls ? 8883 : 1883;
    return "%s://%s:%d".formatted(tls ? "ssl" : "tcp", url.getHost(), port);
  }

  /** Whole seconds, and at least one: Paho takes 0 for "for ever". */
  static int seconds(Duration duration) {
    return (int) Math.max(1, duration.toSeconds());
  }

  /** The last steps of a client that may hang in them. */
  interface Ending {
    void run() throws Exception;
  }

  /**
   * Ends a client on a thread of its own: closing a TLS socket whose peer is gone can wait for
   * minutes, and nothing else may wait for that.
   */
  static void abandon(String source, Ending ending) {
    Thread thread =
        new Thread(
            () -> {
              try {
                ending.run();
              } catch (Exception e) {
                LOG.debug("{}: an abandoned connection ended with {}", source, e.toString());
              }
            },
            "mqtt-" + source + "-abandon");
    thread.setDaemon(true);
    thread.start();
  }
}
