package io.weir.gateway.source.listener;

import io.weir.gateway.model.SessionEvent;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has of its session: it finds out who asks, claims the session, is granted it,
 * and lets it go in the end. The connection's will goes with it. Belongs to the loop of the
 * connection.
 */
final class SessionLease implements Identification.Result {

  /** Receives what becomes of it. */
  interface Result {

    /** The client may be told that its session is open: nothing of one before can be mistaken. */
    void opened(ClientSession session, Sender sender, boolean resumed);

    void refused(Refused refused);
  }

  private final Shared shared;
  private final ClientConnection by;
  private final AnswerQueue queue;
  private final Result result;
  private ConnectRequest asked;
  private String owner = "";
  private boolean isOver;

  /** Bytes of its CONNECT that are kept until it is known who it is. */
  private long brought;

  private @Nullable Sender sender;
  private @Nullable Will will;
  private @Nullable ClientSession session;

  /**
   * @param queue of the connection, for what must be durable before the session is open
   */
  SessionLease(
      Shared shared, ClientConnection by, AnswerQueue queue, ConnectRequest asked, Result result) {
    this.shared = shared;
    this.by = by;
    this.queue = queue;
    this.asked = asked;
    this.result = result;
  }

  ConnectRequest request() {
    return asked;
  }

  ClientSession session() {
    return Objects.requireNonNull(session);
  }

  Sender sender() {
    return Objects.requireNonNull(sender);
  }

  // ---- Claimed

  /** A login waits for its turn and its word: meanwhile all strangers together have a bound. */
  void arrive() throws Refused {
    long bytes = asked.bytes();
    if (!shared.strangers().hasRoom(bytes)) {
      throw new Refused(Codes.BUSY, "too much waits for a login");
    }
    brought = bytes;
    shared.strangers().add(bytes);
  }

  private void isNoStranger() {
    asked = asked.identified();
    shared.strangers().add(-brought);
    brought = 0;
  }

  @Override
  public void identified(DeviceLogin login, String name) {
    if (isOver) {
      return;
    }
    try {
      claim(Sender.of(login, name, asked.client()));
    } catch (Refused refused) {
      result.refused(refused);
    }
  }

  @Override
  public void refused(Refused refused) {
    isNoStranger();
    if (!isOver) {
      result.refused(refused);
    }
  }

  private void claim(Sender known) throws Refused {
    sender = known;
    Will wanted = asked.will();
    if (wanted != null && !known.mayPublish(wanted.topic())) {
      throw new Refused(Codes.NOT_AUTHORISED, "may not publish to the topic of its will");
    }
    if (wanted != null && !shared.wills().keeps(wanted)) {
      throw new Refused(Codes.QUOTA, "too many wills are kept");
    }
    will = wanted;
    isNoStranger();
    owner = known.ownerOf(asked.client());
    SessionTable.Claim claim =
        new SessionTable.Claim(owner, asked.fresh(), asked.expirySeconds(), by);
    if (!shared.sessions().claim(claim)) {
      throw new Refused(Codes.QUOTA, "too many sessions are kept");
    }
  }

  // ---- Granted

  /** The session is this connection's now. */
  void granted(SessionTable.Grant grant) {
    ClientSession given = grant.session();
    if (isOver) { // the connection ended while it waited
      shared.sessions().release(given);
      return;
    }
    session = given;
    Runnable open = () -> result.opened(given, sender(), grant.resumed());
    boolean unknown = given.isDurable() && !given.isReported();
    endBefore(grant, grant.mustEnd() && !unknown ? open : () -> {});
    given.cancelWill();
    given.expiresAfter(asked.expirySeconds());
    if (given.isDurable() && (unknown || grant.resumed() && asked.isKept())) {
      note(
          SessionEvent.opened(given.number, given.client, asked.expirySeconds()),
          () -> {
            given.reported();
            if (unknown) {
              open.run();
            }
          });
    }
    if (!unknown && !grant.mustEnd()) {
      open.run();
    }
  }

  private void endBefore(SessionTable.Grant grant, Runnable atLast) {
    List<EndedSession> ended = grant.ended();
    for (int i = 0; i < ended.size(); i++) {
      EndedSession each = ended.get(i);
      boolean isLast = i == ended.size() - 1;
      note(
          each.event(),
          () -> {
            shared.sessions().forget(each);
            if (isLast) {
              atLast.run();
            }
          });
    }
  }

  private void note(SessionEvent event, Runnable answer) {
    queue.add(new SessionNote(shared.config().name(), event, answer));
  }

  /** The client says with its DISCONNECT how long the session is to be kept. */
  void expiresAfter(long seconds) throws Refused {
    ClientSession own = session();
    if (seconds > 0 && own.expirySeconds() == 0 && !asked.expirySet()) {
      throw new Refused(Codes.PROTOCOL_ERROR, "a session that ends now cannot be kept");
    }
    long kept = Math.min(seconds, shared.config().sessionExpiry().toSeconds());
    own.expiresAfter(kept);
    if (kept > 0) {
      shared.sessions().report(SessionEvent.opened(own.number, own.client, kept));
    }
  }

  // ---- Let go

  /** The will is not sent. */
  void forgetWill() {
    Will left = takeWill();
    if (left != null) {
      shared.wills().forget(left);
    }
  }

  private @Nullable Will takeWill() {
    Will left = will;
    will = null;
    return left;
  }

  /** The connection has ended: the session goes on without it, or the claim is withdrawn. */
  void letGo() {
    isOver = true;
    isNoStranger();
    ClientSession own = session;
    if (own == null) {
      forgetWill();
      shared.sessions().withdraw(owner, by);
      return;
    }
    for (Pending each : queue.clear()) {
      leaveBehind(own, each);
    }
    sendWill(own);
    shared.sessions().release(own);
  }

  /** What the client will send again is dropped; what the inbox has is recognised then. */
  private void leaveBehind(ClientSession own, Pending each) {
    boolean taken = each.state() == Pending.State.OFFERED || each.state() == Pending.State.DURABLE;
    if (taken && each instanceof SessionNote) {
      own.inLog();
    }
    if (!(each instanceof Exchange exchange)) {
      return;
    }
    if (taken) {
      exchange.leftBehind();
    }
    if (exchange.qos == 0 && !taken) {
      shared.inbox().refused(exchange.delivery());
    } else if (exchange.qos == 1 && taken && own.isDurable()) {
      int most = Math.max(ClientConnection.MOST_PENDING, shared.config().receiveMaximum());
      own.leaveUnanswered(exchange, most);
    } else if (exchange.qos == 2 && !taken) {
      own.release(exchange);
    }
  }

  private void sendWill(ClientSession own) {
    Will left = takeWill();
    if (left == null) {
      return;
    }
    long delay = Math.min(left.delaySeconds(), own.expirySeconds());
    if (delay == 0) {
      shared.wills().send(left);
    } else {
      own.waitsFor(shared.wills().after(left, delay));
    }
  }
}
