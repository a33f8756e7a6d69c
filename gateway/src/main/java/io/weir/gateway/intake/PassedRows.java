package io.weir.gateway.intake;

import io.weir.gateway.log.RecordTooLargeException;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Synced;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.normalize.ReceiveClock;
import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.Passage;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes in rows that other gateways have decoded: appends each as one record, with its place in
 * their logs.
 */
final class PassedRows implements Passage {

  private final SegmentLog readings;
  private final ReceiveClock receiveClock;
  private final Ports ports;
  private final ThreadLocal<MessageCodec> codecs;

  PassedRows(
      SegmentLog readings,
      ReceiveClock receiveClock,
      Ports ports,
      ThreadLocal<MessageCodec> codecs) {
    this.readings = readings;
    this.receiveClock = receiveClock;
    this.ports = ports;
    this.codecs = codecs;
  }

  @Override
  public void begin(String source, Place first) {
    ports.of(source).passed.beginBatch(first);
  }

  @Override
  public Known known(String source, Place place, boolean mustStand) {
    return ports.of(source).passed.known(place, mustStand);
  }

  @Override
  public Inbox.Answer pass(Passed row, boolean again, Delivery.Settled settled) {
    SourcePort port = ports.of(row.source());
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
            Intake.NO_BYTES,
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
      return Inbox.Answer.NO_ROOM;
    }
    return Inbox.Answer.TAKEN;
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
            Intake.MESSAGE, message.receiveTimeNs(), message.readings().size(), encoded, passing)
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
        Intake.NO_BYTES,
        false,
        List.of(),
        message.session());
  }

  @Override
  public void repeated(String source, int rows) {
    ports.of(source).duplicates.increment(rows);
  }

  /** A row that was passed on, until it is on the disk. */
  private static final class Passing implements Synced {
    private final SourcePort port;
    private final @Nullable Place place;
    private final Delivery.Settled settled;
    private Message message;

    Passing(SourcePort port, Message message, @Nullable Place place, Delivery.Settled settled) {
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
      port.count(message);
      settled.durable(new Inbox.Receipt(message.received(), count, 0, message.rejected()));
    }

    @Override
    public void failed(long offset, Throwable cause) {
      undo();
      settled.failed(cause);
    }
  }
}
