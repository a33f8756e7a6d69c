package io.weir.gateway.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.log.RecordTooLargeException;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Synced;
import io.weir.gateway.log.Time;
import io.weir.gateway.metrics.MeterNames;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.normalize.DeviceClocks;
import io.weir.gateway.normalize.PendingState;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.RecentPayloads;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Passage;
import io.weir.gateway.source.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in one message: decodes and normalizes it and appends one record; after the sync, counts
 * and acknowledges it. Runs on the sources' threads, several at once; the part after the sync runs
 * on {@code log-sync} and never waits.
 */
public final class Intake implements Inbox, Passage {

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** The only kind of record in the {@code readings} log so far. */
  private static final int MESSAGE = 1;

  private static final byte[] NO_BYTES = {};

  private static final Receipt NOTHING = new Receipt(0, 0, 0, List.of());

  private static final double NS_IN_S = 1e9;
  private static final long COMPLAIN_EVERY_NS = TimeUnit.SECONDS.toNanos(30);

  private volatile Decoding decoding;
  private final @Nullable BiPredicate<String, byte[]> own;
  private final SegmentLog readings;
  private final IntakeTotals ledger;
  private final ReceiveClock receiveClock;
  private final Time time;
  private final MeterRegistry registry;
  private final int maxMessageBytes;
  private final Defects defects = new Defects();
  private final Map<String, Port> ports = new ConcurrentHashMap<>();
  private final ThreadLocal<MessageCodec> codecs = ThreadLocal.withInitial(MessageCodec::new);
  private final AtomicLong complainedAt;
  private final AtomicLong warnedAt;

  /**
   * @param own whether a message, by topic and payload, is one that this gateway has published
   *     itself; {@code null} where it publishes none
   */
  public Intake(
      Decoding decoding,
      SegmentLog readings,
      IntakeTotals ledger,
      ReceiveClock receiveClock,
      Time time,
      MeterRegistry registry,
      int maxMessageBytes,
      @Nullable BiPredicate<String, byte[]> own) {
    this.decoding = decoding;
    this.own = own;
    this.readings = readings;
    this.ledger = ledger;
    this.receiveClock = receiveClock;
    this.time = time;
    this.registry = registry;
    this.maxMessageBytes = maxMessageBytes;
    this.complainedAt = new AtomicLong(time.elapsedNs() - COMPLAIN_EVERY_NS);
    this.warnedAt = new AtomicLong(complainedAt.get());
  }

  /** The current decoding; one delivery is always decoded by one of them. */
  public Decoding decoding() {
    return decoding;
  }

  /** Replaces the decoding, for later deliveries. */
  public void use(Decoding next) {
    decoding = next;
  }

  @Override
  public Answer offer(Delivery delivery) {
    return take(delivery, delivery.source(), receiveClock.next(), UnaryOperator.identity());
  }

  /**
   * Takes a delivery in as {@link #offer} does.
   *
   * @param routedAs the source by whose routes it is decoded
   * @param receiveTimeNs when it first arrived
   * @param change applied to its parts before they are appended
   */
  public Answer take(
      Delivery delivery,
      String routedAs,
      long receiveTimeNs,
      UnaryOperator<Decoding.Decoded> change) {
    try (LargeMessages.Turn turn = LargeMessages.turn(delivery.payload().length)) {
      return takeInTurn(delivery, routedAs, receiveTimeNs, change);
    }
  }

