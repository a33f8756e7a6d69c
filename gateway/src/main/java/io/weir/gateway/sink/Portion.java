package io.weir.gateway.sink;

import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import java.util.List;

/**
 * Which part of a log one drain sends, where several gateways have the same readings in their logs
 * and each sends a part of them. What is not ours is passed over, and stays in the log until the
 * others have it stored: then it can still be sent if they are gone.
 *
 * <p>Called by the drain's thread; what it answers is changed by another.
 */
public interface Portion {

  /** Nobody else has what is in the log. */
  long ALL = Long.MAX_VALUE;

  /** Nothing is known of the others. */
  long NOTHING = Long.MIN_VALUE;

  /** What is ours from a moment on; immutable. */
  interface Share {

    /**
     * Whether this gateway sends what a record has of a series at an instant.
     *
     * @param source the source of the record
     * @param timeNs the instant
     * @param receiveTimeNs when the record was received
     */
    boolean isOurs(String source, Series series, long timeNs, long receiveTimeNs);

    /** Readings as they are sent, as many in the same order. */
    default List<Reading> sent(List<Reading> readings) {
      return readings;
    }
  }

  /**
   * What is ours now. A drain that is given another one than before goes back to its committed
   * position, and sends again from there what is ours.
   */
  Share share();

  /**
   * The receive time up to which, without it, the others have stored what is theirs by the same
   * share; {@link #NOTHING} where they do not say, {@link #ALL} where there are none.
   */
  long othersStoredTo(Share held);

  /** The time as of which the log is known to have all that was received, or {@link #NOTHING}. */
  long completeToNs();

  /**
   * What is ours by a share is settled.
   *
   * @param offset below which it is
   * @param receiveTimeNs and up to which receive time
   */
  void settled(Share held, long offset, long receiveTimeNs);

  /** This many readings were passed over, because another gateway sends them. */
  void passedOver(int readings);
}
