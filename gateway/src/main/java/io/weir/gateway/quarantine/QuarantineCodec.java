package io.weir.gateway.quarantine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.model.Reason;
import io.weir.gateway.quarantine.Quarantined.Fault;
import io.weir.gateway.quarantine.Quarantined.Origin;
import io.weir.gateway.quarantine.Quarantined.Side;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The records of the quarantine's log. Little-endian; {@code str} is an i32 length and UTF-8.
 *
 * <pre>
 * u8    format, 1
 * u8    kind: 0 an entry, 1 a mark that an entry was replayed
 * i64   id of the entry
 *
 * of a mark:
 * i64   when, nanoseconds
 *
 * of an entry:
 * u8    side (0 source, 1 sink)   str name   str log   i64 offset   i32 index
 * str   topic                     i64 receive time ns
 * u8    faults; each:             str reason label   str detail   i32 readings
 * i32   length of the evidence as it was
 * ...   the evidence, to the end
 * </pre>
 */
final class QuarantineCodec {

  /** Most bytes of an entry besides its evidence: a topic of 64 KiB and one fault per reason. */
  static final int MOST_BESIDE_EVIDENCE = 128 * 1024;

  private static final byte FORMAT = 1;
  private static final byte ENTRY = 0;
  private static final byte REPLAYED = 1;
  private static final byte SOURCE = 0;
  private static final byte SINK = 1;
  private static final int HEAD_BYTES = 10;
  private static final int FIXED_BYTES = 56;
  private static final int DETAIL_CHARACTERS = 1000;
  private static final int MOST_FAULTS = Reason.values().length;

  /** A record of the log. */
  sealed interface Decoded {}

  record Entry(Quarantined quarantined) implements Decoded {}

  record Replayed(long id, long timeNs) implements Decoded {}

  private QuarantineCodec() {}

  static ByteBuffer encode(Quarantined entry) {
    ByteBuffer out = buffer(roomFor(entry));
    Origin origin = entry.origin();
    out.put(FORMAT)
        .put(ENTRY)
        .putLong(entry.id())
        .put(origin.side() == Side.SOURCE ? SOURCE : SINK);
    put(out, origin.name());
    put(out, origin.log());
    out.putLong(origin.offset()).putInt(origin.index());
    put(out, entry.topic());
    out.putLong(entry.receiveTimeNs()).put((byte) entry.faults().size());
    for (Fault fault : entry.faults()) {
      put(out, fault.reason().label());
      put(out, shortened(fault.detail()));
      out.putInt(fault.readings());
    }
    return out.putInt(entry.rawLength()).put(entry.raw()).flip();
  }

  /** Enough for all of it: a character of UTF-16 takes three bytes of UTF-8 at most. */
  private static int roomFor(Quarantined entry) {
    Origin origin = entry.origin();
    int characters = origin.name().length() + origin.log().length() + entry.topic().length();
    for (Fault fault : entry.faults()) {
      characters +=
          fault.reason().label().length()
              + Math.min(fault.detail().length(), DETAIL_CHARACTERS + 1);
    }
    return FIXED_BYTES + 12 * entry.faults().size() + 3 * characters + entry.raw().length;
  }

  static ByteBuffer encode(Replayed mark) {
    return buffer(18).put(FORMAT).put(REPLAYED).putLong(mark.id()).putLong(mark.timeNs()).flip();
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String shortened(String detail) {
    return detail.length() <= DETAIL_CHARACTERS
        ? detail
        : detail.substring(0, DETAIL_CHARACTERS) + "…";
  }

  private static void put(ByteBuffer out, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.putInt(bytes.length).put(bytes);
  }

  /** The id of a record's entry, also of a mark; refuses other bytes like {@link #decode}. */
  static long id(ByteBuffer bytes) {
    return head(bytes).getLong();
  }

  /** Positioned at the id. */
  private static ByteBuffer head(ByteBuffer bytes) {
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (in.remaining() < HEAD_BYTES) {
      throw new IllegalArgumentException("a quarantine record ends early");
    }
    byte format = in.get();
    byte kind = in.get();
    if (format != FORMAT || kind < ENTRY || kind > REPLAYED) {
      throw new IllegalArgumentException(
          "quarantine format " + format + ", kind " + kind + " is not known");
    }
    return in;
  }

  /**
   * Reads a record and at most this many bytes of its evidence.
   *
   * @throws IllegalArgumentException if the bytes are no record of this format; the log's checksum
   *     excludes damage, so it is a bug or a newer version
   */
  static Decoded decode(ByteBuffer bytes, int mostEvidence) {
    ByteBuffer in = head(bytes);
    boolean mark = in.get(1) == REPLAYED;
    long id = in.getLong();
    try {
      return mark ? new Replayed(id, in.getLong()) : entry(id, in, mostEvidence);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a quarantine record ends early", e);
    }
  }

  private static Entry entry(long id, ByteBuffer in, int mostEvidence) {
    Side side = side(in.get());
    Origin origin = new Origin(side, text(in), text(in), in.getLong(), in.getInt());
    String topic = text(in);
    long receiveTimeNs = in.getLong();
    int count = in.get();
    if (count < 1 || count > MOST_FAULTS) {
      throw new IllegalArgumentException("a quarantine record has " + count + " faults");
    }
    List<Fault> faults = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      faults.add(new Fault(reason(text(in)), text(in), in.getInt()));
    }
    int rawLength = in.getInt();
    byte[] raw = new byte[Math.min(in.remaining(), mostEvidence)];
    in.get(raw);
    return new Entry(
        new Quarantined(id, origin, topic, receiveTimeNs, List.copyOf(faults), rawLength, raw));
  }

  private static Side side(byte code) {
    return switch (code) {
      case SOURCE -> Side.SOURCE;
      case SINK -> Side.SINK;
      default -> throw new IllegalArgumentException("side " + code + " is not known");
    };
  }

  private static String text(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, UTF_8);
  }

  private static Reason reason(String label) {
    for (Reason reason : Reason.values()) {
      if (reason.label().equals(label)) {
        return reason;
      }
    }
    throw new IllegalArgumentException("reason '" + label + "' is not known");
  }
}
