package io.weir.gateway.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Time;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Logins from the button to the way back. Each is good for some minutes and once; a restart ends
 * all. Thread-safe.
 */
public final class BegunLogins {

  /** How long somebody may take at the provider. */
  public static final int SECONDS = 600;

  private static final int MOST_USED = 10_000;
  private static final int SECRET_BYTES = 32;
  private static final Pattern COOKIE = Pattern.compile("([0-9]{1,15})\\.[A-Za-z0-9_-]{43}");

  private final SecureRandom random = new SecureRandom();
  private final byte[] key = new byte[SECRET_BYTES];
  private final Time time;

  /** The newest of those that came back. Older ones are too old, or their codes are used up. */
  private final Set<String> used =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > MOST_USED;
            }
          });

  public BegunLogins(Time time) {
    this.time = time;
    random.nextBytes(key);
  }

  /** A new one. */
  public BegunLogin begin() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    String word = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    return new BegunLogin(now() + "." + word, key);
  }

  /**
   * The one that a browser comes back with; {@code null} where it is none of this browser, too old,
   * or was used before.
   *
   * @param cookie what the browser kept
   * @param state what the provider sent it back with
   */
  public synchronized @Nullable BegunLogin end(String cookie, String state) {
    Matcher parts = COOKIE.matcher(cookie);
    if (!parts.matches()) {
      return null;
    }
    BegunLogin begun = new BegunLogin(cookie, key);
    long age = now() - Long.parseLong(parts.group(1));
    boolean isHere = MessageDigest.isEqual(begun.state().getBytes(UTF_8), state.getBytes(UTF_8));
    return isHere && age >= 0 && age <= SECONDS && used.add(cookie) ? begun : null;
  }

  /** By a clock that nobody sets; it may begin anywhere. */
  private long now() {
    return TimeUnit.NANOSECONDS.toSeconds(time.elapsedNs()) & Long.MAX_VALUE >> 16;
  }
}
