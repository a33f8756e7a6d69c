package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.mqtt.guard.BrokenPacketException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ended.
 *
 * @param reason for a person
 */
public record Ending(Kind kind, String reason) {

  /** What tells something about the broker, or about who else uses it. */
  enum Kind {
    /** The broker closed it, and gave no reason. */
    UNSAID,
    /** Another client has the same client id. */
    TAKEN_OVER,
    /** The broker sent what is no packet. */
    BROKEN_PACKET,
    OTHER
  }

  /** The broker closed it, and gave no reason. */
  public static final Ending UNSAID =
      new Ending(Kind.UNSAID, "the broker closed the connection without a reason");

  /** Any other. */
  public static Ending of(String reason) {
    return new Ending(Kind.OTHER, reason);
  }

  /** One on a failure. */
  static Ending of(String reason, @Nullable Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof BrokenPacketException) {
        return new Ending(Kind.BROKEN_PACKET, reason);
      }
    }
    return of(reason);
  }
}
