package io.weir.gateway.sink;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.Ahead;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.SessionEvent;
import io.weir.gateway.sink.thin.Thinned;
import io.weir.gateway.sink.thin.Thinner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a feed and makes batches of its records' lines or rows. Holds at most one batch and the
 * rest of the record that overfilled it. Belongs to the drain's thread.
 */
final class Batcher implements ReadingEncoder.Out {

  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  private static final int RECORDS_AT_ONCE = 200;

  private final Feed feed;
  private final Ahead ahead;
  private final SinkForm form;
  private final ReadingEncoder encoder;
  private final int maxLines;
  private final long lingerNs;
  private final Function<Outbound, @Nullable Outbound> turn;
  private final MessageCodec codec = new MessageCodec();

  private final @Nullable Portion portion;
  private Portion.@Nullable Share share;
  private int passedOver;
  private boolean isPassedOver;

  /** {@code null} where nothing is thinned. */
  private @Nullable Thinner thinner;

  private final IntConsumer late;

  /** Readings that the row being encoded stands for and that have no outcome yet. */
  private int behindRow;

  private boolean isRow;
  private long thinned;

  private final BatchSize size;
  private List<Outbound> lines = new ArrayList<>();
  private List<Rejection> unwritable = new ArrayList<>();
  private long bytes;
  private long storedBefore;
  private long withheld;
  private long dropped;
  private long corrupt;
  private int records;
  private long firstReadAt;
  private long readTo;
  private long receivedNs;
  private long next = LineBatch.WITHIN_RECORD;
  private Outbound.Origin origin = new Outbound.Origin(0, "", 0);

  /**
   * @param lanes what a batch is divided into
   * @param turn the line as it is to be written, {@code null} where it is stored already. Asked in
   *     the order of the log
   * @param portion which part is sent, {@code null} for all
   * @param thinner makes less of the readings, {@code null} where nothing is thinned
   * @param late receives how many readings came too late for their window
   */
  Batcher(
      Feed feed,
      SinkForm form,
      Lanes lanes,
      SinkConfig.Batch limits,
      Function<Outbound, @Nullable Outbound> turn,
      @Nullable Portion portion,
      @Nullable Thinner thinner,
      IntConsumer late) {
    this.thinner = thinner;
    this.late = late;
    this.turn = turn;
    this.portion = portion;
    this.feed = feed;
    ahead = new Ahead(feed);
    this.readTo = feed.committed();
    this.form = form;
    this.encoder = form.encoder();
    this.maxLines = lanes.linesOfBatch();
    this.size = new BatchSize(limits.maxBytes());
    this.lingerNs = limits.linger().toNanos();
  }

  /**
   * Reads a few of the records that are there now, until a batch is full. Only a few, so that the
   * answers of the store are taken soon.
   *
   * @return whether there may be more to read for this batch
   */
  boolean fill(long now) throws IOException {
    for (int i = 0; i < RECORDS_AT_ONCE && !isFull(); i++) {
      Feed.Entry entry = ahead.next();
      if (entry == null) {
        passEnd(now);
        return false;
      }
      if (records == 0 && lines.isEmpty()) {
        firstReadAt = now;
      }
      read(entry);
    }
    return !isFull();
  }

  /** What damage destroyed at the end of the log is done, although no record follows it yet. */
  private void passEnd(long now) {
    Feed.Entry destroyed = feed.passEnd();
    if (destroyed == null) {
      return;
    }
    if (isEmpty()) {
      firstReadAt = now;
    }
    records++;
    next = destroyed.offset() + 1;
    readTo = next;
    dropped += destroyed.dropped();
    corrupt += destroyed.corrupt();
  }

