package io.weir.gateway.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Why an entry is in the quarantine. The label is what meters, commands and the API show. */
public enum Reason {
  /** The topic matches no route. */
  NO_ROUTE,
  /** The payload cannot be read in the route's format. */
  MALFORMED,
  /** Readable, but a value that no reading can hold: NaN, unsigned beyond 64 bits, null, nested. */
  BAD_VALUE,
  /** The time of the sample cannot be read. */
  BAD_TIME,
  /** A name is empty, too long, or not allowed in the store. */
  BAD_NAME,
  /** The value does not fit the type pinned for its measurement and field. */
  TYPE_CONFLICT,
  /** Outside the range that the route allows. */
  OUT_OF_RANGE,
  /** The route's table does not list the asset, or the payload does not name one. */
  UNKNOWN_ASSET,
  /** Past a limit: size, nesting, samples a message, new series a minute. */
  LIMIT,
  /** A defect of the gateway: the log has its stack. */
  INTERNAL,
  /** The store refused it for good. */
  STORE_REJECTED,
  /** Too large for the store even alone. */
  TOO_LARGE;

  /** Lower case with dashes, such as {@code type-conflict}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The reason of a label.
   *
   * @throws IllegalArgumentException if it is unknown; the message lists the known ones
   */
  public static Reason of(String label) {
    for (Reason reason : values()) {
      if (reason.label().equals(label)) {
        return reason;
      }
    }
    throw new IllegalArgumentException(
        "reason '"
            + label
            + "' is not known; known reasons: "
            + Arrays.stream(values()).map(Reason::label).collect(Collectors.joining(", ")));
  }
}
