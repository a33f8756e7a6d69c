package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.RunningTotal;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.RejectedTotal;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.normalize.ReceiveTimes;
import io.weir.gateway.source.KnownSessions;
import io.weir.gateway.source.Passage;
import io.weir.gateway.source.SourceConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Counts of each source since the data directory was created: {@code received = appended + filtered
 * + rejected + refused}, and the marks of its last deliveries. Every message's record contains
 * both, so they are as durable as the records: the log stores them in its segment headers and
 * updates them from its tail.
 *
 * <p>Bytes of a snapshot, little-endian: u8 format 8, u32 numbers of the receive times, each i64,
 * u32 sources; each u32 length, UTF-8 name, then received, appended, filtered, rejected, refused as
 * i64, i64 number of the last connection, u32 messages since a packet id was used again, u32 marks,
 * each i64, oldest first; its senders' sessions, see {@link SenderSessions}; u32 marks of records
 * that were read from a stream, each i64, oldest first; the rows of other gateways, see {@link
 * PassedMarks}. Format 1 is read too: it has no receive times and neither of the two before the
 * marks, and its marks are left out, because they know neither topic nor connection. Format 2 is
 * read too: its receive times have not the number of leaps, for all of them are leaps. Format 3 has
 * no sessions, 4 no marks of a stream, 5 no rows of other gateways, 6 none of them that came before
 * their turn, and 7 no hashes of what sessions hold.
 *
 * <p>Written by the log, read by anyone; guarded by itself.
 */
public final class IntakeTotals implements RunningTotal {

  private static final byte FORMAT = 8;

  private static final int UNNAMED_RECEIVE_MAXIMUM = 1;

  /** Rows of other gateways are remembered twice in each segment, in at most half of it. */
  private static final int PARTS_OF_SEGMENT = 4;

  /** The log keeps room for two more such segments, and must have some for records. */
  private static final int PARTS_OF_LOG = 16;

  /** Where no session holds anything, so that a version before can read it. */
  private static final byte WITHOUT_HASHES = 7;

  /** Where no gateway passed anything on before its turn. */
  private static final byte ALL_IN_TURN = 6;

  /** Where no gateway passed anything on. */
  private static final byte WITHOUT_GATEWAYS = 5;

  /** Where nothing was read from a stream. */
  private static final byte WITHOUT_STREAMS = 4;

  /** Where no sender has a session, so that a version before can read it. */
  private static final byte WITHOUT_SESSIONS = 3;

  /** Cumulative counts of one source, in readings. */
  public record Line(long received, long appended, long filtered, long rejected, long refused) {

    public static final Line ZERO = new Line(0, 0, 0, 0, 0);

    /** A refused reading counts as received too, although its message has no record. */
    Line plus(MessageCodec.Counts counts) {
      return new Line(
          received + counts.received() + counts.refused(),
          appended + counts.appended(),
          filtered + counts.filtered(),
          rejected + counts.rejected(),
          refused + counts.refused());
    }
  }

  private static final class Account {
    final Redeliveries redeliveries;
    final SenderSessions sessions = new SenderSessions();
    final StreamMarks stream;
    final PassedMarks passed = new PassedMarks();
    Line line = Line.ZERO;

    Account(int receiveMaximum) {
      this.redeliveries = new Redeliveries(receiveMaximum);
      this.stream = new StreamMarks(receiveMaximum);
    }
  }

  private final Map<String, Account> accounts = new TreeMap<>();
  private final MessageCodec codec = new MessageCodec();
  private final ToIntFunction<String> receiveMaximum;
  private final long mostPassedBytes;
  private final ReceiveTimes times = new ReceiveTimes();
  private RejectedTotal rejected = new RejectedTotal(0, 0);

  /**
   * @param receiveMaximum messages that a source's broker may have in flight
   * @param mostPassedBytes what a snapshot may hold of rows of other gateways, about
   */
  IntakeTotals(ToIntFunction<String> receiveMaximum, long mostPassedBytes) {
    this.receiveMaximum = receiveMaximum;
    this.mostPassedBytes = mostPassedBytes;
  }

