package io.weir.gateway.people;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.http.Caller;
import io.weir.gateway.http.Role;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The sessions of people and of walls. They outlast a restart: of each the hash of its secret is on
 * the disk, written on the thread {@code sessions}. A session of a person holds while the user has
 * the password and stands in the file of users; the rights are always those of the file now. For
 * any thread.
 */
public final class Sessions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_OF_USER = 32;
  private static final int MOST = 2000;
  private static final int MOST_WAITING = 1000;
  private static final int ID_LETTERS = 8;

  private final AtomicFile file;
  private final KnownUsers users;
  private final Duration length;
  private final Time time;
  private final Map<String, Session> byDigest = new ConcurrentHashMap<>();
  private final Scheduler thread =
      Schedulers.newBoundedElastic(1, MOST_WAITING, "sessions", 60, true);

  /** A new session and its secret, which nobody else has. */
  public record Begun(Session session, String secret) {}

  private record Document(List<Session> sessions) {}

  /**
   * @param file holds them between two starts
   * @param length of a session of a person
   * @param damaged called where the file has no whole copy; then nobody is logged in
   */
  Sessions(AtomicFile file, KnownUsers users, Duration length, Time time, Runnable damaged)
      throws IOException {
    this.file = file;
    this.users = users;
    this.length = length;
    this.time = time;
    Optional<byte[]> bytes = file.read();
    if (file.damaged()) {
      damaged.run();
    }
    if (bytes.isPresent()) {
      for (Session session : JSON.readValue(bytes.get(), Document.class).sessions()) {
        byDigest.put(session.digest(), session);
      }
    }
  }

  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(time.wallNs());
  }

  /** Begins the session of somebody whose password was right. */
  public Begun begin(User user) {
    return begun(user.name(), false, user.stamp(), length.toMillis());
  }

  /** Begins that of a wall, which stays. */
  public Begun beginWall(String name) {
    return begun(name, true, "", Long.MAX_VALUE / 2);
  }

  private synchronized Begun begun(String name, boolean isWall, String stamp, long lengthMs) {
    long now = nowMs();
    String secret = Secrets.make();
    Session session =
        new Session(
            Secrets.word(ID_LETTERS),
            Secrets.digest(secret),
            name,
            isWall,
            stamp,
            now,
            now + lengthMs);
    byDigest.values().removeIf(each -> !holds(each));
    leaveRoom(each -> each.name().equals(name) && !each.isWall() && !isWall, MOST_OF_USER);
    leaveRoom(each -> true, MOST);
    byDigest.put(session.digest(), session);
    return new Begun(session, secret);
  }

  /** Ends the oldest of some sessions, of people first, while there are too many. */
  private void leaveRoom(Predicate<Session> which, int most) {
    List<Session> all =
        byDigest.values().stream()
            .filter(which)
            .sorted(Comparator.comparing(Session::isWall).thenComparingLong(Session::beganMs))
            .toList();
    all.stream()
        .limit(Math.max(0, all.size() - most + 1))
        .forEach(each -> byDigest.remove(each.digest()));
  }

  /** Who has the secret of a session, or {@code null}. */
  @Nullable Caller caller(String secret) {
    Session session = byDigest.get(Secrets.digest(secret));
    if (session == null || !holds(session)) {
      return null;
    }
    String csrf = Secrets.digest("csrf " + secret);
    if (session.isWall()) {
      return new Caller(session.name(), Role.VIEWER, Caller.Kind.WALL, csrf, () -> holds(session));
    }
    User user = users.now().user(session.name());
    return user == null
        ? null
        : new Caller(user.name(), user.role(), Caller.Kind.USER, csrf, () -> holds(session));
  }

  private boolean holds(Session session) {
    if (!byDigest.containsKey(session.digest()) || session.endsMs() <= nowMs()) {
      return false;
    }
    if (session.isWall()) {
      return true;
    }
    User user = users.now().user(session.name());
    return user != null && Secrets.same(user.stamp(), session.stamp());
  }

  /** The walls, the oldest first. */
  public List<Session> walls() {
    return byDigest.values().stream()
        .filter(Session::isWall)
        .sorted(Comparator.comparingLong(Session::beganMs))
        .toList();
  }

  /** Ends the session that has a secret. */
  public void end(String secret) {
    byDigest.remove(Secrets.digest(secret));
  }

  /** Ends the session of a wall; returns it, or {@code null} where there is no such wall. */
  public @Nullable Session endWall(String id) {
    for (Session session : walls()) {
      if (Secrets.same(session.id(), id)) {
        byDigest.remove(session.digest());
        return session;
      }
    }
    return null;
  }

  /** Completes once what holds now is on the disk, or could not be written, which is logged. */
  public Mono<Void> saved() {
    return Mono.<Void>fromRunnable(this::save).subscribeOn(thread);
  }

  private void save() {
    try {
      List<Session> all = byDigest.values().stream().filter(this::holds).toList();
      file.write(JSON.writeValueAsBytes(new Document(all)));
    } catch (IOException e) {
      LOG.error("Sessions could not be written: after a restart, those of the last time hold", e);
    }
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
