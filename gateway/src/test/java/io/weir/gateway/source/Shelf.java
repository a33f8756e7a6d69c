package io.weir.gateway.source;

import io.weir.gateway.model.SessionEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An inbox in memory that answers as the test says. It settles on a thread of its own, as {@code
 * log-sync} does, and keeps each delivery it took, in order.
 */
public final class Shelf implements Inbox, AutoCloseable {

  /** The answer to the next deliveries. */
  public enum Mode {
    /** Taken, and durable a moment later. */
    DURABLE,
    /** Taken; settled by {@link #settle()}. */
    HOLD,
    /** Taken, and the sync fails a moment later. */
    FAIL,
    NO_ROOM,
    /** Throws, as a defect would. */
    BROKEN
  }

  private final ExecutorService logSync = Executors.newSingleThreadExecutor();
  private final List<Delivery> taken = new CopyOnWriteArrayList<>();
  private final List<SessionEvent> notes = new CopyOnWriteArrayList<>();
  private final List<Delivery> refused = new CopyOnWriteArrayList<>();
  private final Queue<Delivery.Settled> unsettled = new ArrayDeque<>();
  private Mode mode = Mode.DURABLE;
  private String unread = "";
  private Receipt receipt = new Receipt(1, 1, 0, List.of());
  private int offers;
  private int lingersEnded;

  public synchronized void mode(Mode next) {
    mode = next;
  }

  /** The payload that cannot be read yet; "" for none. */
  public synchronized void notYet(String payload) {
    unread = payload;
  }

  /** What deliveries become from now on. */
  public synchronized void receipt(Receipt next) {
    receipt = next;
  }

  @Override
  public synchronized Answer offer(Delivery delivery) {
    offers++;
    if (!unread.isEmpty() && text(delivery).equals(unread)) {
      return Answer.NOT_YET;
    }
    if (mode == Mode.NO_ROOM) {
      return Answer.NO_ROOM;
    }
    if (mode == Mode.BROKEN) {
      throw new IllegalStateException("broken inside");
    }
    taken.add(delivery);
    settle(delivery.settled());
    return Answer.TAKEN;
  }

  @Override
  public synchronized Answer note(String source, SessionEvent event, Delivery.Settled settled) {
    if (mode == Mode.NO_ROOM) {
      return Answer.NO_ROOM;
    }
    notes.add(event);
    settle(settled);
    return Answer.TAKEN;
  }

  private void settle(Delivery.Settled settled) {
    switch (mode) {
      case HOLD -> unsettled.add(settled);
      case FAIL -> logSync.execute(() -> settled.failed(new IOException("disk gone")));
      default -> durable(settled);
    }
  }

  private void durable(Delivery.Settled settled) {
    Receipt now = receipt;
    logSync.execute(() -> settled.durable(now));
  }

  /** All that was held is durable. */
  public synchronized void settle() {
    unsettled.forEach(this::durable);
    unsettled.clear();
  }

  /** The sync of all that was held fails. */
  public synchronized void failAll() {
    for (Delivery.Settled each : unsettled) {
      logSync.execute(() -> each.failed(new IOException("disk gone")));
    }
    unsettled.clear();
  }

  /** The last of what was held is durable, the rest still not. */
  public synchronized void settleLast() {
    Delivery.Settled last = List.copyOf(unsettled).get(unsettled.size() - 1);
    unsettled.remove(last);
    durable(last);
  }

  /** Returns once its sources have been told of all that is settled. */
  public void awaitSettled() throws Exception {
    logSync.submit(() -> {}).get();
  }

  @Override
  public synchronized void endLinger() {
    lingersEnded++;
  }

  /** How often a source said that it waits for what it offered. */
  public synchronized int lingersEnded() {
    return lingersEnded;
  }

  @Override
  public void refused(Delivery delivery) {
    refused.add(delivery);
  }

  public synchronized int offers() {
    return offers;
  }

  /** The changes of sessions that it took. */
  public List<SessionEvent> notes() {
    return notes;
  }

  public List<Delivery> taken() {
    return taken;
  }

  public List<Delivery> refused() {
    return refused;
  }

  /** The payloads taken, as text. */
  public List<String> texts() {
    return taken.stream().map(Shelf::text).toList();
  }

  public static String text(Delivery delivery) {
    return new String(delivery.payload(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    logSync.shutdown();
  }
}