  /**
   * Whoever writes a header of the log makes it by this, so that all write the same.
   *
   * @param sources those that are configured
   * @param segmentBytes of the log: size at which a segment is closed
   * @param logBytes bound on the log
   */
  public static IntakeTotals of(List<SourceConfig> sources, long segmentBytes, long logBytes) {
    return new IntakeTotals(
        name ->
            sources.stream()
                .filter(source -> source.name().equals(name))
                .mapToInt(SourceConfig::receiveMaximum)
                .findFirst()
                .orElse(UNNAMED_RECEIVE_MAXIMUM),
        Math.min(segmentBytes / PARTS_OF_SEGMENT, logBytes / PARTS_OF_LOG));
  }

  /** A copy of what is remembered of the receive times. */
  public synchronized ReceiveTimes receiveTimes() {
    ReceiveTimes copy = new ReceiveTimes();
    copy.restore(times.toNumbers());
    return copy;
  }

  /** The lines by source. */
  public synchronized Map<String, Line> lines() {
    Map<String, Line> lines = new TreeMap<>();
    accounts.forEach((source, account) -> lines.put(source, account.line));
    return lines;
  }

  /** What all sources rejected, by the records that are synced. */
  public synchronized RejectedTotal rejected() {
    return rejected;
  }

  @Override
  public synchronized void isUpTo(long offset) {
    long parts = accounts.values().stream().mapToLong(each -> each.line.rejected()).sum();
    rejected = new RejectedTotal(parts, offset);
  }

  /** The marks of a source's last deliveries. */
  synchronized Redeliveries redeliveries(String source) {
    return account(source).redeliveries;
  }

  /** The marks of what a source read from a stream. */
  synchronized StreamMarks stream(String source) {
    return account(source).stream;
  }

  /** The marks of what other gateways passed on to a source. */
  synchronized PassedMarks passed(String source) {
    return account(source).passed;
  }

  /** The sessions of a source's senders. */
  public synchronized KnownSessions sessions(String source) {
    Account account = accounts.get(source);
    return account == null ? KnownSessions.NONE : account.sessions.known();
  }

  private Account account(String source) {
    return accounts.computeIfAbsent(source, name -> new Account(receiveMaximum.applyAsInt(name)));
  }

  @Override
  public synchronized void add(int kind, ByteBuffer payload) {
    MessageCodec.Counts counts = codec.counts(payload);
    Account account = account(counts.source());
    account.line = account.line.plus(counts);
    if (!counts.source().equals(SourceConfig.REPLAY)) {
      times.add(counts.receiveTimeNs());
    }
    if (counts.packetId() != 0) {
      account.redeliveries.keep(counts);
    }
    SessionEvent event = counts.session();
    if (event != null && event.kind() == SessionEvent.Kind.READ) {
      account.stream.keep(event.content());
    } else if (event != null && event.isPassed()) {
      account.passed.keep(place(event));
    } else if (event != null) {
      account.sessions.add(event, counts);
    }
  }

  private static Passage.Place place(SessionEvent event) {
    return new Passage.Place(
        event.client(),
        event.session(),
        event.packetId(),
        event.content(),
        event.kind() == SessionEvent.Kind.PASSED ? Passage.Place.IN_TURN : event.since());
  }

