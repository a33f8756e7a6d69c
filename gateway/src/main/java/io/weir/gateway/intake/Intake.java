package io.weir.gateway.intake;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.decode.Decoder;
import io.weir.gateway.log.RecordTooLargeException;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Synced;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.normalize.RecentPayloads;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Passage;
import io.weir.gateway.source.SourceConfig;
import io.weir.gateway.source.SourceConnection;
import io.weir.gateway.source.StreamRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes in one message: decodes and normalizes it and appends one record; after the sync, counts
 * and acknowledges it. Runs on the sources' threads, several at once; the part after the sync runs
 * on {@code log-sync} and never waits.
 */
public final class Intake implements Inbox {

  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  /** The only kind of record in the {@code readings} log so far. */
  static final int MESSAGE = 1;

  static final byte[] NO_BYTES = {};

  private static final Receipt NOTHING = new Receipt(0, 0, 0, List.of());

  private static final long COMPLAIN_EVERY_NS = TimeUnit.SECONDS.toNanos(30);

  private volatile Decoding decoding;
  private final @Nullable BiPredicate<String, byte[]> own;
  private final SegmentLog readings;
  private final ReceiveClock receiveClock;
  private final Time time;
  private final int maxMessageBytes;
  private final Defects defects = new Defects();
  private final Ports ports;
  private final PassedRows passed;
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
    this.receiveClock = receiveClock;
    this.time = time;
    this.ports = new Ports(ledger, registry, () -> decoding().clocks());
    this.passed = new PassedRows(readings, receiveClock, ports, codecs);
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
    next.begins();
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
      Delivery delivery, String routedAs, long receiveTimeNs, UnaryOperator<Decoded> change) {
    try (LargeMessages.Turn turn = LargeMessages.turn(delivery.payload().length)) {
      return takeInTurn(delivery, routedAs, receiveTimeNs, change);
    }
  }

  private Answer takeInTurn(
      Delivery delivery, String routedAs, long receiveTimeNs, UnaryOperator<Decoded> change) {
    long started = time.elapsedNs();
    SourcePort port = ports.of(delivery.source());
    Decoded decoded;
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
  private void keep(Delivery delivery, Decoded decoded) {
    try {
      decoded.kept().run();
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      defects.log(delivery.source(), delivery.topic(), e);
    }
  }

  private Decoded decodeOrQuarantine(Delivery delivery, String routedAs, long receiveTimeNs)
      throws IOException {
    try {
      return decode(delivery, routedAs, receiveTimeNs);
    } catch (RuntimeException | Error e) {
      return defects.quarantined(delivery.source(), delivery.topic(), delivery.payload(), e);
    }
  }

  private Decoded decode(Delivery delivery, String routedAs, long receiveTimeNs)
      throws IOException {
    byte[] payload = delivery.payload();
    Rejected rejected = delivery.rejected();
    if (rejected != null) {
      return Decoded.rejected(rejected, payload);
    }
    StreamRecord stream = delivery.stream();
    if (stream != null && stream.deletion()) {
      return Decoded.leftOut();
    }
    if (own != null && own.test(delivery.topic(), payload)) {
      ports.of(delivery.source()).own.increment();
      return Decoded.leftOut();
    }
    Decoded tooLarge = Decoded.tooLarge(payload, maxMessageBytes);
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
            receiveTimeNs,
            way(delivery));
  }

  private static Decoder.Way way(Delivery delivery) {
    SourceConnection connection = delivery.connection();
    return delivery.source().equals(SourceConfig.REPLAY)
        ? Decoder.Way.REPLAYED
        : new Decoder.Way(
            connection.number(),
            connection.since(),
            connection.sureSince(),
            delivery.qos() == 0,
            delivery.duplicate(),
            false);
  }

  /** A repeated delivery is acknowledged and counted; its readings are in the log already. */
  private static Message message(
      Delivery delivery,
      long receiveTimeNs,
      long hash,
      Decoded decoded,
      boolean repeated,
      int refused) {
    return new Message(
        delivery.source(),
        delivery.topic(),
        receiveTimeNs,
        delivery.packetId(),
        delivery.duplicate(),
        delivery.connection().number(),
        delivery.connection().resumed() != 0,
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
    return stream == null
        ? delivery.session()
        : SessionEvent.read(SourcePort.mark(stream, payloadHash));
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

  /** False where the log has no room. A record beyond the log's limit is quarantined instead. */
  private boolean append(Message message, Settling settling) {
    ByteBuffer encoded;
    try {
      encoded = codecs.get().encode(message);
    } catch (RuntimeException | Error e) {
      Delivery delivery = settling.delivery();
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
          Decoded.tooLarge(String.valueOf(e.getMessage()), settling.delivery().payload()));
    }
  }

  /** Appends what is quarantined in place of the message. */
  private boolean appendInstead(Message message, Settling settling, Decoded refused) {
    settling.rollback();
    Message instead =
        message(
            settling.delivery(),
            message.receiveTimeNs(),
            message.payloadHash(),
            refused,
            false,
            message.refused());
    settling.replace(instead);
    return append(instead, settling);
  }

  /** Takes in what other gateways have decoded. */
  public Passage passage() {
    return passed;
  }

  @Override
  public void endLinger() {
    readings.endLinger();
  }

  @Override
  public void refused(Delivery delivery) {
    int samples;
    try {
      Decoded decoded = decodeOrQuarantine(delivery, delivery.source(), receiveClock.next());
      samples = decoded.received();
      if (decoded.pending() != null) {
        decoded.pending().discard();
      }
    } catch (Decoding.NotYetException e) {
      samples = 1;
    } catch (IOException e) {
      complain("The type of a new field could not be saved; a refused message counts as one", e);
      samples = 1;
    }
    SourcePort port = ports.of(delivery.source());
    port.refused.addAndGet(samples);
    port.refusedMeter.increment(samples);
  }

  /** Refused readings of a source that no record has counted yet; its next message does. */
  public int refusedUncounted(String source) {
    return ports.of(source).refused.get();
  }

  /** Messages of each source so far that this gateway had published itself. */
  public Map<String, Long> ownMessages() {
    return ports.ownMessages();
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
}
