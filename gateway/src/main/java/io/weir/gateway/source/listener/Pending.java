package io.weir.gateway.source.listener;

import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import org.jspecify.annotations.Nullable;

/**
 * Something that a client sent, which is answered once it is on stable storage.
 *
 * <p>It is WAITING, is OFFERED to the inbox, becomes DURABLE, and is then answered in its turn. If
 * its sync failed it is FAILED, until it may wait again. Belongs to the event loop of its
 * connection; {@code log-sync} alone takes it out of OFFERED.
 */
abstract class Pending implements Delivery.Settled {

  enum State {
    WAITING,
    OFFERED,
    DURABLE,
    FAILED
  }

  private volatile State state = State.WAITING;

  /** Whom to wake. Another connection of the same session may take it over. */
  private volatile @Nullable AnswerQueue queue;

  /** Written before the state becomes DURABLE, read after. */
  private Inbox.@Nullable Receipt receipt;

  /** Gives it to the inbox. */
  abstract Inbox.Answer offer(Inbox inbox);

  /** Answers the client; called once for each connection that has it when it is durable. */
  abstract void answer();

  /** Called by {@code log-sync} once it is durable, before anybody is woken. */
  void isDurable() {}

  /** Bytes that it holds while it is under way. */
  abstract int bytes();

  final State state() {
    return state;
  }

  final void belongsTo(AnswerQueue next) {
    queue = next;
  }

  final boolean isOf(AnswerQueue other) {
    return queue == other;
  }

  final void offered() {
    state = State.OFFERED;
  }

  final void waits() {
    state = State.WAITING;
  }

  /** Known to be durable without the inbox, because its record was found at the start. */
  final void knownDurable() {
    state = State.DURABLE;
  }

  /** What became of it; {@code null} where that was before the start. */
  final Inbox.@Nullable Receipt receipt() {
    return receipt;
  }

  // ---- log-sync

  @Override
  public final void durable(Inbox.Receipt given) {
    receipt = given;
    state = State.DURABLE;
    isDurable();
    AnswerQueue now = queue; // read after the state was written: who takes it over looks at both
    if (now != null) {
      now.wake();
    }
  }

  @Override
  public final void failed(Throwable cause) {
    state = State.FAILED;
    AnswerQueue now = queue;
    if (now != null) {
      now.failed();
    }
  }
}
