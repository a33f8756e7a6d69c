package io.weir.gateway.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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
 *   str    client id
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

  /** The counts of readings that stand before the groups. */
  private static final int COUNTS = 5;

  private static final int DUPLICATE = 1;
  private static final int RESUMED = 2;
  private static final int RETAINED = 1;

  private static final int LONGEST_SERIES = 2048;

  private static final int INITIAL_BYTES = 1024;

  /** A buffer that a large message made longer than this is not kept for the next one. */
  private static final int MOST_KEPT_BYTES = 256 << 10;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final KnownBytes<Series> SERIES = new KnownBytes<>(KnownBytes.places());

  private byte[] out = new byte[INITIAL_BYTES];
  private int at;

  private final Collected collected = new Collected();

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
    at = 0;
    putByte(format);
    putText(message.source());
    putText(message.topic());
    putLong(message.receiveTimeNs());
    putVarint(message.packetId());
    putLong(message.payloadHash());
    if (message.packetId() != 0) {
      putByte((message.duplicate() ? DUPLICATE : 0) | (message.resumed() ? RESUMED : 0));
      putLong(message.connection());
    }
    if (format >= OF_SESSION && message.session() != null) {
      putSession(message.session());
    }
    putVarint(message.received());
    putVarint(message.readings().size());
    putVarint(message.filtered());
    putVarint(message.rejected().size());
    putVarint(message.refused());
    putGroups(message.readings());
    for (Rejected rejected : message.rejected()) {
      putText(rejected.reason().label());
      putText(rejected.detail());
      byte[] part = rejected.part();
      putByte(part == null ? 0 : 1);
      if (part != null) {
        putBytes(part, part.length);
      }
    }
    putBytes(message.payload(), message.payload().length);
    if (format >= COUNTED) {
      putByte(message.retained() ? RETAINED : 0);
      putNumbers(message.numbers());
    }
    return ByteBuffer.wrap(out, 0, at).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void putSession(SessionEvent event) {
    putByte(event.kind().ordinal());
    putLong(event.session());
    putVarint(event.packetId());
    putLong(hasContent(event.kind()) ? event.content() : event.expirySeconds());
    putText(event.client());
    if (event.isPassed()) {
      putLong(event.receivedNs());
    }
    if (event.kind() == SessionEvent.Kind.PASSED_AHEAD) {
      putLong(event.since());
    }
  }

  private static boolean hasContent(SessionEvent.Kind kind) {
    return kind == SessionEvent.Kind.HELD || kind == SessionEvent.Kind.READ || kind.isPassed();
  }

  private void putNumbers(List<SequenceNumber> numbers) {
    putVarint(numbers.size());
    for (SequenceNumber number : numbers) {
      putAsset(number.asset());
      putText(number.sender());
      putLong(number.number());
      putByte(number.bits());
      putByte(number.begins() ? 1 : 0);
    }
  }

  private void putGroups(List<Reading> readings) {
    int groups = 0;
    for (int i = 0; i < readings.size(); i++) {
      if (i == 0 || !readings.get(i).sharesLineWith(readings.get(i - 1))) {
        groups++;
      }
    }
    putVarint(groups);
    int start = 0;
    while (start < readings.size()) {
      int end = start + 1;
      while (end < readings.size() && readings.get(end).sharesLineWith(readings.get(start))) {
        end++;
      }
      putGroup(readings, start, end);
      start = end;
    }
  }

  private void putGroup(List<Reading> readings, int start, int end) {
    Reading first = readings.get(start);
    putSeries(first.series());
    putLong(first.timeNs());
    putByte(
        switch (first.quality()) {
          case GOOD -> 0;
          case UNCERTAIN -> 1;
          case BAD -> 2;
        });
    if (first.quality() != Quality.GOOD) {
      putText(first.reason() == null ? "" : first.reason());
    }
    putVarint(end - start);
    for (int i = start; i < end; i++) {
      Reading reading = readings.get(i);
      putText(reading.metric());
      Value value = reading.value();
      if (value instanceof Value.Real real) {
        putByte(0);
        putLong(Double.doubleToRawLongBits(real.value()));
      } else if (value instanceof Value.Whole whole) {
        putByte(1);
        putLong(whole.value());
      } else if (value instanceof Value.Flag flag) {
        putByte(2);
        putByte(flag.value() ? 1 : 0);
      } else if (value instanceof Value.Text text) {
        putByte(3);
        putText(text.value());
      }
    }
  }

  /** Written with its length in front, so that a reader can find it in its cache by its bytes. */
  private void putSeries(Series series) {
    room(4);
    int lengthAt = at;
    at += 4;
    int start = at;
    putText(series.measurement());
    putAsset(series.asset());
    putVarint(series.tags().size());
    for (Map.Entry<String, String> tag : series.tags().entrySet()) {
      putText(tag.getKey());
      putText(tag.getValue());
    }
    int length = at - start;
    for (int i = 0; i < 4; i++) { // a varint padded to four bytes, filled in afterwards
      out[lengthAt + i] = (byte) (((length >>> (7 * i)) & 0x7f) | (i < 3 ? 0x80 : 0));
    }
  }

  private void putAsset(Asset asset) {
    putByte(
        (asset.site() != null ? 1 : 0)
            | (asset.area() != null ? 2 : 0)
            | (asset.line() != null ? 4 : 0)
            | (asset.machine() != null ? 8 : 0));
    putLevel(asset.site());
    putLevel(asset.area());
    putLevel(asset.line());
    putLevel(asset.machine());
  }

  private void putLevel(@Nullable String level) {
    if (level != null) {
      putText(level);
    }
  }

  /** Frees the buffer of a large message. What {@link #encode} gave is not used any more. */
  public void release() {
    if (out.length > MOST_KEPT_BYTES) {
      out = new byte[INITIAL_BYTES];
    }
  }

  private void room(int more) {
    if (out.length - at < more) {
      int usual = out.length + Math.min(out.length, MOST_KEPT_BYTES + out.length / 8);
      out = Arrays.copyOf(out, Math.max(usual, at + more));
    }
  }

  private void putByte(int value) {
    room(1);
    out[at++] = (byte) value;
  }

  private void putLong(long value) {
    room(Long.BYTES);
    LONGS.set(out, at, value);
    at += Long.BYTES;
  }

  private void putVarint(int value) {
    room(5);
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out[at++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out[at++] = (byte) rest;
  }

  private void putBytes(byte[] bytes, int length) {
    putVarint(length);
    room(length);
    System.arraycopy(bytes, 0, out, at, length);
    at += length;
  }

  private void putText(String text) {
    int length = text.length();
    if (length < 128) { // names: mostly ASCII, written without a copy
      room(length + 5);
      int start = at;
      out[at++] = (byte) length;
      for (int i = 0; i < length; i++) {
        char c = text.charAt(i);
        if (c >= 0x80) {
          at = start;
          break;
        }
        out[at++] = (byte) c;
      }
      if (at > start) {
        return;
      }
    }
    byte[] bytes = text.getBytes(UTF_8);
    putBytes(bytes, bytes.length);
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

  /** Reads the counts alone, without the readings. */
  public Counts counts(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int format = format(in);
    String source = getName(in);
    String topic = getName(in);
    long receiveTimeNs = in.getLong();
    int packetId = getVarint(in);
    long hash = in.getLong();
    boolean numbered = packetId != 0 && format > 1;
    int flags = numbered ? in.get() : 0;
    long connection = numbered ? in.getLong() : 0;
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
        getVarint(in),
        getVarint(in),
        getVarint(in),
        getVarint(in),
        getVarint(in),
        session);
  }

  private static int format(ByteBuffer in) {
    int format = in.get();
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
    return decode(bytes, false);
  }

  /**
   * The same, but of each line of readings only the first: enough to know what sent something, and
   * when.
   */
  public Message decodeLines(ByteBuffer bytes) {
    return decode(bytes, true);
  }

  private Message decode(ByteBuffer bytes, boolean onlyLines) {
    try {
      ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      int format = format(in);
      String source = getName(in);
      String topic = getName(in);
      long receiveTime = in.getLong();
      int packetId = getVarint(in);
      long hash = in.getLong();
      boolean numbered = packetId != 0 && format > 1;
      int flags = numbered ? in.get() : 0;
      long connection = numbered ? in.getLong() : 0;
      SessionEvent session = format >= OF_SESSION ? getSession(in) : null;
      int received = getVarint(in);
      getVarint(in); // as many readings as the groups hold
      int filtered = getVarint(in);
      int count = getVarint(in);
      int refused = getVarint(in);
      List<Reading> readings = getReadings(in, onlyLines);
      List<Rejected> rejected = count == 0 ? List.of() : new ArrayList<>(Math.min(count, 1024));
      for (int i = 0; i < count; i++) {
        rejected.add(
            new Rejected(Reason.of(getName(in)), getText(in), in.get() == 0 ? null : getBytes(in)));
      }
      byte[] payload = getBytes(in);
      boolean retained = format >= COUNTED && (in.get() & RETAINED) != 0;
      return new Message(
          source,
          topic,
          receiveTime,
          packetId,
          (flags & DUPLICATE) != 0,
          connection,
          (flags & RESUMED) != 0,
          hash,
          received,
          filtered,
          refused,
          readings,
          rejected,
          payload,
          retained,
          format >= COUNTED ? getNumbers(in) : List.of(),
          session);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    }
  }

  private static SessionEvent getSession(ByteBuffer in) {
    int kind = in.get();
    if (kind < 0 || kind >= EVENTS.length) {
      throw new IllegalArgumentException("event " + kind + " of a session is not known");
    }
    SessionEvent.Kind what = EVENTS[kind];
    long session = in.getLong();
    int packetId = getVarint(in);
    long number = in.getLong();
    boolean hasContent = hasContent(what);
    String client = what.isPassed() ? getName(in) : getText(in);
    return new SessionEvent(
        what,
        session,
        packetId,
        hasContent ? 0 : number,
        client,
        hasContent ? number : 0,
        what.isPassed() ? in.getLong() : 0,
        what == SessionEvent.Kind.PASSED_AHEAD ? in.getLong() : 0);
  }

  private static List<SequenceNumber> getNumbers(ByteBuffer in) {
    int count = getVarint(in);
    List<SequenceNumber> numbers = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      numbers.add(
          new SequenceNumber(getAsset(in), getName(in), in.getLong(), in.get(), in.get() != 0));
    }
    return numbers;
  }

  private List<Reading> getReadings(ByteBuffer in, boolean onlyLines) {
    int groups = getVarint(in);
    if (groups == 0) {
      return List.of();
    }
    List<Reading> readings = new ArrayList<>(Math.min(groups * 8, 1024));
    collected.readings = readings;
    getGroups(in, groups, onlyLines, collected);
    collected.readings = List.of();
    return readings;
  }

  /**
   * Goes through the readings of a message, without objects for them.
   *
   * @throws IllegalArgumentException as {@link #decode} does; a part may have been passed on then
   */
  public void read(ByteBuffer bytes, MessageReader reader) {
    try {
      ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
      int format = format(in);
      String source = getName(in);
      String topic = getName(in);
      long receiveTimeNs = in.getLong();
      int packetId = getVarint(in);
      in.getLong(); // the payload's hash
      if (packetId != 0 && format > 1) {
        in.get();
        in.getLong();
      }
      if (format >= OF_SESSION) {
        getSession(in);
      }
      for (int i = 0; i < COUNTS; i++) {
        getVarint(in);
      }
      reader.message(source, topic, receiveTimeNs);
      getGroups(in, getVarint(in), false, reader);
      reader.end();
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    }
  }

  private static void getGroups(
      ByteBuffer in, int groups, boolean onlyLines, MessageReader reader) {
    for (int g = 0; g < groups; g++) {
      Series series = getSeries(in);
      long time = in.getLong();
      Quality quality = quality(in.get());
      String reason = null;
      if (quality != Quality.GOOD) {
        String text = getName(in);
        reason = text.isEmpty() ? null : text;
      }
      reader.line(series, time, quality, reason);
      int fields = getVarint(in);
      for (int f = 0; f < fields; f++) {
        if (f > 0 && onlyLines) {
          skipField(in);
        } else {
          getField(in, reader);
        }
      }
    }
  }

  private static void skipField(ByteBuffer in) {
    skip(in, getVarint(in));
    int type = in.get();
    switch (type) {
      case 0, 1 -> skip(in, Long.BYTES);
      case 2 -> skip(in, 1);
      case 3 -> skip(in, getVarint(in));
      default -> throw unknownType(type);
    }
  }

  private static void skip(ByteBuffer in, int count) {
    if (count < 0 || count > in.remaining()) {
      throw new BufferUnderflowException();
    }
    in.position(in.position() + count);
  }

  private static IllegalArgumentException unknownType(int type) {
    return new IllegalArgumentException("value type " + type + " is not known");
  }

  private static void getField(ByteBuffer in, MessageReader reader) {
    String metric = getName(in);
    int type = in.get();
    switch (type) {
      case 0 -> reader.real(metric, in.getDouble());
      case 1 -> reader.whole(metric, in.getLong());
      case 2 -> reader.flag(metric, in.get() != 0);
      case 3 -> reader.text(metric, getText(in));
      default -> throw unknownType(type);
    }
  }

  /** The readings of one message as a list. */
  private static final class Collected implements MessageReader {
    private List<Reading> readings = List.of();
    private @Nullable Series series;
    private long timeNs;
    private Quality quality = Quality.GOOD;
    private @Nullable String reason;

    @Override
    public void message(String source, String topic, long receiveTimeNs) {
      // is read with the rest of the message
    }

    @Override
    public void line(Series of, long at, Quality trust, @Nullable String why) {
      series = of;
      timeNs = at;
      quality = trust;
      reason = why;
    }

    private void add(String metric, Value value) {
      readings.add(
          new Reading(Objects.requireNonNull(series), metric, value, timeNs, quality, reason));
    }

    @Override
    public void real(String metric, double value) {
      add(metric, new Value.Real(value));
    }

    @Override
    public void whole(String metric, long value) {
      add(metric, new Value.Whole(value));
    }

    @Override
    public void flag(String metric, boolean value) {
      add(metric, new Value.Flag(value));
    }

    @Override
    public void text(String metric, String value) {
      add(metric, new Value.Text(value));
    }
  }

  private static Quality quality(int code) {
    return switch (code) {
      case 0 -> Quality.GOOD;
      case 1 -> Quality.UNCERTAIN;
      case 2 -> Quality.BAD;
      default -> throw new IllegalArgumentException("quality " + code + " is not known");
    };
  }

  private static Series getSeries(ByteBuffer in) {
    int length = getVarint(in);
    int start = in.position();
    int hash = KnownBytes.hash(in, start, length);
    Series known = SERIES.find(in, start, length, hash);
    if (known != null) {
      in.position(start + length);
      return known;
    }
    byte[] bytes = take(in, length);
    in.position(start);
    String measurement = getName(in);
    Asset asset = getAsset(in);
    int count = getVarint(in);
    Map<String, String> tags = Map.of();
    if (count > 0) {
      Map<String, String> sorted = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        String name = getName(in);
        sorted.put(name, getName(in));
      }
      tags = Collections.unmodifiableMap(sorted);
    }
    Series series = new Series(measurement, asset, tags);
    return length <= LONGEST_SERIES ? SERIES.put(bytes, hash, series) : series;
  }

  private static Asset getAsset(ByteBuffer in) {
    int levels = in.get();
    return new Asset(
        (levels & 1) != 0 ? getName(in) : null,
        (levels & 2) != 0 ? getName(in) : null,
        (levels & 4) != 0 ? getName(in) : null,
        (levels & 8) != 0 ? getName(in) : null);
  }

  private static String getName(ByteBuffer in) {
    int length = getVarint(in);
    int start = in.position();
    skip(in, length);
    return Names.of(in, start, length);
  }

  private static String getText(ByteBuffer in) {
    return text(in, getVarint(in));
  }

  private static String text(ByteBuffer in, int length) {
    return new String(take(in, length), UTF_8);
  }

  private static byte[] getBytes(ByteBuffer in) {
    return take(in, getVarint(in));
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int getVarint(ByteBuffer in) {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int b = in.get();
      value |= (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a varint runs past five bytes");
  }
}
