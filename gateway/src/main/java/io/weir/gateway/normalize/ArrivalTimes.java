package io.weir.gateway.normalize;

import io.weir.gateway.model.Series;
import io.weir.gateway.model.Weight;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives an instant of its own to each sample whose device's clock cannot be used. The newest sample
 * of a message gets the time of its arrival. Those before it keep their distance to it, as far as
 * the device's clock says it, or are one step before the next one.
 *
 * <p>Two messages of one series never share an instant either: what a message gets lies after all
 * that the series got before. Where no room is left for that, the oldest samples get none; of a
 * message that came before that, as one that is replayed, all but the newest get none. Only
 * readings that are not GOOD are followed: a store keeps the GOOD ones apart by a tag.
 *
 * <p>Where the gateway's own clock went back, a series begins anew there, and what it got before is
 * known no more. So where the clock comes forward again, instants lie after the last that was given
 * before it went back; and of a message from then, all but the newest get none.
 *
 * <p>Shared by all source threads; guarded by itself. Bounded: beyond a number of series all count
 * as those that got the latest instant, which costs distance, never a reading.
 */
final class ArrivalTimes {

  /** Stands for an instant where there is no room for one. */
  static final long NO_ROOM = Long.MIN_VALUE;

  /** The longest distance to the newest that is believed; a clock that was set jumps further. */
  private static final long LONGEST_NS = 366L * 86_400 * 1_000_000_000;

  private static final int BYTES_OF_ONE = 24;

  private final ReceiveClock clock;
  private final long stepNs;

  /** The latest instant given to a series. */
  private final Map<Series, Long> latest = new HashMap<>();

  private final long mostBytes;
  private long bytes;

  /** The same for series that are not listed. */
  private long latestOfOthers;

  /**
   * @param clock gives the receive times; all that were given before the start count as given here
   * @param mostBytes of the heap that it may take, about
   */
  ArrivalTimes(ReceiveClock clock, long mostBytes) {
    this.clock = clock;
    this.mostBytes = mostBytes;
    this.stepNs = clock.stepNs();
    this.latestOfOthers = clock.last();
  }

  /**
   * What one message was given.
   *
   * @param instants one for each time that the message asked for, or {@link #NO_ROOM}
   * @param latest the latest instant of each of its series
   * @param before the same as it was before the message, for those that had one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Given(long[] instants, Map<Series, Long> latest, Map<Series, Long> before) {

    /** The instant for a time that was asked for. */
    long instant(int index) {
      return instants[index];
    }
  }

  /**
   * Gives instants to one message.
   *
   * @param sentNs the times as the device has them, rising, no two the same; may be empty
   * @param wanted the series that share them, and all others of the message with readings that are
   *     not GOOD: the latest instant that each would have without this
   */
  synchronized Given give(long[] sentNs, Map<Series, Long> wanted, long receiveNs) {
    boolean isAhead = clock.isFromAhead(receiveNs);
    boolean isLate = isAhead || clock.isFromBefore(receiveNs);
    long taken = clock.lastFromBefore(receiveNs);
    Map<Series, Long> before = new HashMap<>();
    Map<Series, Long> after = new HashMap<>();
    for (Map.Entry<Series, Long> each : wanted.entrySet()) {
      Long known = latest.get(each.getKey());
      if (known != null) {
        before.put(each.getKey(), known);
      }
      long last = clock.asOfNow(known == null ? latestOfOthers : known);
      taken = Math.max(taken, last);
      long own = isAhead ? last : Math.min(each.getValue(), receiveNs);
      after.put(each.getKey(), Math.max(last, own));
    }
    long[] instants = spread(sentNs, receiveNs);
    if (!isLate && receiveNs > taken) {
      lift(instants, Math.floorDiv(taken, stepNs) * stepNs);
    } else {
      keepNewest(instants);
    }
    if (bytes > mostBytes) {
      latestOfOthers =
          latest.values().stream()
              .map(clock::asOfNow)
              .reduce(clock.asOfNow(latestOfOthers), Math::max);
      latest.clear();
      bytes = 0;
    }
    after.forEach(
        (series, instant) -> bytes += latest.put(series, instant) == null ? weight(series) : 0);
    return new Given(instants, after, before);
  }

  private static long weight(Series series) {
    return BYTES_OF_ONE + Weight.ENTRY + Weight.of(series);
  }

  /** The last at arrival, the others before it, each at least a step before the next. */
  private long[] spread(long[] sentNs, long receiveNs) {
    long[] instants = new long[sentNs.length];
    long behind = 0;
    for (int i = sentNs.length - 1; i >= 0; i--) {
      if (i == sentNs.length - 1) {
        instants[i] = receiveNs;
        continue;
      }
      long gap = sentNs[i + 1] - sentNs[i]; // below 0 where it is beyond 64 bits
      behind += gap < 0 || gap > LONGEST_NS - behind ? 0 : gap;
      long instant = Math.floorDiv(receiveNs - behind, stepNs) * stepNs;
      instants[i] = Math.min(instant, instants[i + 1] - stepNs);
    }
    return instants;
  }

  /** Moves what is not after {@code taken} to the steps after it; the oldest may find no room. */
  private void lift(long[] instants, long taken) {
    if (instants.length == 0 || instants[0] > taken) {
      return;
    }
    long room = (instants[instants.length - 1] - taken) / stepNs;
    int without = (int) Math.max(0, instants.length - room);
    for (int i = 0; i < instants.length; i++) {
      instants[i] =
          i < without ? NO_ROOM : Math.max(instants[i], taken + (i - without + 1) * stepNs);
    }
  }

  /**
   * It came before others and is decoded now, as in a replay. What lies before its arrival may have
   * been given to other messages of its series, or to its own samples in another order.
   */
  private static void keepNewest(long[] instants) {
    for (int i = 0; i < instants.length - 1; i++) {
      instants[i] = NO_ROOM;
    }
  }

  /** Takes back what a message was given that was not kept. */
  synchronized void takeBack(Given given) {
    for (Map.Entry<Series, Long> each : given.latest().entrySet()) {
      Long before = given.before().get(each.getKey());
      if (each.getValue().equals(latest.get(each.getKey()))) {
        if (before == null) {
          latest.remove(each.getKey());
          bytes -= weight(each.getKey());
        } else {
          latest.put(each.getKey(), before);
        }
      }
    }
  }
}
