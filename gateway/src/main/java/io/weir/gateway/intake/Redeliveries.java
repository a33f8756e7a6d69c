package io.weir.gateway.intake;

import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.SourceConnection;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Marks of a source's last deliveries, to recognize those that the broker sends again. A mark is
 * made of packet id, topic, payload and the number of the connection. A wrong match would lose a
 * message and a missing one only stores it twice, so in doubt there is no match:
 *
 * <ul>
 *   <li>A delivery matches marks of its own connection and of the one before it, if that one had
 *       the same session for sure. So a broker that lost its sessions, or came back with older
 *       ones, finds no marks of what it has forgotten.
 *   <li>Each packet id has one mark: its next use ends the mark before.
 *   <li>Some brokers give a packet id again as soon as it is free. There a message that the gateway
 *       never saw can look like the one before it under the same id. So until a session has used as
 *       many ids as marks are kept and none of them twice, only those match whose sync has not
 *       ended, because nothing was acknowledged yet. These are more ids than a window has.
 * </ul>
 *
 * <p>A mark is under way from just before the append until the end of the sync. After the sync it
 * is kept among the last twice Receive Maximum: those that the broker may have in flight, and those
 * that they replaced. Used by the source's thread and by {@code log-sync}; guarded by itself.
 */
final class Redeliveries {

  private static final int PACKET_IDS = 1 << 16;
  private static final int ID_SHIFT = 48;

  /** Of the ids of a broker that counts up, those that are kept never come round. */
  private static final int MOST_KEPT = PACKET_IDS / 2;

  /** A ring, in order of arrival; 0 is an empty place. */
  private final long[] kept;

  private int next;

  /** For each packet id the place of its mark, counted from 1; made with the first mark. */
  private int[] places = {};

  /** Ids since the session began or one was used again while its mark was kept. */
  private int sinceReuse;

  /** The number of the last connection that brought a message. */
  private long connection;

  private final Map<Integer, Long> underWay = new HashMap<>();

  Redeliveries(int receiveMaximum) {
    kept = new long[Math.min(2 * receiveMaximum, MOST_KEPT)];
  }

  synchronized void begin(Message message) {
    if (message.packetId() != 0) {
      arrived(message.packetId(), message.duplicate(), message.connection(), message.resumed());
      underWay.put(message.packetId(), mark(message));
    }
  }

  synchronized void end(Message message) {
    underWay.remove(message.packetId(), mark(message));
  }

  /** What the arrival of a message says of those before it. */
  private void arrived(int packetId, boolean duplicate, long by, boolean resumed) {
    if (by != connection && !resumed) {
      Arrays.fill(kept, 0);
      Arrays.fill(places, 0);
      sinceReuse = 0;
    }
    connection = by;
    if (!duplicate && endKept(packetId)) {
      sinceReuse = 0;
    }
  }

  /** Whether the gateway has taken this delivery before, for sure. */
  synchronized boolean isRepeated(Delivery delivery, long payloadHash) {
    SourceConnection by = delivery.connection();
    return isKnown(delivery, payloadHash, by.number())
        || by.resumed() != 0 && isKnown(delivery, payloadHash, by.resumed());
  }

  private boolean isKnown(Delivery delivery, long payloadHash, long by) {
    int id = delivery.packetId();
    long mark = mark(id, delivery.topic(), payloadHash, by);
    Long now = underWay.get(id);
    return now != null && now == mark
        || sinceReuse >= kept.length && id < places.length && at(id) == mark;
  }

  private long at(int packetId) {
    int place = places[packetId];
    return place == 0 ? 0 : kept[place - 1];
  }

  /** Keeps the mark of a message that is on the disk. */
  synchronized void keep(MessageCodec.Counts message) {
    int id = message.packetId();
    arrived(id, message.duplicate(), message.connection(), message.resumed());
    boolean repeated = keep(mark(id, message.topic(), message.payloadHash(), message.connection()));
    sinceReuse = Math.min(repeated ? sinceReuse : sinceReuse + 1, kept.length);
  }

  /** Returns whether the mark replaced one of the same packet id. */
  private boolean keep(long mark) {
    int id = (int) (mark >>> ID_SHIFT);
    boolean replaced = endKept(id);
    long oldest = kept[next];
    if (oldest != 0) {
      places[(int) (oldest >>> ID_SHIFT)] = 0;
    }
    kept[next] = mark;
    next = (next + 1) % kept.length;
    places[id] = next == 0 ? kept.length : next;
    return replaced;
  }

  /** Ends the mark of a packet id; returns whether there was one. */
  private boolean endKept(int packetId) {
    if (places.length == 0) {
      places = new int[PACKET_IDS];
    }
    int place = places[packetId];
    if (place == 0) {
      return false;
    }
    kept[place - 1] = 0;
    places[packetId] = 0;
    return true;
  }

  /** What is kept, oldest first. */
  synchronized long[] marks() {
    long[] inOrder = new long[kept.length];
    int count = 0;
    for (int i = 0; i < kept.length; i++) {
      long mark = kept[(next + i) % kept.length];
      if (mark != 0) {
        inOrder[count++] = mark;
      }
    }
    return Arrays.copyOf(inOrder, count);
  }

  synchronized long connection() {
    return connection;
  }

  /** Packet ids since the session began or one was used again; at most as many as marks. */
  synchronized int sinceReuse() {
    return sinceReuse;
  }

  /** Takes over what {@link #marks}, {@link #connection} and {@link #sinceReuse} gave. */
  synchronized void restore(long[] marks, long lastConnection, int idsSinceReuse) {
    for (long mark : marks) {
      keep(mark);
    }
    connection = lastConnection;
    sinceReuse = Math.min(idsSinceReuse, kept.length);
  }

  private static long mark(Message message) {
    return mark(message.packetId(), message.topic(), message.payloadHash(), message.connection());
  }

  /** The packet id in the upper 16 bits, a hash of the rest below; never 0, because no id is. */
  private static long mark(int packetId, String topic, long payloadHash, long by) {
    long hash = payloadHash + topic.hashCode() * 0x9E3779B97F4A7C15L;
    hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L + by;
    hash = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
    return (long) packetId << ID_SHIFT | hash >>> Long.SIZE - ID_SHIFT;
  }
}
