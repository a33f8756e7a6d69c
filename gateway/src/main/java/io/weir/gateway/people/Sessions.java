package io.weir.gateway.people;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.gateway.http.Caller;
import io.weir.gateway.http.RequestThreads;
import io.weir.gateway.http.Role;
import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.log.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The sessions of people and of walls. They outlast a restart: of each the hash of its secret is on
 * the disk, written on the thread {@code sessions}. A session of a person holds while the user has
 * the password and stands in the file of users; the rights are always those of the file now. One of
 * somebody whom a provider knows has the role that was told at the login, while the rules stay and
 * nobody of that name stands in the file. For any thread.
 */
public final class Sessions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_OF_USER = 32;
  private static final int MOST = 2000;
  private static final int MOST_WAITING = 1000;
  private static final int ID_LETTERS = 8;

  /** A clock that is set back by more was wrong when the session began. */
  private static final long AHEAD_MS = TimeUnit.DAYS.toMillis(1);

  private final AtomicFile file;
  private final KnownUsers users;
  private final Duration length;
  private final Rules provider;
  private final Time time;
  private final Map<String, Session> byDigest = new ConcurrentHashMap<>();

  /** By the name of the user, or the id of the wall. */
  private final Map<String, Look> looks = new ConcurrentHashMap<>();

  private final Scheduler thread = RequestThreads.of("sessions", 1, MOST_WAITING);

  /** A new session and its secret, which nobody else has. */
  public record Begun(Session session, String secret) {}

  /**
   * What holds for those whom a provider knows.
   *
   * @param rules what changes with the rules by which it gives roles; "" without a provider
   * @param sessionTime how long a role holds before it is asked again
   */
  public record Rules(String rules, Duration sessionTime) {

    public static final Rules NONE = new Rules("", Duration.ZERO);

    private String stamp() {
      return rules.isEmpty() ? "" : Secrets.digest(rules);
    }
  }

  private record Document(List<Session> sessions, @Nullable Map<String, Look> looks) {}

  /**
   * @param file holds them between two starts
   * @param length of a session of a person
   * @param provider of a provider, if there is one
   * @param damaged called where the file has no whole copy; then nobody is logged in
   */
  Sessions(
      AtomicFile file,
      KnownUsers users,
      Duration length,
      Rules provider,
      Time time,
      Runnable damaged)
      throws IOException {
    this.file = file;
    this.users = users;
    this.length = length;
    this.provider = provider;
    this.time = time;
    Optional<byte[]> bytes = file.read();
    if (file.damaged()) {
      damaged.run();
    }
    if (bytes.isPresent()) {
      Document document = JSON.readValue(bytes.get(), Document.class);
      for (Session session : document.sessions()) {
        byDigest.put(session.digest(), session);
      }
      if (document.looks() != null) {
        looks.putAll(document.looks());
      }
    }
  }

  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(time.wallNs());
  }

  /** Begins the session of somebody whose password was right. */
  public Begun begin(User user) {
    return begun(user.name(), false, user.stamp(), length.toMillis(), null, null);
  }

  /**
   * Somebody whom the provider knows.
   *
   * @param role that it has told
   * @param subject who it is there
   * @param session the one there; "" where it names none
   */
  public record Known(String name, Role role, String subject, String session) {}

  /** Begins that of somebody whom the provider knows, which ends earlier. */
  public Begun beginOfProvider(Known known) {
    long most = Math.min(length.toMillis(), provider.sessionTime().toMillis());
    return begun(known.name(), false, provider.stamp(), most, known.role(), known);
  }

  /**
   * Ends those of a login that has ended at the provider.
   *
   * @param subject who it was there; "" where only the session is named
   * @param session the one there; "" where all of that subject have
   */
  public void endOfProvider(String subject, String session) {
    byDigest.values().removeIf(each -> each.byProvider() && each.isOf(subject, session));
  }

  /**
   * In how many seconds somebody whom the provider knows should ask it again, before the session
   * ends; {@code null} for others.
   */
  public @Nullable Long renewInSeconds(String secret) {
    Session session = byDigest.get(Secrets.digest(secret));
    if (session == null || !session.byProvider()) {
      return null;
    }
    long early = (session.endsMs() - session.beganMs()) / 4;
    return Math.max(0, (session.endsMs() - early - nowMs()) / 1000);
  }

  /** Begins that of a wall, which stays. */
  public Begun beginWall(String name, Look look) {
    Begun begun = begun(name, true, "", Long.MAX_VALUE / 2, null, null);
    looks.put(key(begun.session()), look);
    return begun;
  }

  private static String key(Session session) {
    return session.isWall() ? "wall " + session.id() : "user " + session.name();
  }

  /** How the one who has a secret wants to see the page. */
  public Look look(String secret) {
    Session session = byDigest.get(Secrets.digest(secret));
    return session == null ? Look.NONE : looks.getOrDefault(key(session), Look.NONE);
  }

  /** Keeps it, for all sessions of that user; {@link #saved} writes it. */
  public void keep(String secret, Look look) {
    Session session = byDigest.get(Secrets.digest(secret));
    if (session != null) {
      looks.put(key(session), look);
    }
  }

  private synchronized Begun begun(
      String name,
      boolean isWall,
      String stamp,
      long lengthMs,
      @Nullable Role role,
      @Nullable Known known) {
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
            now + lengthMs,
            role,
            known == null ? null : known.subject(),
            known == null || known.session().isEmpty() ? null : known.session());
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
    if (session.role() != null) {
      return new Caller(
          session.name(), session.role(), Caller.Kind.USER, csrf, () -> holds(session));
    }
    User user = users.now().user(session.name());
    return user == null
        ? null
        : new Caller(
            user.name(), user.role(), Caller.Kind.USER, csrf, () -> holds(session, user.role()));
  }

  /** Not with another role: whoever follows the stream comes again, and is told the new one. */
  private boolean holds(Session session, Role role) {
    User user = users.now().user(session.name());
    return user != null && user.role() == role && holds(session);
  }

  private boolean holds(Session session) {
    if (!byDigest.containsKey(session.digest()) || session.endsMs() <= nowMs()) {
      return false;
    }
    if (session.isWall()) {
      return true;
    }
    if (session.beganMs() - nowMs() > AHEAD_MS) {
      return false;
    }
    if (session.byProvider()) {
      return session.stamp().equals(provider.stamp()) && !users.now().has(session.name());
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

  /** Whether a secret is that of somebody whom the provider knows. */
  public boolean isOfProvider(String secret) {
    Session session = byDigest.get(Secrets.digest(secret));
    return session != null && session.byProvider();
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

  /**
   * Those of walls that were ended; of users, whom a provider may know, only where there are many.
   */
  private void forgetLooks(List<Session> all) {
    Set<String> known = all.stream().map(Sessions::key).collect(Collectors.toSet());
    users.now().users().forEach(user -> known.add("user " + user.name()));
    boolean isFull = looks.size() > MOST;
    looks.keySet().removeIf(key -> !known.contains(key) && (isFull || key.startsWith("wall ")));
  }

  private void save() {
    try {
      List<Session> all = byDigest.values().stream().filter(this::holds).toList();
      forgetLooks(all);
      file.write(JSON.writeValueAsBytes(new Document(all, Map.copyOf(looks))));
    } catch (IOException e) {
      LOG.error("Sessions could not be written: after a restart, those of the last time hold", e);
    }
  }

  @Override
  public void close() {
    thread.dispose();
  }
}
