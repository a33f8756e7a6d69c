package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.weir.gateway.passwords.Passwords;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks user names and passwords on a thread of its own, since a hash takes time on purpose. A
 * password that was right is remembered by a quick digest with a secret of this process, so that a
 * device which connects often costs little. Safe for several threads.
 */
final class Logins implements AutoCloseable {

  private static final int MOST_WAITING = 1000;

  /** Longer ones are wrong: no hash is taken of them, and none waits for one. */
  private static final int LONGEST = 1024;

  private static final int SALT_BYTES = 32;
  private static final long LINE_NS = TimeUnit.SECONDS.toNanos(10);

  private final Map<String, DeviceLogin> users;
  private final DeviceLogin stranger;
  private final Map<String, byte[]> known = new ConcurrentHashMap<>();
  private final byte[] salt = new byte[SALT_BYTES];
  private final LoginTurns turns = new LoginTurns(MOST_WAITING);
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ThreadPoolExecutor thread;
  private final AtomicReference<Long> lastLineNs = new AtomicReference<>();
  private volatile boolean closed;

  /** What becomes of a login; on the calling thread or on another. */
  interface Outcome {

    /** Who it is, or {@code null}. */
    void checked(@Nullable DeviceLogin login);

    /** Too many wait. */
    void refused();
  }

  Logins(ListenerConfig config) {
    users =
        config.users().stream().collect(Collectors.toMap(DeviceLogin::name, Function.identity()));
    // a name that is not known takes as long to refuse as a wrong password
    stranger = config.users().isEmpty() ? DeviceLogin.ANYBODY : config.users().get(0);
    new SecureRandom().nextBytes(salt);
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            new DefaultThreadFactory("mqtt-logins-" + config.name(), true));
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Checks a login.
   *
   * @param from the address that it comes from
   */
  void check(InetAddress from, String name, byte[] password, Outcome outcome) {
    if (name.length() > LONGEST || password.length > LONGEST) {
      outcome.checked(null);
      return;
    }
    DeviceLogin user = users.get(name);
    byte[] digest = digest(name, password);
    byte[] right = known.get(name);
    if (user != null && right != null && MessageDigest.isEqual(right, digest)) {
      turns.wasRight(from);
      outcome.checked(user);
      return;
    }
    LoginQueue.Login givesWay =
        turns.add(
            from,
            user == null ? "" : name,
            new LoginQueue.Login() {
              @Override
              public void check() {
                outcome.checked(checked(from, user, name, password, digest));
              }

              @Override
              public void refuse() {
                outcome.refused();
              }
            });
    if (givesWay != null) {
      givesWay.refuse();
    }
    goOn();
  }

  /**
   * Whether a wrong login is worth a line of the log: thousands would push out all others. The
   * count of refused connections has them all.
   */
  boolean isWorthALine(long elapsedNs) {
    Long last = lastLineNs.get();
    return (last == null || elapsedNs - last >= LINE_NS)
        && lastLineNs.compareAndSet(last, elapsedNs);
  }

  private void goOn() {
    if (busy.compareAndSet(false, true)) {
      try {
        thread.execute(this::checkAll);
      } catch (RejectedExecutionException e) {
        return; // the listener has closed, and ends its connections
      }
    }
  }

  private void checkAll() {
    try {
      LoginQueue.Login next = turns.next();
      while (next != null && !closed) {
        next.check();
        next = turns.next();
      }
    } catch (RejectedExecutionException e) {
      return; // the listener has closed, and nobody waits for an answer
    } finally {
      busy.set(false);
    }
    if (!closed && !turns.isEmpty()) { // one came between
      goOn();
    }
  }

  private @Nullable DeviceLogin checked(
      InetAddress from, @Nullable DeviceLogin user, String name, byte[] password, byte[] digest) {
    DeviceLogin compared = user == null ? stranger : user;
    boolean matches = Passwords.matches(new String(password, UTF_8), compared.hash());
    if (user == null || !matches) {
      return null;
    }
    known.put(name, digest);
    turns.wasRight(from);
    return user;
  }

  private byte[] digest(String name, byte[] password) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(salt);
      sha256.update(name.getBytes(UTF_8));
      sha256.update((byte) 0);
      return sha256.digest(password);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }
}