  private void read(Feed.Entry entry) {
    records++;
    next = entry.offset() + 1;
    receivedNs = entry.receiveTimeNs();
    readTo = next;
    dropped += entry.dropped();
    corrupt += entry.corrupt();
    storedBefore += entry.doneAhead(); // sent before their turn, and dropped by the log since
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      read(entry, entry.payload());
    }
  }

  private void read(Feed.Entry entry, ByteBuffer payload) {
    Message message;
    try {
      if (thinner == null
          && share == null
          && encoder.writeStraight(codec, payload, entry.offset(), entry.receiveTimeNs(), this)) {
        return;
      }
      message = codec.decode(payload);
    } catch (RuntimeException e) { // whatever the bytes hold, the records behind them go on
      LOG.error(
          "Record {} of {} cannot be read and is counted as corrupt: {}",
          entry.offset(),
          feed.name(),
          e.toString());
      corrupt += entry.units();
      return;
    }
    origin = new Outbound.Origin(entry.offset(), message.topic(), receivedNs(entry, message));
    Portion.Share ours = share;
    Thinner thins = thinner;
    if (thins != null) {
      writeThinned(
          message, thins.thin(message.readings(), message.source(), entry.receiveTimeNs()), ours);
    } else if (ours == null) {
      encoder.write(message.readings(), origin, this);
    } else {
      writeOurs(message, ours);
    }
  }

  private void writeOurs(Message message, Portion.Share ours) {
    passedOver = 0;
    writeSome(message.source(), message.readings(), 0, ours);
    sayPassedOver();
  }

  private boolean isOurs(String source, Reading first, Portion.Share ours) {
    boolean isOurs = ours.isOurs(source, first.series(), first.timeNs(), receivedNs);
    isPassedOver = !isOurs;
    return isOurs;
  }

  private void sayPassedOver() {
    if (passedOver > 0 && portion != null) {
      portion.passedOver(passedOver);
    }
  }

  /**
   * Writes what thinning makes of a record: of all series, also those of others, since any of them
   * may be ours when a window ends. Each row stays a line of its own, so that the store replaces it
   * as a whole where it is written again.
   */
  private void writeThinned(Message message, Thinned made, Portion.@Nullable Share ours) {
    passedOver = 0;
    thinned += made.thinned();
    if (made.late() > 0) {
      late.accept(made.late());
    }
    if (made.earlier().isEmpty() && made.rows().isEmpty()) {
      writeSome(message.source(), made.readings(), 0, ours);
    } else {
      List<Reading> all = new ArrayList<>();
      made.earlier().forEach(row -> writeRow(row, all, ours));
      int from = all.size();
      all.addAll(made.readings());
      writeSome(message.source(), all, from, ours);
      made.rows().forEach(row -> writeRow(row, all, ours));
    }
    sayPassedOver();
  }

  private void writeSome(
      String source, List<Reading> readings, int from, Portion.@Nullable Share ours) {
    if (ours == null) {
      encoder.write(readings, from, origin, this, null);
    } else {
      encoder.write(ours.sent(readings), from, origin, this, first -> isOurs(source, first, ours));
    }
  }

  /**
   * @param all what is written of the record, to which the row is added
   */
  private void writeRow(Thinned.Row row, List<Reading> all, Portion.@Nullable Share ours) {
    int start = all.size();
    all.addAll(row.fields());
    isRow = true;
    behindRow = row.readings();
    if (ours == null || isOurs(row.source(), row.fields().get(0), ours)) {
      encoder.writeLine(all, start, all.size(), origin, this);
    } else {
      withheld(row.fields().size());
    }
    isRow = false;
  }

  /** The readings of an outcome: those of a row go with the first that it has. */
  private int readings(int count) {
    if (!isRow) {
      return count;
    }
    int all = behindRow;
    behindRow = 0;
    return all;
  }

  /**
   * Forgets what was read and is in no batch, and reads on from an offset.
   *
   * @param again makes less of the readings from there on
   */
  void beginAgain(long offset, Portion.Share now, @Nullable Thinner again) throws IOException {
    share = now;
    take();
    thinner = again;
    lines = new ArrayList<>();
    bytes = 0;
    next = LineBatch.WITHIN_RECORD;
    readTo = offset;
    feed.seek(offset);
  }

  /** Of what another gateway passed on: when that one received it. */
  private static long receivedNs(Feed.Entry entry, Message message) {
    SessionEvent event = message.session();
    return event != null && event.kind() == SessionEvent.Kind.PASSED
        ? event.receivedNs()
        : entry.receiveTimeNs();
  }

  @Override
  public void line(Outbound encoded) {
    Outbound line = isRow ? ofWindow(encoded) : encoded;
    if (!form.takes(line)) {
      withheld += line.readings();
      return;
    }
    Outbound wanted = turn.apply(line);
    if (wanted == null) {
      storedBefore += line.readings();
    } else {
      lines.add(wanted);
      bytes += wanted.bytes() + 1;
    }
  }

  private Outbound ofWindow(Outbound row) {
    return row.with(new Outbound.Folded((Outbound.Readings) row.part(), readings(row.readings())));
  }

  @Override
  public void withheld(int count) {
    int readings = readings(count);
    withheld += readings;
    if (isPassedOver) {
      passedOver += readings;
      isPassedOver = false;
    }
  }

  @Override
  public void unwritable(String text, int count, int index, Reason reason, String detail) {
    unwritable.add(
        new Rejection(
            origin.offset(),
            index,
            readings(count),
            origin.topic(),
            origin.receiveTimeNs(),
            reason,
            detail,
            text));
  }

  boolean isFull() {
    return lines.size() >= maxLines || bytes >= size.bytes() || records >= maxLines;
  }

  /** The offset up to which the feed is read. */
  long readTo() {
    return readTo;
  }

  boolean isEmpty() {
    return records == 0 && lines.isEmpty();
  }

  /** Nanoseconds until these lines should be written even if the batch is not full; 0 for now. */
  long waitNs(long now) {
    return isFull() ? 0 : Math.max(0, firstReadAt + lingerNs - now);
  }

  /** The lines read so far, not yet taken. */
  List<Outbound> ahead() {
    return lines;
  }

  /** How many bytes a batch may have. */
  BatchSize size() {
    return size;
  }

  /** Takes as much as one batch may hold. */
  LineBatch take() {
    boolean fits = lines.size() <= maxLines && bytes <= size.bytes(); // nearly always
    int count = fits ? lines.size() : 0;
    long taken = 0;
    while (!fits && count < lines.size() && count < maxLines) {
      taken += lines.get(count).bytes() + 1;
      if (taken > size.bytes() && count > 0) {
        break;
      }
      count++;
    }
    boolean all = count == lines.size();
    LineBatch batch =
        new LineBatch(
            all ? lines : List.copyOf(lines.subList(0, count)),
            unwritable,
            new SinkTotals(storedBefore, 0, withheld, dropped, corrupt, 0, thinned),
            all ? next : LineBatch.WITHIN_RECORD,
            receivedNs,
            all && thinner != null ? thinner.takeChanges() : null);
    lines = all ? new ArrayList<>(count) : new ArrayList<>(lines.subList(count, lines.size()));
    bytes = Outbound.bytes(lines);
    unwritable = new ArrayList<>();
    storedBefore = 0;
    withheld = 0;
    dropped = 0;
    corrupt = 0;
    thinned = 0;
    records = 0;
    return batch;
  }
}
