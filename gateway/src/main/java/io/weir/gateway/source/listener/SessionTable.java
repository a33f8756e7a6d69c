package io.weir.gateway.source.listener;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.KnownSessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All sessions by client id, and which connection has each. A connection that connects with the id
 * of another takes its session over, once that one has let go. Safe for several threads: every
 * method holds the monitor for a few steps in memory.
 *
 * <p>A session that ends is reported to the log by the connection that takes its place, or with
 * {@link #tick}, again and again until that is durable.
 */
final class SessionTable {

  private final String source;
  private final Inbox inbox;
  private final Time time;
  private final int most;
  private final SessionRoom room;
  private final Map<String, ClientSession> sessions = new HashMap<>();
  private final IdleSessions idle = new IdleSessions();
  private final Map<String, List<EndedSession>> ending = new HashMap<>();

  /** The last of each session, by its number, so that a full log does not let them gather. */
  private final Map<Long, SessionEvent> unreported = new LinkedHashMap<>();

  private final Takeovers takeovers = new Takeovers();

  private long last;

  /**
   * @param most sessions kept at once; 0 for no bound
   * @param longest time that one outlives its connection: it may be less now than at the last start
   * @param room for what they keep together
   */
  SessionTable(
      String source,
      Inbox inbox,
      Time time,
      int most,
      Duration longest,
      SessionRoom room,
      KnownSessions known) {
    this.room = room;
    this.source = source;
    this.inbox = inbox;
    this.time = time;
    this.most = most;
    this.last = known.last();
    for (KnownSessions.Session each : known.open()) {
      long expiry = Math.min(each.expirySeconds(), longest.toSeconds());
      ClientSession session = new ClientSession(each.client(), each.number(), expiry, room);
      session.reported();
      each.held().forEach((id, content) -> session.hold(Exchange.known(source, id, content)));
      each.refused()
          .forEach((id, content) -> session.refuses(Exchange.refused(source, id, content)));
      ClientSession older = put(session);
      if (older != null) { // its end was not reported before the gateway was killed
        idle.remove(older);
        hasEnded(older);
      }
      leave(session);
    }
  }

  /**
   * What a connection asks for.
   *
   * @param client its client id, with the user's name before it; see {@link Sender#ownerOf}
   * @param fresh whether nothing of a session before is wanted
   * @param expirySeconds how long the session outlives the connection
   */
  record Claim(String client, boolean fresh, long expirySeconds, ClientConnection by) {}

  /**
   * What it gets.
   *
   * @param resumed whether it is the session that was there before
   * @param ended the sessions that ended for it or before, and whose end is not durable
   */
  record Grant(ClientSession session, boolean resumed, List<EndedSession> ended) {

    /** Whether messages of an ended session could be taken for repeated ones. */
    boolean mustEnd() {
      return ended.stream().anyMatch(each -> each.holds);
    }
  }

  private @Nullable ClientSession put(ClientSession session) {
    idle.counts(session);
    ClientSession before = sessions.put(session.client, session);
    if (before != null) {
      idle.countsNoMore(before);
    }
    return before;
  }

  Takeovers takeovers() {
    return takeovers;
  }

  /**
   * Asks for the session of a client. It is given by {@link ClientConnection#granted}, now or once
   * the connection that has it has let go.
   *
   * @return false where there are too many
   */
  synchronized boolean claim(Claim claim) {
    ClientSession session = sessions.get(claim.client());
    if (session == null && most > 0 && sessions.size() >= most && !forgetOneFor(claim)) {
      return false;
    }
    if (session == null || session.owner == null) {
      grant(claim, session);
      return true;
    }
    if (session.next != null) {
      session.next.by().takenOver();
    }
    session.next = claim;
    session.owner.takenOver();
    return true;
  }

  private void grant(Claim claim, @Nullable ClientSession before) {
    if (before != null) {
      idle.remove(before);
    }
    if (before != null && !claim.fresh()) {
      unreported.remove(before.number); // what it asks for now holds
      before.owner = claim.by();
      // one that no connection was ever told of cannot be resumed
      claim.by().granted(new Grant(before, before.isReported(), List.of()));
      return;
    }
    long number = claim.expirySeconds() == 0 ? 0 : ++last;
    ClientSession session = new ClientSession(claim.client(), number, claim.expirySeconds(), room);
    session.owner = claim.by();
    put(session);
    if (before != null) {
      before.endWill();
      hasEnded(before);
    }
    List<EndedSession> ended = List.copyOf(ending.getOrDefault(claim.client(), List.of()));
    claim.by().granted(new Grant(session, false, ended));
  }

  /** A disconnected session makes room. */
  private boolean forgetOneFor(Claim claim) {
    ClientSession leaving = idle.leaving(Sender.of(claim.client()));
    if (leaving != null) {
      end(leaving);
    }
    return leaving != null;
  }

  /** A connection lets go of its session, which ends or waits for the next connection. */
  synchronized void release(ClientSession session) {
    session.owner = null;
    Claim next = session.next;
    session.next = null;
    boolean goesOn = session.expirySeconds() > 0;
    if (goesOn) {
      leave(session);
    } else {
      end(session);
    }
    if (next != null) {
      grant(next, goesOn ? session : null);
    }
  }

  /** A connection that waited for a session has ended. */
  synchronized void withdraw(String client, ClientConnection by) {
    ClientSession session = sessions.get(client);
    if (session != null && session.next != null && session.next.by() == by) {
      session.next = null;
    }
  }

  private void leave(ClientSession session) {
    long expiry = session.expirySeconds();
    long ns =
        expiry == ClientSession.FOREVER ? Long.MAX_VALUE / 4 : TimeUnit.SECONDS.toNanos(expiry);
    session.expiresAtNs = time.elapsedNs() + ns;
    idle.add(session);
  }

  private void end(ClientSession session) {
    idle.remove(session);
    if (sessions.remove(session.client, session)) {
      idle.countsNoMore(session);
    }
    session.endWill();
    hasEnded(session);
  }

  private void hasEnded(ClientSession session) {
    if (session.isInLog()) {
      ending
          .computeIfAbsent(session.client, absent -> new ArrayList<>(1))
          .add(new EndedSession(session));
    }
    session.releaseAll();
  }

  /** The end of a session is durable. */
  synchronized void forget(EndedSession ended) {
    ending.computeIfPresent(
        ended.client,
        (client, all) -> {
          all.remove(ended);
          return all.isEmpty() ? null : all;
        });
  }

  /**
   * The listener stops: wills whose delay runs are sent now, for after a start nobody would know of
   * them. Those of connections that are still there are not: their clients may be back in time.
   */
  synchronized void endWills() {
    for (ClientSession each : sessions.values()) {
      if (each.owner == null) {
        each.endWill();
      }
    }
  }

  /** Wills that wait for their delay. */
  synchronized long waitingWills() {
    return sessions.values().stream().filter(ClientSession::hasWill).count();
  }

  /** Ends what has expired, and reports what has ended. */
  synchronized void tick() {
    long now = time.elapsedNs();
    List<ClientSession> expired = new ArrayList<>();
    for (ClientSession each : sessions.values()) {
      if (each.owner == null && each.expiresAtNs - now <= 0) {
        expired.add(each);
      }
    }
    expired.forEach(this::end);
    reportEnds();
    for (SessionEvent event : List.copyOf(unreported.values())) {
      ClientSession current = sessions.get(event.client());
      boolean isOver = current == null || current.number != event.session();
      if (current != null && !isOver && current.owner != null) {
        continue; // its connection has not let go yet
      }
      if (!isOver
          && inbox.note(source, event, new Report(() -> {}, () -> reportAgain(event)))
              == Inbox.Answer.NO_ROOM) {
        return;
      }
      unreported.remove(event.session());
    }
  }

  private void reportEnds() {
    for (List<EndedSession> all : ending.values()) {
      for (EndedSession each : all) {
        if (each.offered) {
          continue;
        }
        Report report = new Report(() -> forget(each), () -> again(each));
        if (inbox.note(source, each.event(), report) == Inbox.Answer.NO_ROOM) {
          return;
        }
        each.offered = true;
      }
    }
  }

  /** Reports with the next {@link #tick} that a session is kept for another time. */
  synchronized void report(SessionEvent event) {
    unreported.put(event.session(), event);
  }

  private synchronized void reportAgain(SessionEvent event) {
    ClientSession current = sessions.get(event.client());
    boolean holds =
        current != null
            && current.number == event.session()
            && current.owner == null
            && current.expirySeconds() == event.expirySeconds();
    if (holds) { // else a later connection has said something else
      unreported.putIfAbsent(event.session(), event);
    }
  }

  private synchronized void again(EndedSession ended) {
    ended.offered = false;
  }

  /** The connections that are subscribed to a topic; a copy. */
  synchronized Collection<ClientConnection> subscribers(String topic) {
    List<ClientConnection> found = new ArrayList<>();
    for (ClientSession each : sessions.values()) {
      ClientConnection owner = each.owner;
      if (owner != null && Topics.anyMatches(each.filters(), topic)) {
        found.add(owner);
      }
    }
    return found;
  }

  synchronized int size() {
    return sessions.size();
  }

  private record Report(Runnable whenDurable, Runnable otherwise) implements Delivery.Settled {

    @Override
    public void durable(Inbox.Receipt receipt) {
      whenDurable.run();
    }

    @Override
    public void failed(Throwable cause) {
      otherwise.run();
    }
  }

  /** A test may look at a session without a connection. */
  synchronized @Nullable ClientSession of(String client) {
    return sessions.get(client);
  }
}
