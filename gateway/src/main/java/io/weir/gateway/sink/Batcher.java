package io.weir.gateway.sink;

import io.weir.gateway.log.Feed;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
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
  private final ReadingEncoder encoder;
  private final int maxLines;
  private final long lingerNs;
  private final Predicate<Outbound> wanted;
  private final MessageCodec codec = new MessageCodec();

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
  private long next = LineBatch.WITHIN_RECORD;
  private Outbound.Origin origin = new Outbound.Origin(0, "", 0);

  /**
   * @param lanes what a batch is divided into
   * @param wanted whether a line is to be written; one that is not is stored already. Asked in the
   *     order of the log
   */
  Batcher(
      Feed feed, SinkForm form, Lanes lanes, SinkConfig.Batch limits, Predicate<Outbound> wanted) {
    this.wanted = wanted;
    this.feed = feed;
    this.readTo = feed.committed();
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
      Feed.Entry entry = feed.next();
      if (entry == null) {
        return false;
      }
      if (records == 0 && lines.isEmpty()) {
        firstReadAt = now;
      }
      read(entry);
    }
    return !isFull();
  }

  private void read(Feed.Entry entry) {
    records++;
    next = entry.offset() + 1;
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
    origin = new Outbound.Origin(entry.offset(), message.topic(), entry.receiveTimeNs());
    encoder.write(message.readings(), origin, this);
  }

  @Override
  public void line(Outbound line) {
    if (wanted.test(line)) {
      lines.add(line);
      bytes += line.bytes() + 1;
    } else {
      storedBefore += line.readings();
    }
  }

  @Override
  public void withheld(int readings) {
    withheld += readings;
  }

  @Override
  public void unwritable(String text, int readings, int index, Reason reason, String detail) {
    unwritable.add(
        new Rejection(
            origin.offset(),
            index,
            readings,
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
    int count = 0;
    long taken = 0;
    while (count < lines.size() && count < maxLines) {
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
            new SinkTotals(storedBefore, 0, withheld, dropped, corrupt),
            all ? next : LineBatch.WITHIN_RECORD);
    lines = all ? new ArrayList<>(count) : new ArrayList<>(lines.subList(count, lines.size()));
    bytes = 0;
    for (Outbound line : lines) {
      bytes += line.bytes() + 1;
    }
    unwritable = new ArrayList<>();
    storedBefore = 0;
    withheld = 0;
    dropped = 0;
    corrupt = 0;
    records = 0;
    return batch;
  }
}