  private Answer takeInTurn(
      Delivery delivery,
      String routedAs,
      long receiveTimeNs,
      UnaryOperator<Decoding.Decoded> change) {
    long started = time.elapsedNs();
    Port port = port(delivery.source());
    Decoding.Decoded decoded;
    try {
      decoded = change.apply(decodeOrQuarantine(delivery, routedAs, receiveTimeNs));
    } catch (Decoding.NotYetException e) {
      return Answer.NOT_YET;
    } catch (IOException e) {
      complain("The type of a new field could not be saved; messages wait", e);
      return Answer.NO_ROOM;
    }
    boolean marked =
        delivery.packetId() != 0 || delivery.stream() != null || decoding.deduplicates();
    long hash = marked ? RecentPayloads.hash(delivery.payload()) : 0;
    boolean repeated = port.isRepeated(delivery, hash);
    Message message = message(delivery, receiveTimeNs, hash, decoded, repeated, port.takeRefused());
    Settling settling = new Settling(port, delivery, message, repeated, decoded);
    settling.begin();
    if (!append(message, settling)) {
      settling.undo();
      return Answer.NO_ROOM;
    }
    codecs.get().release();
    if (decoded.skewed() > 0) {
      warnOfClock(delivery);
    }
    keep(delivery, decoded);
    port.time.record(time.elapsedNs() - started, TimeUnit.NANOSECONDS);
    return Answer.TAKEN;
  }

  /** What follows once it is appended; a defect there does not take the message back. */
  private void keep(Delivery delivery, Decoding.Decoded decoded) {
    try {
      decoded.kept().run();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      defects.log(delivery.source(), delivery.topic(), e);
    }
  }

  private Decoding.Decoded decodeOrQuarantine(
      Delivery delivery, String routedAs, long receiveTimeNs) throws IOException {
    try {
      return decode(delivery, routedAs, receiveTimeNs);
    } catch (RuntimeException | Error e) {
      return defects.quarantined(delivery.source(), delivery.topic(), delivery.payload(), e);
    }
  }

  private Decoding.Decoded decode(Delivery delivery, String routedAs, long receiveTimeNs)
      throws IOException {
    byte[] payload = delivery.payload();
    Rejected rejected = delivery.rejected();
    if (rejected != null) {
      return Decoding.rejected(rejected, payload);
    }
    StreamRecord stream = delivery.stream();
    if (stream != null && stream.deletion()) {
      return Decoding.nothing();
    }
    if (own != null && own.test(delivery.topic(), payload)) {
      port(delivery.source()).own.increment();
      return Decoding.nothing();
    }
    Decoding.Decoded tooLarge = Decoding.tooLarge(payload, maxMessageBytes);
    return tooLarge != null
        ? tooLarge
        : decoding.decode(
            routedAs,
            delivery.topic(),
            payload,
            delivery.retained(),
            delivery.format(),
            delivery.contentType(),
            stream == null || !stream.timed() ? -1 : stream.timeMs(),
            receiveTimeNs);
  }

  /** A repeated delivery is acknowledged and counted; its readings are in the log already. */
  private static Message message(
      Delivery delivery,
      long receiveTimeNs,
      long hash,
      Decoding.Decoded decoded,
      boolean repeated,
      int refused) {
    return new Message(
        delivery.source(),
        delivery.topic(),
        receiveTimeNs,
        delivery.packetId(),
        delivery.duplicate(),
        delivery.connection(),
        delivery.resumed() != 0,
        hash,
        decoded.received(),
        repeated ? decoded.received() : decoded.filtered(),
        refused,
        repeated ? List.of() : decoded.readings(),
        repeated ? List.of() : located(decoded.rejected(), delivery.stream()),
        repeated ? new byte[0] : decoded.payload(),
        delivery.retained(),
        decoded.numbers(),
        event(delivery, hash));
  }

  private static @Nullable SessionEvent event(Delivery delivery, long payloadHash) {
    StreamRecord stream = delivery.stream();
    return stream == null ? delivery.session() : SessionEvent.read(mark(stream, payloadHash));
  }

  /** Tells a record of a stream from all others. */
  private static long mark(StreamRecord stream, long payloadHash) {
    long mark = (stream.place() ^ payloadHash) * 0x9E3779B97F4A7C15L + payloadHash;
    return mark ^ mark >>> 32;
  }

  /** With the place in the stream, where a person finds the record again. */
  private static List<Rejected> located(List<Rejected> rejected, @Nullable StreamRecord stream) {
    return stream == null || rejected.isEmpty()
        ? rejected
        : rejected.stream()
            .map(
                each ->
                    new Rejected(
                        each.reason(), each.detail() + " (" + stream.where() + ")", each.part()))
            .toList();
  }

