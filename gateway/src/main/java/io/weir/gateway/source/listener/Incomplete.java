package io.weir.gateway.source.listener;

import io.netty.util.concurrent.EventExecutor;
import io.weir.gateway.log.Time;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The packet of one connection of which a part has come. A long one needs room among all that are
 * incomplete before more of it is read, and one that comes too slowly ends the connection: so
 * clients that begin packets and do not end them fill no memory. Belongs to the loop of the
 * connection.
 */
final class Incomplete {

  /** Shorter ones need no room of their own; the number of connections bounds them. */
  private static final int SHORT = 4 << 10;

  private static final long CHECK_NS = TimeUnit.SECONDS.toNanos(30);
  private static final long LEAST_BYTES_PER_SECOND = 1024;
  private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

  private final IncompleteRoom.Both rooms;
  private final Time time;
  private final EventExecutor loop;
  private final AnswerQueue queue;
  private final BooleanSupplier reading;
  private final Runnable grew;
  private final Runnable tooSlow;

  private IncompleteRoom room;
  private boolean over;
  private boolean any;
  private int wanted;
  private boolean granted;
  private int have;
  private int haveBefore;
  private long sinceNs;
  private @Nullable Future<?> check;

  /**
   * @param queue woken when there may be room
   * @param reading whether the connection is read from now
   * @param grew told of each part: who sends a long packet is not silent
   * @param tooSlow ends the connection
   */
  Incomplete(
      IncompleteRoom.Both rooms,
      Time time,
      EventExecutor loop,
      AnswerQueue queue,
      BooleanSupplier reading,
      Runnable grew,
      Runnable tooSlow) {
    this.rooms = rooms;
    this.room = rooms.strangers();
    this.time = time;
    this.loop = loop;
    this.queue = queue;
    this.reading = reading;
    this.grew = grew;
    this.tooSlow = tooSlow;
  }

  /**
   * More of a packet has come, but not all.
   *
   * @param length of the whole packet; 0 where that is not known yet
   */
  void grows(int length, int bytes) {
    if (over) {
      return;
    }
    if (!any || bytes > have) {
      grew.run();
    }
    have = bytes;
    if (!any) {
      any = true;
      haveBefore = bytes;
      sinceNs = time.elapsedNs();
    }
    if (check == null) {
      check = loop.schedule(this::check, CHECK_NS, TimeUnit.NANOSECONDS);
    }
    if (length > SHORT && wanted == 0) {
      wanted = length;
      granted = room.reserve(length, queue);
    }
  }

  /** The connection has ended. What it has sent may still be read, but is nobody's. */
  void close() {
    over = true;
    ends();
    room.forget(queue);
  }

  /** The client is accepted: nothing has begun, and what does has room among its like. */
  void accepted() {
    ends();
    room.forget(queue);
    room = rooms.accepted();
  }

  /** The packet is complete, or is none. */
  void ends() {
    any = false;
    if (granted) {
      granted = false;
      room.free(wanted);
    }
    wanted = 0;
  }

  /** Whether the connection is read from now. */
  boolean isRead() {
    return reading.getAsBoolean();
  }

  /** Whether more may be read. */
  boolean hasRoom() {
    if (wanted > 0 && !granted) {
      granted = room.reserve(wanted, queue);
    }
    return wanted == 0 || granted;
  }

  /** Once for many packets: a timer for each would cost more than to read it. */
  private void check() {
    check = null;
    if (!any) {
      return;
    }
    long elapsedNs = time.elapsedNs() - sinceNs;
    if (elapsedNs >= CHECK_NS || !reading.getAsBoolean()) {
      long least = LEAST_BYTES_PER_SECOND * (elapsedNs / SECOND_NS);
      if (reading.getAsBoolean() && have - haveBefore < least) {
        tooSlow.run();
        return;
      }
      haveBefore = have;
      sinceNs = time.elapsedNs();
    }
    check = loop.schedule(this::check, CHECK_NS, TimeUnit.NANOSECONDS);
  }
}
