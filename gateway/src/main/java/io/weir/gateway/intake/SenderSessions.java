package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.source.KnownSessions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sessions of one source's senders, as the synced records say. Not safe for several threads.
 *
 * <p>Bytes, little-endian: i64 highest number, u32 sessions; each i64 number, i64 expiry in
 * seconds, u32 length, UTF-8 client id, u32 held packet ids, each u16 and i64 hash of the content;
 * u32 packet ids of messages that went to the quarantine, the same. Held packet ids had no hash
 * before.
 */
final class SenderSessions {

  private static final class Open {
    String client = "";
    long expirySeconds;
    final Map<Integer, Long> held = new TreeMap<>();
    final Map<Integer, Long> refused = new TreeMap<>();
  }

  private final Map<Long, Open> open = new TreeMap<>();
  private long last;

  /** Applies the event of a record. An event of a session that has ended changes nothing. */
  void add(SessionEvent event, MessageCodec.Counts counts) {
    last = Math.max(last, event.session());
    Open session = open.get(event.session());
    switch (event.kind()) {
      case OPENED -> {
        Open known = open.computeIfAbsent(event.session(), absent -> new Open());
        known.client = event.client();
        known.expirySeconds = event.expirySeconds();
      }
      case ENDED -> open.remove(event.session());
      case READ, PASSED, PASSED_AHEAD ->
          throw new IllegalArgumentException("a stream has no session");
      case HELD -> {
        if (session != null) {
          boolean isRefused = counts.appended() == 0 && counts.rejected() > 0;
          hold(session, event, isRefused && event.tellsOfRefusal());
        }
      }
      case RELEASED -> {
        if (session != null) {
          session.held.remove(event.packetId());
          session.refused.remove(event.packetId());
        }
      }
    }
  }

  private static void hold(Open session, SessionEvent event, boolean refused) {
    if (refused) {
      session.held.remove(event.packetId());
      session.refused.put(event.packetId(), event.content());
    } else {
      session.refused.remove(event.packetId());
      session.held.put(event.packetId(), event.content());
    }
  }

  KnownSessions known() {
    List<KnownSessions.Session> all = new ArrayList<>();
    open.forEach(
        (number, each) ->
            all.add(
                new KnownSessions.Session(
                    number,
                    each.client,
                    each.expirySeconds,
                    Map.copyOf(each.held),
                    Map.copyOf(each.refused))));
    return new KnownSessions(last, List.copyOf(all));
  }

  /** Whether there was ever one. */
  boolean isUsed() {
    return last != 0;
  }

  /** Whether a message may not be taken again. */
  boolean holdsAny() {
    return open.values().stream().anyMatch(each -> !each.held.isEmpty());
  }

  /**
   * @param hashed whether held packet ids are written with their hashes
   */
  int bytes(boolean hashed) {
    int bytes = 8 + 4;
    for (Open each : open.values()) {
      bytes += 8 + 8 + 4 + each.client.getBytes(UTF_8).length;
      bytes += 4 + (hashed ? 10 : 2) * each.held.size() + 4 + 10 * each.refused.size();
    }
    return bytes;
  }

  void write(ByteBuffer out, boolean hashed) {
    out.putLong(last).putInt(open.size());
    open.forEach(
        (number, each) -> {
          byte[] client = each.client.getBytes(UTF_8);
          out.putLong(number).putLong(each.expirySeconds).putInt(client.length).put(client);
          out.putInt(each.held.size());
          each.held.forEach(
              (id, content) -> {
                out.putShort(id.shortValue());
                if (hashed) {
                  out.putLong(content);
                }
              });
          out.putInt(each.refused.size());
          each.refused.forEach((id, content) -> out.putShort(id.shortValue()).putLong(content));
        });
  }

  void read(ByteBuffer in, boolean hashed) {
    last = in.getLong();
    for (int count = in.getInt(); count > 0; count--) {
      long number = in.getLong();
      Open each = new Open();
      each.expirySeconds = in.getLong();
      byte[] client = new byte[in.getInt()];
      in.get(client);
      each.client = new String(client, UTF_8);
      for (int held = in.getInt(); held > 0; held--) {
        int id = Short.toUnsignedInt(in.getShort());
        each.held.put(id, hashed ? in.getLong() : KnownSessions.Session.UNKNOWN);
      }
      for (int refused = in.getInt(); refused > 0; refused--) {
        each.refused.put(Short.toUnsignedInt(in.getShort()), in.getLong());
      }
      open.put(number, each);
    }
  }
}