  @Override
  public Answer note(String source, SessionEvent event, Delivery.Settled settled) {
    Message message = Message.ofSession(source, receiveClock.next(), event);
    ByteBuffer encoded = codecs.get().encode(message);
    long offset =
        readings.append(
            MESSAGE,
            message.receiveTimeNs(),
            0,
            encoded,
            new Synced() {
              @Override
              public void synced(long at) {
                settled.durable(NOTHING);
              }

              @Override
              public void failed(long at, Throwable cause) {
                settled.failed(cause);
              }
            });
    return offset == SegmentLog.NO_ROOM ? Answer.NO_ROOM : Answer.TAKEN;
  }

  // ---- What other gateways have decoded

  @Override
  public Known known(String source, Place place, boolean mustStand) {
    return port(source).passed.known(place, mustStand);
  }

  @Override
  public Answer pass(Passed row, boolean again, Delivery.Settled settled) {
    Port port = port(row.source());
    Place place = row.place();
    SessionEvent event = again ? null : event(place, row.receivedNs());
    int count = row.readings().size();
    Message message =
        new Message(
            row.source(),
            row.topic(),
            receiveClock.next(),
            0,
            false,
            0,
            false,
            place.hash(),
            count,
            0,
            port.takeRefused(),
            row.readings(),
            List.of(),
            NO_BYTES,
            false,
            List.of(),
            event);
    Passing passing = new Passing(port, message, again ? null : place, settled);
    passing.begin();
    boolean taken;
    try {
      taken = append(passing);
    } catch (RecordTooLargeException e) { // the other gateway's log takes larger ones
      passing.message =
          tooLarge(message, new Rejected(Reason.TOO_LARGE, String.valueOf(e.getMessage()), null));
      taken = append(passing);
    }
    codecs.get().release();
    if (!taken) {
      passing.undo();
      return Answer.NO_ROOM;
    }
    return Answer.TAKEN;
  }

  private static SessionEvent event(Place at, long receivedNs) {
    return at.isAhead()
        ? SessionEvent.passedAhead(
            at.log(), at.offset(), at.index(), at.hash(), receivedNs, at.since())
        : SessionEvent.passed(at.log(), at.offset(), at.index(), at.hash(), receivedNs);
  }

  private boolean append(Passing passing) {
    Message message = passing.message;
    ByteBuffer encoded = codecs.get().encode(message);
    return readings.append(
            MESSAGE, message.receiveTimeNs(), message.readings().size(), encoded, passing)
        != SegmentLog.NO_ROOM;
  }

  private static Message tooLarge(Message message, Rejected why) {
    return new Message(
        message.source(),
        message.topic(),
        message.receiveTimeNs(),
        0,
        false,
        0,
        false,
        message.payloadHash(),
        1,
        0,
        message.refused(),
        List.of(),
        List.of(why),
        NO_BYTES,
        false,
        List.of(),
        message.session());
  }

  @Override
  public void repeated(String source, int rows) {
    port(source).duplicates.increment(rows);
  }

  /** A row that was passed on, until it is on the disk. */
  private static final class Passing implements Synced {
    private final Port port;
    private final @Nullable Place place;
    private final Delivery.Settled settled;
    private Message message;

    Passing(Port port, Message message, @Nullable Place place, Delivery.Settled settled) {
      this.port = port;
      this.message = message;
      this.place = place;
      this.settled = settled;
    }

    /** Called before the append, because the sync may end before the append returns. */
    void begin() {
      if (place != null) {
        port.passed.begin(place);
      }
    }

    void undo() {
      port.refused.addAndGet(message.refused());
      if (place != null) {
        port.passed.undo(place);
      }
    }

    @Override
    public void synced(long offset) {
      int count = message.readings().size();
      port.messages.increment();
      port.received.increment(message.received());
      port.appended.increment(count);
      for (Rejected rejected : message.rejected()) {
        Counter counter = port.rejected.get(rejected.reason());
        if (counter != null) {
          counter.increment();
        }
      }
      settled.durable(new Receipt(message.received(), count, 0, message.rejected()));
    }

