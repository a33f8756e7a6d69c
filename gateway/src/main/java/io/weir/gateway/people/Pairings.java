package io.weir.gateway.people;

import io.weir.gateway.log.Time;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Walls that want to be paired: each shows a code, which an admin types where somebody is logged
 * in. Few wait at once, and not for long; where there are too many, the one goes that has not asked
 * for longest, but none whose wall still asks: so nobody can take away the code that a wall shows.
 * Thread-safe.
 */
public final class Pairings {

  /** How long a code is of use. */
  public static final long SECONDS = 600;

  /** A screen that shows its code asks each three seconds. */
  private static final long ASKS_WITHIN_NS = TimeUnit.SECONDS.toNanos(30);

  static final int MOST = 64;

  /** All screens behind a proxy may have one address. */
  static final int MOST_OF_ADDRESS = 32;

  private static final int CODE_LETTERS = 8;

  private final Time time;
  private final List<Waiting> waiting = new ArrayList<>();

  private static final class Waiting {
    private final String code;
    private final String digest;
    private final String address;
    private final long sinceNs;
    private long askedNs;
    private String name = "";
    private Look look = Look.NONE;

    Waiting(String code, String digest, String address, long sinceNs) {
      this.code = code;
      this.digest = digest;
      this.address = address;
      this.sinceNs = sinceNs;
      this.askedNs = sinceNs;
    }
  }

  /**
   * What a wall gets.
   *
   * @param code to show
   * @param secret by which it asks whether it is paired
   */
  public record Begun(String code, String secret) {}

  /** What an admin says of a wall. */
  public record Paired(String name, Look look) {}

  Pairings(Time time) {
    this.time = time;
  }

  /**
   * A wall wants to be paired; {@code null} where too many do.
   *
   * @param address what counts as one
   */
  public synchronized @Nullable Begun begin(String address) {
    forgetOld();
    List<Waiting> own = waiting.stream().filter(each -> each.address.equals(address)).toList();
    if (own.size() >= MOST_OF_ADDRESS && !isOneForgotten(own)
        || waiting.size() >= MOST && !isOneForgotten(waiting)) {
      return null;
    }
    String secret = Secrets.make();
    String code = Secrets.word(CODE_LETTERS);
    waiting.add(new Waiting(code, Secrets.digest(secret), address, time.elapsedNs()));
    return new Begun(code, secret);
  }

  /** Whether one was forgotten whose screen shows its code no more. */
  private boolean isOneForgotten(List<Waiting> among) {
    long now = time.elapsedNs();
    Waiting longest = Collections.max(among, Comparator.comparingLong(each -> now - each.askedNs));
    return now - longest.askedNs > ASKS_WITHIN_NS && waiting.remove(longest);
  }

  /** An admin pairs the wall that shows a code; returns whether one does. */
  public synchronized boolean accept(String typed, String name, Look look) {
    forgetOld();
    String code = typed.replaceAll("[\\s-]", "").toUpperCase(Locale.ROOT);
    for (Waiting each : waiting) {
      if (Secrets.same(each.code, code)) {
        each.name = name;
        each.look = look;
        return true;
      }
    }
    return false;
  }

  /**
   * A wall asks whether it is paired.
   *
   * @return once; its name is "" while nobody has typed the code; {@code null} where nobody can now
   */
  public synchronized @Nullable Paired claim(String secret) {
    forgetOld();
    String digest = Secrets.digest(secret);
    for (Waiting each : waiting) {
      if (Secrets.same(each.digest, digest)) {
        each.askedNs = time.elapsedNs();
        if (!each.name.isEmpty()) {
          waiting.remove(each);
        }
        return new Paired(each.name, each.look);
      }
    }
    return null;
  }

  private void forgetOld() {
    long now = time.elapsedNs();
    waiting.removeIf(each -> now - each.sinceNs > TimeUnit.SECONDS.toNanos(SECONDS));
  }
}
