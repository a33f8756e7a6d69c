package io.weir.gateway.source.listener;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose login is checked next. Those from networks where a password was right, and those of
 * strangers, take turns and have places of their own: a flood from thousands of addresses fills
 * only the places of strangers. Safe for several threads.
 */
final class LoginTurns {

  private static final int MOST_SITES = 4096;

  private final LoginQueue known;
  private final LoginQueue strangers;

  /** Where a password was right; the one where that was longest ago first. */
  private final Map<InetAddress, Boolean> sites =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<InetAddress, Boolean> eldest) {
          return size() > MOST_SITES;
        }
      };

  private boolean strangersAreNext;

  /**
   * @param most that wait, of each kind
   */
  LoginTurns(int most) {
    known = new LoginQueue(most);
    strangers = new LoginQueue(most);
  }

  /** Somebody has logged in from there. */
  synchronized void wasRight(InetAddress from) {
    sites.put(Networks.site(from), true);
  }

  /**
   * Adds a login.
   *
   * @param user "" for every name that is not known
   * @return the one that gives way, which may be this one; {@code null} if there is room
   */
  synchronized LoginQueue.@Nullable Login add(
      InetAddress from, String user, LoginQueue.Login login) {
    InetAddress site = Networks.site(from);
    InetAddress address = Networks.of(from);
    return sites.containsKey(site)
        ? known.add(new LoginQueue.Who(address, address, user), login)
        : strangers.add(new LoginQueue.Who(site, address, user), login);
  }

  synchronized boolean isEmpty() {
    return known.isEmpty() && strangers.isEmpty();
  }

  /** Takes the next one out; {@code null} if none waits. */
  synchronized LoginQueue.@Nullable Login next() {
    strangersAreNext = !strangersAreNext;
    LoginQueue.Login next = (strangersAreNext ? strangers : known).next();
    return next != null ? next : (strangersAreNext ? known : strangers).next();
  }
}