    @Override
    public void failed(long offset, Throwable cause) {
      undo();
      settled.failed(cause);
    }
  }

  /** False where the log has no room. A record beyond the log's limit is quarantined instead. */
  private boolean append(Message message, Settling settling) {
    ByteBuffer encoded;
    try {
      encoded = codecs.get().encode(message);
    } catch (RuntimeException | Error e) {
      Delivery delivery = settling.delivery;
      return appendInstead(
          message,
          settling,
          defects.quarantined(delivery.source(), delivery.topic(), delivery.payload(), e));
    }
    try {
      return readings.append(
              MESSAGE, message.receiveTimeNs(), message.readings().size(), encoded, settling)
          != SegmentLog.NO_ROOM;
    } catch (RecordTooLargeException e) {
      return appendInstead(
          message,
          settling,
          Decoding.tooLarge(String.valueOf(e.getMessage()), settling.delivery.payload()));
    }
  }

  /** Appends what is quarantined in place of the message. */
  private boolean appendInstead(Message message, Settling settling, Decoding.Decoded refused) {
    settling.rollback();
    settling.message =
        message(
            settling.delivery,
            message.receiveTimeNs(),
            message.payloadHash(),
            refused,
            false,
            message.refused());
    return append(settling.message, settling);
  }

  @Override
  public void endLinger() {
    readings.endLinger();
  }

  @Override
  public void refused(Delivery delivery) {
    int samples;
    try {
      Decoding.Decoded decoded =
          decodeOrQuarantine(delivery, delivery.source(), receiveClock.next());
      samples = decoded.received();
      if (decoded.footprint() != null) {
        decoded.footprint().discard();
      }
    } catch (Decoding.NotYetException e) {
      samples = 1;
    } catch (IOException e) {
      complain("The type of a new field could not be saved; a refused message counts as one", e);
      samples = 1;
    }
    Port port = port(delivery.source());
    port.refused.addAndGet(samples);
    port.refusedMeter.increment(samples);
  }

  /** Refused readings of a source that no record has counted yet; its next message does. */
  public int refusedUncounted(String source) {
    return port(source).refused.get();
  }

  /** Messages of each source so far that this gateway had published itself. */
  public Map<String, Long> ownMessages() {
    Map<String, Long> counts = new TreeMap<>();
    ports.forEach((source, port) -> counts.put(source, (long) port.own.count()));
    return counts;
  }

  private Port port(String source) {
    return ports.computeIfAbsent(source, Port::new);
  }

  private void complain(String what, IOException cause) {
    if (isDue(complainedAt)) {
      LOG.error("{}", what, cause);
    }
  }

  private void warnOfClock(Delivery delivery) {
    if (isDue(warnedAt)) {
      LOG.warn(
          "{}: device clock on {} is wrong; using arrival time",
          delivery.source(),
          delivery.topic());
    }
  }

  /** Limits a log line to one per interval. */
  private boolean isDue(AtomicLong lastAt) {
    long now = time.elapsedNs();
    long before = lastAt.get();
    return now - before >= COMPLAIN_EVERY_NS && lastAt.compareAndSet(before, now);
  }

  /** The state of one source. */
  private final class Port {
    final Redeliveries redeliveries;
    final StreamMarks stream;
    final PassedMarks passed;
    final AtomicInteger refused = new AtomicInteger();
    final Counter messages;
    final Counter bytes;
    final Counter received;
    final Counter appended;
    final Counter filtered;
    final Counter duplicates;
    final Counter skewed;
    final Counter misread;
    final Counter own;
    final Counter refusedMeter;
    final Map<Reason, Counter> rejected = new EnumMap<>(Reason.class);
    final Timer time;

