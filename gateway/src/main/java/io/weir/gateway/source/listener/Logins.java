package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.weir.gateway.passwords.Passwords;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
  private static final int SALT_BYTES = 32;

  private final Map<String, DeviceLogin> users;
  private final DeviceLogin stranger;
  private final Map<String, byte[]> known = new ConcurrentHashMap<>();
  private final byte[] salt = new byte[SALT_BYTES];
  private final ThreadPoolExecutor thread;

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
            new ArrayBlockingQueue<>(MOST_WAITING),
            new DefaultThreadFactory("mqtt-logins-" + config.name(), true));
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * Checks a login.
   *
   * @param result receives who it is, or {@code null}; on the calling thread or on another
   * @return false where too many wait already
   */
  boolean check(String name, byte[] password, Consumer<@Nullable DeviceLogin> result) {
    DeviceLogin user = users.get(name);
    byte[] digest = digest(name, password);
    byte[] right = known.get(name);
    if (user != null && right != null && MessageDigest.isEqual(right, digest)) {
      result.accept(user);
      return true;
    }
    try {
      thread.execute(() -> result.accept(checked(user, name, password, digest)));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private @Nullable DeviceLogin checked(
      @Nullable DeviceLogin user, String name, byte[] password, byte[] digest) {
    DeviceLogin compared = user == null ? stranger : user;
    boolean matches = Passwords.matches(new String(password, UTF_8), compared.hash());
    if (user == null || !matches) {
      return null;
    }
    known.put(name, digest);
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
    thread.shutdownNow();
  }
}
