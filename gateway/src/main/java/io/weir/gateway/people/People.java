package io.weir.gateway.people;

import io.weir.gateway.http.Caller;
import io.weir.gateway.http.Callers;
import io.weir.gateway.http.Role;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** All that is known of those who may ask, as one part of the gateway. */
public final class People implements Callers, AutoCloseable {

  private static final Caller FILE = Caller.token("file of users", Role.ADMIN, () -> true);

  private final String cookie;
  private final KnownUsers users;
  private final Sessions sessions;
  private final Logins logins;
  private final Pairings pairings;
  private final AuditLog audit;
  private final Time time;

  /** Each answer of a provider that somebody brings costs a request to it. */
  private final Pace askings = new Pace(20, TimeUnit.SECONDS.toNanos(3));

  /**
   * How people are known.
   *
   * @param cookie the name of the cookie of a session
   * @param file of users and tokens
   * @param sessions holds sessions between two starts
   * @param length of the session of a person
   * @param provider what holds for those whom a provider knows
   */
  public record Parts(
      String cookie,
      UsersFile file,
      AtomicFile sessions,
      Duration length,
      Sessions.Rules provider) {}

  /**
   * Reads users and sessions, and starts nothing.
   *
   * @param damaged called where no whole copy of the sessions is left; then nobody is logged in
   * @throws IOException if a file cannot be read, or something in the file of users is wrong
   */
  public People(Parts parts, AuditLog audit, Time time, Runnable damaged) throws IOException {
    cookie = parts.cookie();
    users = new KnownUsers(parts.file());
    sessions =
        new Sessions(parts.sessions(), users, parts.length(), parts.provider(), time, damaged);
    logins = new Logins(users, time);
    pairings = new Pairings(time);
    this.audit = audit;
    this.time = time;
    users.onChange(this::changed);
  }

  /** Begins to follow the file of users. */
  public void start() {
    users.start();
  }

  /** Says in the audit what was changed in the file, by whoever could write it. */
  private void changed(Users before, Users after) {
    List<String> all = new ArrayList<>();
    for (User user : after.users()) {
      User old = before.user(user.name());
      if (old == null) {
        all.add("added user " + user.name() + " as " + user.role().word());
      } else if (old.role() != user.role()) {
        all.add("made user " + user.name() + " " + user.role().word());
      } else if (!old.equals(user)) {
        all.add("changed the password of " + user.name());
      }
    }
    for (ApiToken token : after.tokens()) {
      if (!before.tokens().contains(token)) {
        all.add("added token " + token.name() + " as " + token.role().word());
      }
    }
    before.users().stream()
        .filter(user -> after.user(user.name()) == null)
        .forEach(user -> all.add("removed user " + user.name()));
    before.tokens().stream()
        .filter(token -> !after.has(token.name()))
        .forEach(token -> all.add("removed token " + token.name()));
    all.forEach(what -> audit.known(FILE, what, ""));
  }

  @Override
  public @Nullable Caller ofToken(String token) {
    ApiToken found = users.now().token(token);
    return found == null
        ? null
        : Caller.token(found.name(), found.role(), () -> users.now().tokens().contains(found));
  }

  @Override
  public @Nullable Caller ofSession(String secret) {
    return sessions.caller(secret);
  }

  @Override
  public String cookie() {
    return cookie;
  }

  /**
   * Whether the provider may be asked for somebody now, which counts then.
   *
   * @param place what counts as one address
   */
  public boolean mayAskProvider(String place) {
    synchronized (askings) {
      long now = time.elapsedNs();
      boolean may = askings.waitNs(place, now) == 0;
      if (may) {
        askings.take(place, now);
      }
      return may;
    }
  }

  /** The provider knew who it was: that does not count. */
  public void hasAskedRightly(String place) {
    synchronized (askings) {
      askings.giveBack(place);
    }
  }

  /** Whether somebody or something in the file of users has that name. */
  public boolean has(String name) {
    return users.now().has(name);
  }

  public Sessions sessions() {
    return sessions;
  }

  public Logins logins() {
    return logins;
  }

  public Pairings pairings() {
    return pairings;
  }

  public AuditLog audit() {
    return audit;
  }

  @Override
  public void close() {
    users.close();
    logins.close();
    sessions.close();
  }
}
