package io.weir.gateway.people;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The users as the file has them now. Looks each second, on the thread {@code users}, whether it
 * has changed. A file with something wrong in it changes nothing; without a file there is nobody.
 */
public final class KnownUsers implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(KnownUsers.class);

  private static final long EVERY_S = 1;

  private final UsersFile file;
  private byte @Nullable [] seen;
  private volatile Users now;
  private @Nullable Scheduler thread;

  /** Called with the users before and after a change of the file. */
  private volatile BiConsumer<Users, Users> changed = (before, after) -> {};

  /**
   * @throws IOException if the file cannot be read, or something in it is wrong
   */
  public KnownUsers(UsersFile file) throws IOException {
    this.file = file;
    seen = file.bytes();
    now = seen == null ? Users.NONE : file.parsed(seen);
    if (now.users().isEmpty()) {
      LOG.warn("There are no users in {} yet: make the first with weir user add", file);
    }
    warnOfOpen();
  }

  private void warnOfOpen() {
    if (file.isOpen()) {
      LOG.warn("{} can be read by others than its owner; take that from them (chmod 600)", file);
    }
  }

  /** Those who are known at this moment. */
  public Users now() {
    return now;
  }

  void onChange(BiConsumer<Users, Users> listener) {
    changed = listener;
  }

  /** Begins to look. */
  void start() {
    Scheduler made = Schedulers.newSingle("users", true);
    thread = made;
    made.schedulePeriodically(this::look, EVERY_S, EVERY_S, TimeUnit.SECONDS);
  }

  /** Takes over what has changed. */
  void look() {
    try {
      byte[] bytes = file.bytes();
      if (Arrays.equals(bytes, seen)) {
        return;
      }
      seen = bytes;
      Users before = now;
      now = bytes == null ? Users.NONE : file.parsed(bytes);
      LOG.info("{}: {} users, {} tokens", file, now.users().size(), now.tokens().size());
      warnOfOpen();
      changed.accept(before, now);
    } catch (IOException e) {
      LOG.error("The file of users is not used; those before stay: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("The file of users could not be looked at", e);
    }
  }

  @Override
  public void close() {
    Scheduler started = thread;
    if (started != null) {
      started.dispose();
    }
  }
}
