package io.weir.gateway.source.listener;

import io.weir.gateway.source.Inbox;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one connection has sent and is not answered yet, in order of arrival. Belongs to the event
 * loop of the connection; {@link #wake} alone is for any thread.
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>Answers leave in order of arrival (MQTT 5, 4.6).
 *   <li>Where the inbox has no room, what comes later waits too.
 *   <li>After a failed sync nothing is offered until all that the inbox has taken are settled:
 *       those that fail with it must not be overtaken by what came after them.
 * </ul>
 */
final class AnswerQueue {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerQueue.class);

  private final Inbox inbox;
  private final Executor loop;
  private final Runnable work;
  private final SharedWindow window;
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Runnable turn = this::turn;
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private long bytes;

  /** Some are WAITING, or FAILED: what comes now waits too. */
  private boolean blocked;

  /** Set by {@code log-sync}. */
  private volatile boolean failed;

  /**
   * @param loop of the connection
   * @param work what is done there after a {@link #wake}
   */
  AnswerQueue(Inbox inbox, Executor loop, SharedWindow window, Runnable work) {
    this.inbox = inbox;
    this.loop = loop;
    this.window = window;
    this.work = work;
  }

  /** Lets the loop look at what is durable. Any thread; does not wait. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      try {
        loop.execute(turn);
      } catch (RejectedExecutionException e) {
        woken.set(false); // the listener has closed: nobody is there to be answered
      }
    }
  }

  /** A sync has failed. Any thread. */
  void failed() {
    failed = true;
    wake();
  }

  private void turn() {
    woken.set(false);
    work.run();
  }

  /** Takes something that has just arrived. */
  void add(Pending arrived) {
    arrived.belongsTo(this);
    pending.addLast(arrived);
    hold(arrived.bytes());
    blocked = blocked || failed || !offer(arrived);
  }

  /** Takes over what another connection of the session had offered. */
  void adopt(Pending underWay) {
    underWay.belongsTo(this);
    pending.addLast(underWay);
    hold(underWay.bytes());
    if (underWay.state() == Pending.State.FAILED) { // just before, and nobody was told
      failed();
    }
    wake(); // it may have become durable just before
  }

  private boolean offer(Pending next) {
    next.offered();
    try {
      if (next.offer(inbox) == Inbox.Answer.TAKEN) {
        return true;
      }
    } catch (RuntimeException | Error e) { // a defect here, not of the sender: it is kept
      LOG.error("Internal error; the message is offered again", e);
    }
    next.waits();
    return false;
  }

  /** Answers what is due, and offers again what waits. */
  void proceed() {
    answer();
    blocked |= failed;
    if (blocked && !isFailing()) {
      failed = false;
      blocked = !offerAgain();
      answer();
    }
  }

  private void answer() {
    for (Pending first = pending.peekFirst();
        first != null && first.state() == Pending.State.DURABLE;
        first = pending.peekFirst()) {
      pending.removeFirst();
      release(first.bytes());
      first.answer();
    }
  }

  /** Whether some have failed, and not all that the inbox has taken are settled. */
  private boolean isFailing() {
    boolean anyFailed = false;
    boolean anyOffered = false;
    for (Pending each : pending) {
      anyFailed |= each.state() == Pending.State.FAILED;
      anyOffered |= each.state() == Pending.State.OFFERED;
    }
    return anyFailed && anyOffered;
  }

  /** Offers in order what waits or failed; false where the inbox has no room, or fails again. */
  private boolean offerAgain() {
    for (Pending each : List.copyOf(pending)) {
      Pending.State state = each.state();
      boolean due = state == Pending.State.WAITING || state == Pending.State.FAILED;
      if (due && (failed || !offer(each))) {
        return false;
      }
    }
    return true;
  }

  /** The connection has ended: gives up all, in order. */
  List<Pending> clear() {
    List<Pending> all = new ArrayList<>(pending);
    pending.clear();
    release(bytes);
    return all;
  }

  private void hold(long more) {
    bytes += more;
    window.hold(more);
  }

  private void release(long less) {
    bytes -= less;
    window.release(less);
  }

  /** Whether something waits for room in the log. */
  boolean isBlocked() {
    return blocked;
  }

  /** Whether something is on its way to be answered here. */
  boolean has(Pending each) {
    return each.isOf(this) && pending.contains(each);
  }

  int size() {
    return pending.size();
  }
}
