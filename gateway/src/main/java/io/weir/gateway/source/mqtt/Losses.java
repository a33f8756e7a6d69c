package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.mqtt.Ending.Kind;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How the connections of one session have ended, one after the other: how long to wait before the
 * next, and what the cause may be where several end in the same way. Part of {@link MqttSession}.
 */
final class Losses {

  private static final long BACK_OFF_MIN_MS = 500;
  private static final long BACK_OFF_MAX_MS = 30_000;

  /** The back-off starts again after a connection that lasted this long. */
  private static final long STEADY_NS = TimeUnit.SECONDS.toNanos(30);

  /**
   * More than the longest back-off, after which another client with this client id would connect
   * again.
   */
  private static final long SHORT_NS = TimeUnit.SECONDS.toNanos(60);

  /** How often in a row a connection is closed soon until it is an alarm. */
  private static final int ALARMING = 3;

  private final String clientId;
  private final RandomGenerator random;

  private int failures;

  /** How often in a row the broker closed a connection soon, and gave no other reason. */
  private int closedSoon;

  /** How often in a row a connection ended on a broken packet. */
  private int brokenPackets;

  Losses(String clientId, RandomGenerator random) {
    this.clientId = clientId;
    this.random = random;
  }

  /** The current connection has lasted for so long. */
  void lasts(long ageNs) {
    if (ageNs >= SHORT_NS) {
      closedSoon = 0;
      brokenPackets = 0;
    }
  }

  /** The gateway ends a connection itself. */
  void ended() {
    closedSoon = 0;
  }

  /**
   * A connection is gone.
   *
   * @param isSuspicious whether another client that takes over the client id would end it like this
   * @return the reason for a person, with the likely cause where that is known
   */
  String closed(Ending ending, long ageNs, boolean isSuspicious) {
    boolean mayBeTaken = ending.kind() == Kind.UNSAID || ending.kind() == Kind.TAKEN_OVER;
    closedSoon = isSuspicious && mayBeTaken && ageNs < SHORT_NS ? closedSoon + 1 : 0;
    brokenPackets = ending.kind() == Kind.BROKEN_PACKET ? brokenPackets + 1 : 0;
    String text = ending.reason();
    if (brokenPackets > 1) {
      return text
          + (", %d times in a row: the broker sends it at each connection; read its log, and remove"
                  + " the message or the session of client id %s there")
              .formatted(brokenPackets, clientId);
    }
    if (closedSoon > 1) {
      return text
          + (", %d times in a row soon after connecting: check that no other client uses the same"
                  + " client id (%s), and read the broker's log")
              .formatted(closedSoon, clientId);
    }
    return text;
  }

  /** What to say in the alarm that another client has the client id; {@code null} for no alarm. */
  @Nullable String sharedId() {
    return closedSoon >= ALARMING
        ? "client id " + clientId + ", " + closedSoon + " times in a row"
        : null;
  }

  /**
   * How long to wait before the next connection. It doubles with each failure, and half of it is
   * random so that gateways spread out.
   *
   * @param ageNs how long ago the connection that has failed was begun
   */
  long backOffNs(long ageNs) {
    failures = ageNs > STEADY_NS ? 1 : failures + 1;
    int doublings = Math.min(failures - 1, 10);
    long base = Math.min(BACK_OFF_MIN_MS << doublings, BACK_OFF_MAX_MS);
    return TimeUnit.MILLISECONDS.toNanos(
        Math.min(base / 2 + random.nextLong(base), BACK_OFF_MAX_MS));
  }
}
