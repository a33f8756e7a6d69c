package io.weir.gateway.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Message} as bytes, and back. Little-endian; {@code varint} is unsigned LEB128; {@code
 * str} is a varint length and UTF-8; {@code bytes} is a varint length and raw bytes.
 *
 * <pre>
 * u8     format, 2; 1 is read too; 3 is a message in format 2 that was thinned out; 4 has more at
 *        its end; 5 is 4 with an event of a session
 * str    source           str    topic
 * i64    receive time ns  varint packet id    i64 payload hash
 * if the packet id is not 0, from format 2 on:
 *   u8   flags: 1 sent before (DUP), 2 the connection resumed a session; i64 its number
 * in formats 5 to 8:
 *   u8     kind of the event 0 opened, 1 held, 2 released, 3 ended, 4 read (in format 6 only), 5
 *                            passed on by a gateway (in format 7 only), 6 the same before its turn
 *                            (in format 8 only)
 *   i64    session          varint packet id    i64 expiry s; where held, hash of the content;
 *                                                 where read, the record's mark; where passed on,
 *                                                 hash of the row
 *   str    client id; where held, not empty if its sender is told of no refusal
 *   i64    in formats 7 and 8: receive time at the other gateway, ns
 *   i64    in format 8: offset there from which on rows came before their turn
 * varint received         varint readings     varint filtered
 * varint rejected         varint refused
 * varint groups; each:    readings of one line, in order
 *   bytes  series         str measurement, u8 levels present (bits: site, area, line, machine),
 *                         str for each, varint tags, str key and str value for each
 *   i64    event time ns
 *   u8     quality        0 good, 1 uncertain, 2 bad; for 1 and 2: str reason ("" for none)
 *   varint fields; each:  str metric, u8 type (0 f64, 1 i64, 2 boolean, 3 text), value
 * for each rejected:      str reason label, str detail, u8 has part, bytes part if so
 * bytes  payload          where a rejected part has no bytes of its own, else empty
 * in formats 4 to 8:
 *   u8     flags            1 retained by the broker
 *   varint numbers; each:   asset as in a series, str sender, i64 number, u8 bits,
 *                           u8 whether its counter begins
 * </pre>
 *
 * An instance belongs to one thread: it reuses its buffer. All instances of a process share the
 * {@link Series} and names that any of them has seen, so that a steady stream allocates only
 * readings, and what consumers keep of a series is one instance.
 */
public final class MessageCodec {

  private static final byte FORMAT = 2;
  private static final byte THINNED = 3;

  /** Format 2 with more at its end; without that, a version before can read what is written. */
  private static final byte COUNTED = 4;

  /** The same with an event of its sender's session. */
  private static final byte OF_SESSION = 5;

  /** The same where the event is that of a record which was read from a stream. */
  private static final byte OF_STREAM = 6;

  /** The same where the event is that of a row which another gateway passed on. */
  private static final byte PASSED = 7;

  /** The same where the row came before its turn. */
  private static final byte PASSED_AHEAD = 8;

  private static final SessionEvent.Kind[] EVENTS = SessionEvent.Kind.values();

  private static final byte[] NOTHING = {};
  private static final String ENDS_EARLY = "message bytes end early";

  private static final int DUPLICATE = 1;
  private static final int RESUMED = 2;
  private static final int RETAINED = 1;

  private final ByteOutput out = new ByteOutput();

  private final ByteInput input = new ByteInput();
  private final LineCodec lines = new LineCodec();

  /** The message's bytes; the buffer is reused by the next call. */
  public ByteBuffer encode(Message message) {
    boolean more = message.retained() || !message.numbers().isEmpty();
    byte format = more ? COUNTED : FORMAT;
    SessionEvent session = message.session();
    if (session != null) {
      format =
          switch (session.kind()) {
            case READ -> OF_STREAM;
            case PASSED -> PASSED;
            case PASSED_AHEAD -> PASSED_AHEAD;
            default -> OF_SESSION;
          };
    }
    return encode(message, format);
  }

  /**
   * The bytes of what is left of a message that was thinned out. They are no longer than those of
   * the message, whatever format it had: it is no redelivery any more, so it has no packet id.
   *
   * @param readings some of its readings, in order
   */
  public ByteBuffer encodeThinned(Message message, List<Reading> readings) {
    Message left =
        new Message(
            message.source(),
            message.topic(),
            message.receiveTimeNs(),
            0,
            message.payloadHash(),
            readings.size() + message.filtered(),
            message.filtered(),
            message.refused(),
            readings,
            List.of(),
            NOTHING);
    return encode(left, THINNED);
  }

  /** Whether the bytes are those of a message that was thinned out. */
  public static boolean isThinned(ByteBuffer bytes) {
    return bytes.hasRemaining() && bytes.get(bytes.position()) == THINNED;
  }

