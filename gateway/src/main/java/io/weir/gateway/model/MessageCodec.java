package io.weir.gateway.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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

  private static final KnownBytes<Series> SERIES = new KnownBytes<>(KnownBytes.places());

  private final ByteOutput out = new ByteOutput();

  /** A series that is written for the first time. */
  private final ByteOutput part = new ByteOutput();

  private final ByteInput input = new ByteInput();

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
    putGroups(message.readings());
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
      putAsset(out, number.asset());
      out.text(number.sender());
      out.number(number.number());
      out.put(number.bits());
      out.put(number.begins() ? 1 : 0);
    }
  }

  private void putGroups(List<Reading> readings) {
    int groups = 0;
    for (int i = 0; i < readings.size(); i = endOfLine(readings, i)) {
      groups++;
    }
    out.varint(groups);
    int start = 0;
    while (start < readings.size()) {
      int end = endOfLine(readings, start);
      putGroup(readings, start, end);
      start = end;
    }
  }

  private static int endOfLine(List<Reading> readings, int start) {
    Reading first = readings.get(start);
    int end = start + 1;
    while (end < readings.size() && readings.get(end).sharesLineWith(first)) {
      end++;
    }
    return end;
  }

  private void putGroup(List<Reading> readings, int start, int end) {
    Reading first = readings.get(start);
    putSeries(first.series());
    out.number(first.timeNs());
    out.put(
        switch (first.quality()) {
          case GOOD -> 0;
          case UNCERTAIN -> 1;
          case BAD -> 2;
        });
    if (first.quality() != Quality.GOOD) {
      out.text(first.reason() == null ? "" : first.reason());
    }
    out.varint(end - start);
    for (int i = start; i < end; i++) {
      Reading reading = readings.get(i);
      out.name(reading.metric());
      Value value = reading.value();
      if (value instanceof Value.Real real) {
        out.put(0);
        out.number(Double.doubleToRawLongBits(real.value()));
      } else if (value instanceof Value.Whole whole) {
        out.put(1);
        out.number(whole.value());
      } else if (value instanceof Value.Flag flag) {
        out.put(2);
        out.put(flag.value() ? 1 : 0);
      } else if (value instanceof Value.Text text) {
        out.put(3);
        out.text(text.value());
      }
    }
  }

  /** With its length in front, so that a reader can find it in its cache by its bytes. */
  private void putSeries(Series series) {
    byte[] form = series.form();
    if (form == null) {
      form = formOf(series);
      series.form(form);
    }
    out.part(form);
  }

  /** One array for all series of these names. */
  private byte[] formOf(Series series) {
    ByteOutput to = part;
    to.begin();
    to.text(series.measurement());
    putAsset(to, series.asset());
    to.varint(series.tags().size());
    for (Map.Entry<String, String> tag : series.tags().entrySet()) {
      to.text(tag.getKey());
      to.text(tag.getValue());
    }
    byte[] form = to.copy();
    to.release();
    if (form.length > LONGEST_SERIES) {
      return form;
    }
    Series known = SERIES.put(form, KnownBytes.hash(form, 0, form.length), series);
    byte[] same = known.form();
    return same == null ? form : same;
  }

  private static void putAsset(ByteOutput to, Asset asset) {
    to.put(
        (asset.site() != null ? 1 : 0)
            | (asset.area() != null ? 2 : 0)
            | (asset.line() != null ? 4 : 0)
            | (asset.machine() != null ? 8 : 0));
    putLevel(to, asset.site());
    putLevel(to, asset.area());
    putLevel(to, asset.line());
    putLevel(to, asset.machine());
  }

  private static void putLevel(ByteOutput to, @Nullable String level) {
    if (level != null) {
      to.text(level);
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

  /** Reads the counts alone, without the readings. */
  public Counts counts(ByteBuffer bytes) {
    try {
      return counts(input.over(bytes));
    } finally {
      input.done();
    }
  }

  private static Counts counts(ByteInput in) {
    int format = format(in);
    String source = in.name();
    String topic = in.name();
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
      ByteInput in = input.over(bytes);
      int format = format(in);
      String source = in.name();
      String topic = in.name();
      long receiveTime = in.number();
      int packetId = in.varint();
      long hash = in.number();
      boolean numbered = packetId != 0 && format > 1;
      int flags = numbered ? in.next() : 0;
      long connection = numbered ? in.number() : 0;
      SessionEvent session = format >= OF_SESSION ? getSession(in) : null;
      int received = in.varint();
      in.varint(); // as many readings as the groups hold
      int filtered = in.varint();
      int count = in.varint();
      int refused = in.varint();
      List<Reading> readings = getReadings(in, onlyLines);
      List<Rejected> rejected = count == 0 ? List.of() : new ArrayList<>(Math.min(count, 1024));
      for (int i = 0; i < count; i++) {
        rejected.add(
            new Rejected(Reason.of(in.name()), in.text(), in.next() == 0 ? null : in.bytes()));
      }
      byte[] payload = in.bytes();
      boolean retained = format >= COUNTED && (in.next() & RETAINED) != 0;
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
    } finally {
      input.done();
    }
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

  private static List<SequenceNumber> getNumbers(ByteInput in) {
    int count = in.varint();
    List<SequenceNumber> numbers = new ArrayList<>(Math.min(count, 1024));
    for (int i = 0; i < count; i++) {
      numbers.add(
          new SequenceNumber(getAsset(in), in.name(), in.number(), in.next(), in.next() != 0));
    }
    return numbers;
  }

  private List<Reading> getReadings(ByteInput in, boolean onlyLines) {
    int groups = in.varint();
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
      ByteInput in = input.over(bytes);
      int format = format(in);
      String source = in.name();
      String topic = in.name();
      long receiveTimeNs = in.number();
      int packetId = in.varint();
      in.number(); // the payload's hash
      if (packetId != 0 && format > 1) {
        in.next();
        in.number();
      }
      if (format >= OF_SESSION) {
        getSession(in);
      }
      for (int i = 0; i < COUNTS; i++) {
        in.varint();
      }
      reader.message(source, topic, receiveTimeNs);
      getGroups(in, in.varint(), false, reader);
      reader.end();
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(ENDS_EARLY, e);
    } finally {
      input.done();
    }
  }

  private static void getGroups(ByteInput in, int groups, boolean onlyLines, MessageReader reader) {
    for (int g = 0; g < groups; g++) {
      Series series = getSeries(in);
      long time = in.number();
      Quality quality = quality(in.next());
      String reason = null;
      if (quality != Quality.GOOD) {
        String text = in.name();
        reason = text.isEmpty() ? null : text;
      }
      reader.line(series, time, quality, reason);
      int kind = System.identityHashCode(series);
      int fields = in.varint();
      for (int f = 0; f < fields; f++) {
        if (f > 0 && onlyLines) {
          skipField(in);
        } else {
          getField(in, in.field(kind, f), reader);
        }
      }
    }
  }

  private static void skipField(ByteInput in) {
    in.pass(in.varint());
    int type = in.next();
    switch (type) {
      case 0, 1 -> in.pass(Long.BYTES);
      case 2 -> in.pass(1);
      case 3 -> in.pass(in.varint());
      default -> throw unknownType(type);
    }
  }

  private static IllegalArgumentException unknownType(int type) {
    return new IllegalArgumentException("value type " + type + " is not known");
  }

  private static void getField(ByteInput in, String metric, MessageReader reader) {
    int type = in.next();
    switch (type) {
      case 0 -> reader.real(metric, in.real());
      case 1 -> reader.whole(metric, in.number());
      case 2 -> reader.flag(metric, in.next() != 0);
      case 3 -> reader.text(metric, in.text());
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

  private static Series getSeries(ByteInput in) {
    int length = in.varint();
    int from = in.skip(length);
    int hash = KnownBytes.hash(in.array(), from, length);
    Series known = SERIES.find(in.array(), from, length, hash);
    if (known != null) {
      return known;
    }
    in.back(from);
    byte[] form = in.take(length);
    in.back(from);
    String measurement = in.name();
    Asset asset = getAsset(in);
    int count = in.varint();
    Map<String, String> tags = Map.of();
    if (count > 0) {
      Map<String, String> sorted = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        String name = in.name();
        sorted.put(name, in.name());
      }
      tags = Collections.unmodifiableMap(sorted);
    }
    Series series = new Series(measurement, asset, tags);
    series.form(form);
    return length <= LONGEST_SERIES ? SERIES.put(form, hash, series) : series;
  }

  private static Asset getAsset(ByteInput in) {
    int levels = in.next();
    return new Asset(
        (levels & 1) != 0 ? in.name() : null,
        (levels & 2) != 0 ? in.name() : null,
        (levels & 4) != 0 ? in.name() : null,
        (levels & 8) != 0 ? in.name() : null);
  }
}
