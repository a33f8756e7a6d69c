package io.weir.gateway.source.mqtt;

import io.weir.gateway.source.SessionStore.LastConnection;
import io.weir.gateway.source.SourceConnection;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Whether a session that the broker has is the one of the connection before. Part of {@link
 * MqttSession}.
 *
 * <p>A broker can make a new session for a CONNECT whose CONNACK never comes. The next one then
 * finds a session, but not the one before. So until an answer comes, it is in doubt which session
 * the broker has; that is stored too, because the process may end meanwhile. A session in doubt
 * counts as lost.
 */
final class ResumableSession {

  private final Queue<SessionCommand> commands;

  /** The last accepted connection, and whether it is in doubt which session the broker has. */
  private LastConnection last = LastConnection.NONE;

  private boolean loaded;

  /** The connection that began the session, also if that is in doubt; 0 before the first. */
  private long since;

  /** The connection since which it is the same session for sure; 0 before the first. */
  private long sureSince;

  // of the current connection
  private long number;
  private boolean wasDoubtful;

  /**
   * @param commands receives what is to be stored
   */
  ResumableSession(Queue<SessionCommand> commands) {
    this.commands = commands;
  }

  /**
   * Numbers a connection that begins, and stores that the session is in doubt.
   *
   * @param stored by earlier processes
   */
  void connecting(LastConnection stored, long wallNs) {
    if (!loaded) {
      loaded = true;
      last = stored;
    }
    wasDoubtful = last.doubtful();
    number = Math.max(last.number() + 1, TimeUnit.NANOSECONDS.toMillis(wallNs));
    save(new LastConnection(last.number(), true));
  }

  /** The current connection, if the broker says that it has a session. */
  SourceConnection resuming() {
    return new SourceConnection(
        number,
        wasDoubtful ? 0 : last.number(),
        since == 0 ? number : since,
        wasDoubtful || sureSince == 0 ? number : sureSince);
  }

  /** Whether the current connection goes on with the session of the one before. */
  boolean isResumed(boolean sessionPresent) {
    return sessionPresent && !wasDoubtful;
  }

  /** The broker has accepted the connection. */
  void accepted(boolean sessionPresent) {
    SourceConnection now = sessionPresent ? resuming() : SourceConnection.first(number);
    since = now.since();
    sureSince = now.sureSince();
    save(new LastConnection(number, false));
  }

  /** The broker was not reached or refused: the attempt changed nothing. */
  void notAccepted() {
    save(new LastConnection(last.number(), wasDoubtful));
  }

  /** The CONNECT was not sent after all. */
  void notSent() {
    last = new LastConnection(last.number(), wasDoubtful);
  }

  private void save(LastConnection next) {
    if (!last.equals(next)) {
      last = next;
      commands.add(new SessionCommand.SaveConnection(next));
    }
  }
}