  private ByteBuffer encode(Message message, byte format) {
    out.begin();
    out.put(format);
    out.name(message.source());
    out.name(message.topic());
    out.number(message.receiveTimeNs());
    out.varint(message.packetId());
    out.number(message.payloadHash());
    if (message.packetId() != 0) {
      out.put((message.duplicate() ? DUPLICATE : 0) | (message.resumed() ? RESUMED : 0));
      out.number(message.connection());
    }
    if (format >= OF_SESSION && message.session() != null) {
      putSession(message.session());
    }
    out.varint(message.received());
    out.varint(message.readings().size());
    out.varint(message.filtered());
    out.varint(message.rejected().size());
    out.varint(message.refused());
    lines.put(out, message.readings());
    for (Rejected rejected : message.rejected()) {
      out.text(rejected.reason().label());
      out.text(rejected.detail());
      byte[] part = rejected.part();
      out.put(part == null ? 0 : 1);
      if (part != null) {
        out.bytes(part);
      }
    }
    out.bytes(message.payload());
    if (format >= COUNTED) {
      out.put(message.retained() ? RETAINED : 0);
      putNumbers(message.numbers());
    }
    return out.written();
  }

  private void putSession(SessionEvent event) {
    out.put(event.kind().ordinal());
    out.number(event.session());
    out.varint(event.packetId());
    out.number(hasContent(event.kind()) ? event.content() : event.expirySeconds());
    out.text(event.client());
    if (event.isPassed()) {
      out.number(event.receivedNs());
    }
    if (event.kind() == SessionEvent.Kind.PASSED_AHEAD) {
      out.number(event.since());
    }
  }

  private static boolean hasContent(SessionEvent.Kind kind) {
    return kind == SessionEvent.Kind.HELD || kind == SessionEvent.Kind.READ || kind.isPassed();
  }

  private void putNumbers(List<SequenceNumber> numbers) {
    out.varint(numbers.size());
    for (SequenceNumber number : numbers) {
      SeriesCodec.put(out, number.asset());
      out.text(number.sender());
      out.number(number.number());
      out.put(number.bits());
      out.put(number.begins() ? 1 : 0);
    }
  }

  /** Frees the buffer of a large message. What {@link #encode} gave is not used any more. */
  public void release() {
    out.release();
  }

  /**
   * The part of a message that is kept after its readings: its counts for the ledger, and what
   * identifies a redelivery.
   *
   * @param appended its readings
   */
  public record Counts(
      String source,
      String topic,
      long receiveTimeNs,
      int packetId,
      boolean duplicate,
      long connection,
      boolean resumed,
      long payloadHash,
      int received,
      int appended,
      int filtered,
      int rejected,
      int refused,
      @Nullable SessionEvent session) {}

  /**
   * Reads the counts alone, without the readings.
   *
   * @throws IllegalArgumentException as {@link #decode} does
   */
  public Counts counts(ByteBuffer bytes) {
    try {
      ByteInput in = input.over(bytes);
      return counts(format(in), in);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    } finally {
      input.done();
    }
  }

  /**
   * How many parts of a message were rejected; names, which cost the most, are not looked at.
   *
   * @throws IllegalArgumentException as {@link #decode} does
   */
  public int rejected(ByteBuffer bytes) {
    try {
      ByteInput in = input.over(bytes);
      int format = format(in);
      in.pass(in.varint());
      in.pass(in.varint());
      return countsFrom("", "", format, in).rejected();
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    } finally {
      input.done();
    }
  }

  private static Counts counts(int format, ByteInput in) {
    String source = in.name();
    return countsFrom(source, in.name(), format, in);
  }

  private static Counts countsWithoutTopic(int format, ByteInput in) {
    String source = in.name();
    in.pass(in.varint());
    return countsFrom(source, "", format, in);
  }

  private static Counts countsFrom(String source, String topic, int format, ByteInput in) {
    long receiveTimeNs = in.number();
    int packetId = in.varint();
    long hash = in.number();
    boolean numbered = packetId != 0 && format > 1;
    int flags = numbered ? in.next() : 0;
    long connection = numbered ? in.number() : 0;
    SessionEvent session = format >= OF_SESSION ? getSession(in) : null;
    return new Counts(
        source,
        topic,
        receiveTimeNs,
        packetId,
        (flags & DUPLICATE) != 0,
        connection,
        (flags & RESUMED) != 0,
        hash,
        in.varint(),
        in.varint(),
        in.varint(),
        in.varint(),
        in.varint(),
        session);
  }

