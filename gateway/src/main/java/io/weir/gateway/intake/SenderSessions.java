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
 * seconds, u32 length, UTF-8 client id, u32 held packet ids, each u16 and u8 (1 where the message
 * went to the quarantine).
 */
final class SenderSessions {

  private static final class Open {
    String client = "";
    long expirySeconds;
    final Map<Integer, Boolean> held = new TreeMap<>();
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
      case HELD -> {
        if (session != null) {
          boolean refused = counts.appended() == 0 && counts.rejected() > 0;
          session.held.put(event.packetId(), refused);
        }
      }
      case RELEASED -> {
        if (session != null) {
          session.held.remove(event.packetId());
        }
      }
    }
  }

  KnownSessions known() {
    List<KnownSessions.Session> all = new ArrayList<>();
    open.forEach(
        (number, each) ->
            all.add(
                new KnownSessions.Session(
                    number, each.client, each.expirySeconds, Map.copyOf(each.held))));
    return new KnownSessions(last, List.copyOf(all));
  }

  /** Whether there was ever one. */
  boolean isUsed() {
    return last != 0;
  }

  int bytes() {
    int bytes = 8 + 4;
    for (Open each : open.values()) {
      bytes += 8 + 8 + 4 + each.client.getBytes(UTF_8).length + 4 + 3 * each.held.size();
    }
    return bytes;
  }

  void write(ByteBuffer out) {
    out.putLong(last).putInt(open.size());
    open.forEach(
        (number, each) -> {
          byte[] client = each.client.getBytes(UTF_8);
          out.putLong(number).putLong(each.expirySeconds).putInt(client.length).put(client);
          out.putInt(each.held.size());
          each.held.forEach((id, refused) -> out.putShort(id.shortValue()).put(flag(refused)));
        });
  }

  private static byte flag(boolean set) {
    return (byte) (set ? 1 : 0);
  }

  void read(ByteBuffer in) {
    last = in.getLong();
    for (int count = in.getInt(); count > 0; count--) {
      long number = in.getLong();
      Open each = new Open();
      each.expirySeconds = in.getLong();
      byte[] client = new byte[in.getInt()];
      in.get(client);
      each.client = new String(client, UTF_8);
      for (int held = in.getInt(); held > 0; held--) {
        each.held.put(Short.toUnsignedInt(in.getShort()), in.get() != 0);
      }
      open.put(number, each);
    }
  }
}