    Port(String source) {
      redeliveries = ledger.redeliveries(source);
      stream = ledger.stream(source);
      passed = ledger.passed(source);
      messages = counter(MeterNames.MESSAGES, source);
      bytes = counter(MeterNames.RECEIVED_BYTES, source);
      received = counter(MeterNames.RECEIVED, source);
      appended = counter(MeterNames.APPENDED, source);
      filtered = counter(MeterNames.FILTERED, source);
      duplicates = counter(MeterNames.DUPLICATES, source);
      skewed = counter(MeterNames.SKEWED, source);
      misread = counter(MeterNames.MISREAD, source);
      own = counter(MeterNames.OWN_MESSAGES, source);
      refusedMeter = counter(MeterNames.REFUSED, source);
      for (Reason reason : Reason.values()) {
        rejected.put(
            reason,
            registry.counter(MeterNames.REJECTED, "source", source, "reason", reason.label()));
      }
      time = registry.timer(MeterNames.INTAKE_TIME, "source", source);
      DeviceClocks clocks = decoding.clocks();
      gauge(MeterNames.CLOCK_AHEAD, source, clocks, each -> each.aheadNs(source) / NS_IN_S);
      gauge(MeterNames.CLOCK_BEHIND, source, clocks, each -> each.behindNs(source) / NS_IN_S);
    }

    private void gauge(
        String name, String source, DeviceClocks clocks, ToDoubleFunction<DeviceClocks> value) {
      registry.gauge(name, Tags.of("source", source), clocks, value);
    }

    private Counter counter(String name, String source) {
      return registry.counter(name, "source", source);
    }

    /** Whether the gateway has taken this delivery before. */
    boolean isRepeated(Delivery delivery, long payloadHash) {
      StreamRecord record = delivery.stream();
      return record != null
          ? stream.isRepeated(mark(record, payloadHash))
          : delivery.duplicate() && redeliveries.isRepeated(delivery, payloadHash);
    }

    void begin(Message message) {
      redeliveries.begin(message);
      if (message.session() != null && message.session().kind() == SessionEvent.Kind.READ) {
        stream.begin(message.session().content());
      }
    }

    void end(Message message) {
      redeliveries.end(message);
      if (message.session() != null && message.session().kind() == SessionEvent.Kind.READ) {
        stream.end(message.session().content());
      }
    }

    int takeRefused() {
      return refused.get() == 0 ? 0 : refused.getAndSet(0);
    }
  }

  /** Runs after the sync. */
  private static final class Settling implements Synced {
    private final Port port;
    private final Delivery delivery;
    private Message message;
    private final boolean repeated;
    private final Decoding.Decoded decoded;

    Settling(
        Port port, Delivery delivery, Message message, boolean repeated, Decoding.Decoded decoded) {
      this.port = port;
      this.delivery = delivery;
      this.message = message;
      this.repeated = repeated;
      this.decoded = decoded;
    }

    /** Called before the append, because the sync may end before the append returns. */
    void begin() {
      port.begin(message);
      PendingState footprint = decoded.footprint();
      if (footprint != null && repeated) {
        footprint.discard();
      } else if (footprint != null) {
        footprint.commit();
      }
    }

    @Override
    public void synced(long offset) {
      port.end(message);
      port.messages.increment();
      port.bytes.increment(delivery.payload().length);
      port.received.increment(message.received());
      count(port.appended, message.readings().size());
      count(port.filtered, message.filtered());
      count(port.skewed, decoded.skewed());
      count(port.misread, decoded.misread());
      count(port.duplicates, repeated ? 1 : 0);
      for (Rejected rejected : message.rejected()) {
        Counter counter = port.rejected.get(rejected.reason());
        if (counter != null) {
          counter.increment();
        }
      }
      delivery
          .settled()
          .durable(
              new Receipt(
                  message.received(),
                  message.readings().size(),
                  message.filtered(),
                  message.rejected()));
    }

    private static void count(Counter counter, int more) {
      if (more > 0) {
        counter.increment(more);
      }
    }

    @Override
    public void failed(long offset, Throwable cause) {
      undo();
      delivery.settled().failed(cause);
    }

    /** Undoes everything: the mark, the footprint and the refusals that the record would carry. */
    void undo() {
      port.end(message);
      port.refused.addAndGet(message.refused());
      rollback();
    }

    void rollback() {
      if (!repeated && decoded.footprint() != null) {
        decoded.footprint().rollback();
      }
    }
  }
}