  /**
   * Goes from behind the topic to the series of the first line.
   *
   * @return whether there is one; of what few messages have it is not said
   */
  static boolean toSeries(int format, ByteInput in) {
    if (format < FORMAT || format >= OF_SESSION) {
      return false;
    }
    in.skip(Long.BYTES);
    boolean numbered = in.varint() != 0;
    in.skip(numbered ? Long.BYTES + 1 + Long.BYTES : Long.BYTES);
    for (int count = 0; count < 5; count++) {
      in.varint();
    }
    return in.varint() > 0;
  }

  private static int format(ByteInput in) {
    int format = in.next();
    if (format < 1 || format > PASSED_AHEAD) {
      throw new IllegalArgumentException("message format " + format + " is not known");
    }
    return format;
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if the bytes are not a message of this format; the log's
   *     checksum excludes damage, so it is a bug or a newer version
   */
  public Message decode(ByteBuffer bytes) {
    return decode(bytes, true);
  }

  /**
   * Reads a message for whom its topic says nothing: it is "". Of very many topics, each is found
   * in memory that has left the caches.
   *
   * @throws IllegalArgumentException as {@link #decode} does
   */
  public Message decodeWithoutTopic(ByteBuffer bytes) {
    return decode(bytes, false);
  }

  private Message decode(ByteBuffer bytes, boolean withTopic) {
    try {
      ByteInput in = input.over(bytes);
      int format = format(in);
      Counts head = withTopic ? counts(format, in) : countsWithoutTopic(format, in);
      List<Reading> readings = lines.get(in);
      List<Rejected> rejected = getRejected(in, head.rejected());
      byte[] payload = in.bytes();
      boolean retained = getRetained(format, in);
      return new Message(
          head.source(),
          head.topic(),
          head.receiveTimeNs(),
          head.packetId(),
          head.duplicate(),
          head.connection(),
          head.resumed(),
          head.payloadHash(),
          head.received(),
          head.filtered(),
          head.refused(),
          readings,
          rejected,
          payload,
          retained,
          getNumbers(format, in),
          head.session());
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    } finally {
      input.done();
    }
  }

  private static List<Rejected> getRejected(ByteInput in, int count) {
    List<Rejected> rejected = count == 0 ? List.of() : new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      rejected.add(
          new Rejected(Reason.of(in.name()), in.text(), in.next() == 0 ? null : in.bytes()));
    }
    return rejected;
  }

  private static SessionEvent getSession(ByteInput in) {
    int kind = in.next();
    if (kind < 0 || kind >= EVENTS.length) {
      throw new IllegalArgumentException("event " + kind + " of a session is not known");
    }
    SessionEvent.Kind what = EVENTS[kind];
    long session = in.number();
    int packetId = in.varint();
    long number = in.number();
    boolean hasContent = hasContent(what);
    String client = what.isPassed() ? in.name() : in.text();
    return new SessionEvent(
        what,
        session,
        packetId,
        hasContent ? 0 : number,
        client,
        hasContent ? number : 0,
        what.isPassed() ? in.number() : 0,
        what == SessionEvent.Kind.PASSED_AHEAD ? in.number() : 0);
  }

  private static boolean getRetained(int format, ByteInput in) {
    return format >= COUNTED && (in.next() & RETAINED) != 0;
  }

  private static List<SequenceNumber> getNumbers(int format, ByteInput in) {
    if (format < COUNTED) {
      return List.of();
    }
    int count = in.varint();
    List<SequenceNumber> numbers = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      numbers.add(
          new SequenceNumber(
              SeriesCodec.asset(in), in.name(), in.number(), in.next(), in.next() != 0));
    }
    return numbers;
  }

  /**
   * Goes through the readings of a message, without objects for them.
   *
   * @throws IllegalArgumentException as {@link #decode} does; a part may have been passed on then
   */
  public void read(ByteBuffer bytes, MessageReader reader) {
    try {
      ByteInput in = input.over(bytes);
      Counts head = counts(format(in), in);
      reader.message(head.source(), head.topic(), head.receiveTimeNs());
      SessionEvent session = head.session();
      if (session != null) {
        reader.session(session);
      }
      LineCodec.read(in, reader);
      reader.end();
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    } finally {
      input.done();
    }
  }

  /**
   * Reads what a message says beside values.
   *
   * @throws IllegalArgumentException as {@link #decode} does
   */
  public void outline(ByteBuffer bytes, MessageOutline outline) {
    try {
      ByteInput in = input.over(bytes);
      int format = format(in);
      Counts head = counts(format, in);
      outline.begin(head);
      LineCodec.outline(in, outline);
      for (int i = 0; i < head.rejected(); i++) {
        in.pass(in.varint());
        in.pass(in.varint());
        in.pass(in.next() == 0 ? 0 : in.varint());
      }
      in.pass(in.varint());
      outline.end(getRetained(format, in), getNumbers(format, in));
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    } finally {
      input.done();
    }
  }
}
