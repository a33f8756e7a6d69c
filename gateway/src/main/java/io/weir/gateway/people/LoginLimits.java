package io.weir.gateway.people;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How many wrong passwords may be tried, for each address and for each user. An address from which
 * a user has logged in has its own count for that user: so whoever guesses from elsewhere, or from
 * behind the same proxy, locks out nobody who works there. Thread-safe.
 */
final class LoginLimits {

  private static final int MOST_PLACES = 10_000;

  private final Pace byAddress = new Pace(20, TimeUnit.SECONDS.toNanos(3));
  private final Pace byUser = new Pace(10, TimeUnit.SECONDS.toNanos(10));
  private final Pace byKnownPlace = new Pace(10, TimeUnit.SECONDS.toNanos(5));

  /** Users and addresses from which they have logged in, since the start. */
  private final Set<String> known =
      Collections.newSetFromMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MOST_PLACES;
            }
          });

  /**
   * Counts a try, unless there were too many.
   *
   * @return seconds to wait before the next, 0 where this one may go on
   */
  synchronized long tries(String user, String address, long nowNs) {
    String place = place(user, address);
    long waitNs =
        known.contains(place)
            ? byKnownPlace.waitNs(place, nowNs)
            : Math.max(byAddress.waitNs(address, nowNs), byUser.waitNs(user, nowNs));
    if (waitNs > 0) {
      return TimeUnit.NANOSECONDS.toSeconds(waitNs) + 1;
    }
    if (known.contains(place)) {
      byKnownPlace.take(place, nowNs);
    } else {
      byAddress.take(address, nowNs);
      byUser.take(user, nowNs);
    }
    return 0;
  }

  /** The password was right: the try does not count. */
  synchronized void right(String user, String address) {
    String place = place(user, address);
    if (!known.add(place)) {
      byKnownPlace.giveBack(place);
    } else {
      byAddress.giveBack(address);
      byUser.giveBack(user);
    }
  }

  private static String place(String user, String address) {
    return user + '\n' + address;
  }
}