  @Override
  public synchronized byte[] snapshot() {
    long[] numbers = times.toNumbers();
    boolean anyHeld = accounts.values().stream().anyMatch(each -> each.sessions.holdsAny());
    boolean anyAhead =
        anyHeld || accounts.values().stream().anyMatch(each -> each.passed.isAnyAhead());
    boolean anyPassed =
        anyHeld || accounts.values().stream().anyMatch(each -> each.passed.isUsed());
    boolean anyStream =
        anyPassed || accounts.values().stream().anyMatch(each -> each.stream.isUsed());
    Map<String, byte[]> passed = new HashMap<>();
    boolean anySession =
        anyStream || accounts.values().stream().anyMatch(each -> each.sessions.isUsed());
    int size = 1 + 4 + 8 * numbers.length + 4;
    for (Map.Entry<String, Account> each : accounts.entrySet()) {
      int marks = each.getValue().redeliveries.marks().length;
      size += 4 + each.getKey().getBytes(UTF_8).length + 5 * 8 + 8 + 4 + 4 + 8 * marks;
      size += anySession ? each.getValue().sessions.bytes(anyHeld) : 0;
      size += anyStream ? each.getValue().stream.bytes() : 0;
      if (anyPassed) {
        passed.put(each.getKey(), each.getValue().passed.toBytes(anyAhead, mostPassedBytes));
        size += passed.get(each.getKey()).length;
      }
    }
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    byte inOrder = anyAhead ? WITHOUT_HASHES : ALL_IN_TURN;
    byte alone = anyStream ? WITHOUT_GATEWAYS : anySession ? WITHOUT_STREAMS : WITHOUT_SESSIONS;
    out.put(anyHeld ? FORMAT : anyPassed ? inOrder : alone).putInt(numbers.length);
    for (long number : numbers) {
      out.putLong(number);
    }
    out.putInt(accounts.size());
    accounts.forEach(
        (source, account) -> {
          byte[] name = source.getBytes(UTF_8);
          Line line = account.line;
          out.putInt(name.length).put(name);
          out.putLong(line.received()).putLong(line.appended()).putLong(line.filtered());
          out.putLong(line.rejected()).putLong(line.refused());
          long[] marks = account.redeliveries.marks();
          out.putLong(account.redeliveries.connection()).putInt(account.redeliveries.sinceReuse());
          out.putInt(marks.length);
          for (long mark : marks) {
            out.putLong(mark);
          }
          if (anySession) {
            account.sessions.write(out, anyHeld);
          }
          if (anyStream) {
            account.stream.write(out);
          }
          if (anyPassed) {
            out.put(passed.get(source));
          }
        });
    return out.array();
  }

  @Override
  public synchronized void restore(byte[] snapshot) {
    accounts.clear();
    times.restore(new ReceiveTimes().toNumbers());
    if (snapshot.length == 0) {
      return;
    }
    ByteBuffer in = ByteBuffer.wrap(snapshot).order(ByteOrder.LITTLE_ENDIAN);
    int format = in.get();
    if (format < 1 || format > FORMAT) {
      throw new IllegalArgumentException("ledger format " + format + " is not known");
    }
    if (format > 1) {
      long[] numbers = longs(in);
      times.restore(format > 2 ? numbers : withLeaps(numbers));
    }
    for (int count = in.getInt(); count > 0; count--) {
      byte[] name = new byte[in.getInt()];
      in.get(name);
      Account account = account(new String(name, UTF_8));
      account.line = new Line(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
      long connection = format > 1 ? in.getLong() : 0;
      int sinceReuse = format > 1 ? in.getInt() : 0;
      long[] marks = longs(in);
      if (format > 1) {
        account.redeliveries.restore(marks, connection, sinceReuse);
      }
      if (format > 3) {
        account.sessions.read(in, format > WITHOUT_HASHES);
      }
      if (format > 4) {
        account.stream.read(in);
      }
      if (format > 5) {
        account.passed.read(in, format > ALL_IN_TURN);
      }
    }
  }

  /** Receive times of format 2, with the number of leaps behind the last time. */
  private static long[] withLeaps(long[] numbers) {
    long[] with = new long[numbers.length + 1];
    with[0] = numbers[0];
    with[1] = (numbers.length - 1) / 2;
    System.arraycopy(numbers, 1, with, 2, numbers.length - 1);
    return with;
  }

  private static long[] longs(ByteBuffer in) {
    long[] longs = new long[in.getInt()];
    in.asLongBuffer().get(longs);
    in.position(in.position() + longs.length * Long.BYTES);
    return longs;
  }
}
