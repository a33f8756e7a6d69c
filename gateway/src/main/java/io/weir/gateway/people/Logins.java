package io.weir.gateway.people;

import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.log.Time;
import io.weir.gateway.passwords.Passwords;
import java.text.Normalizer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Checks passwords on the one thread {@code logins}, so that a flood of logins takes no more than
 * that; few wait for it, and few of one address. An unknown user takes as long as a known one.
 */
public final class Logins implements AutoCloseable {

  private static final int MOST_WAITING = 16;
  private static final int MOST_OF_ADDRESS = 4;

  /** Compared with where there is no user at all; the password of nobody. */
  static final String NOBODYS = "$2a$11$M3lnvGVxIqJ5CVEZBT8T6.z5mVnGvEHZTQHmHbcOWFELPIx7WpWXy";

  private final KnownUsers users;
  private final Time time;
  private final LoginLimits limits = new LoginLimits();
  private final Map<String, Integer> underWay = new ConcurrentHashMap<>();
  private final Scheduler thread = RequestThreads.of("logins", 1, MOST_WAITING);

  /**
   * What became of a try.
   *
   * @param user who has logged in, or {@code null}
   * @param waitSeconds how long to wait before the next, where there were too many; else 0
   */
  public record Result(@Nullable User user, long waitSeconds) {}

  Logins(KnownUsers users, Time time) {
    this.users = users;
    this.time = time;
  }

  /**
   * Checks a password. Fails with {@link java.util.concurrent.RejectedExecutionException} while too
   * many wait.
   *
   * @param address what counts as one address
   */
  public Mono<Result> login(String name, String password, String address) {
    return Mono.defer(
        () -> {
          if (underWay.merge(address, 1, Integer::sum) > MOST_OF_ADDRESS) {
            end(address);
            return Mono.just(new Result(null, 1));
          }
          return Mono.fromCallable(() -> check(name, password, address))
              .subscribeOn(thread)
              .doFinally(any -> end(address));
        });
  }

  private void end(String address) {
    underWay.computeIfPresent(address, (any, count) -> count > 1 ? count - 1 : null);
  }

  private Result check(String given, String password, String address) {
    String name = Normalizer.normalize(given.strip(), Normalizer.Form.NFC);
    long wait = limits.tries(name, address, time.elapsedNs());
    if (wait > 0) {
      return new Result(null, wait);
    }
    Users now = users.now();
    User user = now.user(name);
    boolean right = Passwords.matches(password, user == null ? other(now, name) : user.hash());
    if (user == null || !right) {
      return new Result(null, 0);
    }
    limits.right(name, address);
    return new Result(user, 0);
  }

  /** The hash of some user, for one that there is not: it takes as long as that of a user. */
  private static String other(Users now, String name) {
    List<User> all = now.users();
    return all.isEmpty() ? NOBODYS : all.get(Math.floorMod(name.hashCode(), all.size())).hash();
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
