package io.weir.gateway.quarantine;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Durable;
import io.weir.gateway.model.Follower;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reason;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.RejectedTotal;
import io.weir.gateway.quarantine.Quarantined.Fault;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what the intake rejected from the log of readings to the quarantine. Owns the thread
 * {@code quarantine}; only that thread uses its feed and its writer.
 *
 * <p>A rejected part with its own bytes becomes its own entry. All others of a message share the
 * whole payload as evidence in one entry, with one fault per reason: ten thousand bad values in one
 * payload must not become ten thousand copies of it.
 */
public final class QuarantineCopier implements Follower.Work, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QuarantineCopier.class);
  private static final int BATCH = 1_000;

  private final Feed feed;
  private final QuarantineWriter writer;
  private final Time time;
  private final long commitEveryNs;
  private final MessageCodec codec = new MessageCodec();
  private final CopierAccount account;
  private final Follower follower;
  private long done;
  private long committedAtNs;

  /** Whether the cursor says what was destroyed at the end of the log when it was opened. */
  private boolean isEndSaid;

  /**
   * @param feed over the log of readings; closed with this
   * @param writer for the side of the sources
   * @param commitEvery how often copies are synced and the position is saved
   * @param intake parts that were rejected, by the records that are synced; for any thread
   */
  public QuarantineCopier(
      Feed feed,
      QuarantineWriter writer,
      Time time,
      Duration commitEvery,
      Supplier<RejectedTotal> intake) {
    this.feed = feed;
    this.writer = writer;
    this.time = time;
    this.commitEveryNs = commitEvery.toNanos();
    done = feed.committed();
    account = new CopierAccount(intake, CopiedParts.fromBytes(feed.state(), done));
    committedAtNs = time.elapsedNs();
    follower = new Follower("quarantine", "the quarantine", feed, time, this);
  }

  /** What runs this: on a thread, or step by step. */
  public Follower follower() {
    return follower;
  }

  /** What became of the parts that the intake rejected, durably. For any thread. */
  public QuarantineBalance balance() {
    return account.balance();
  }

  @Override
  public void resume() throws IOException {
    done = feed.committed();
    account.restore();
    isEndSaid = false;
    feed.seek(done);
  }

  @Override
  public void finish() throws IOException {
    commit(writer.sync());
  }

  /**
   * Copies what there is, a batch at most.
   *
   * @return whether there was anything
   * @throws IOException if it cannot be written; nothing is committed then
   */
  @Override
  public boolean step() throws IOException {
    if (!isEndSaid) {
      sayEnd();
    }
    int read = 0;
    Feed.Entry entry = null;
    while (read < BATCH && (entry = feed.next()) != null) {
      read++;
      if (feed.isDamagedSince(done)) {
        account.gap(entry.offset());
      }
      account.before(entry.offset(), entry.offset() > done || entry.dropped() > 0);
      copy(entry);
      done = entry.offset() + 1;
    }
    Feed.Entry destroyed = entry == null ? feed.passEnd() : null;
    if (destroyed != null) {
      done = destroyed.offset() + 1;
      account.gap(done);
      account.before(done, true);
    }
    account.reach(done);
    boolean isDue = time.elapsedNs() - committedAtNs >= commitEveryNs;
    if (isDue || account.isLossUnsaid()) {
      Durable copied = writer.sync();
      commit(copied);
    }
    return read > 0;
  }

  /**
   * What damage destroyed at the end of the log before it was opened is not to be found any more
   * once other records follow and the process dies. So that is said first, whether or not the
   * quarantine takes anything.
   */
  private void sayEnd() throws IOException {
    long end = feed.damagedEnd();
    if (end > done) {
      account.gap(end);
      commitParts();
    }
    isEndSaid = true;
  }

  /**
   * @param copied the proof that the rejected parts of all records up to here are in the quarantine
   */
  private void commit(Durable copied) throws IOException {
    copied.then(this::commitParts);
    committedAtNs = time.elapsedNs();
  }

  private void commitParts() throws IOException {
    CopiedParts parts = account.parts();
    if (done > feed.committed() || !parts.equals(account.inCursor())) {
      feed.commit(done, parts.toBytes());
      account.committed(parts);
    }
  }

  private void copy(Feed.Entry entry) throws IOException {
    try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
      copyRejected(entry);
    }
  }

  private void copyRejected(Feed.Entry entry) throws IOException {
    Message message;
    try {
      if (codec.rejected(entry.payload()) == 0) {
        return;
      }
      message = codec.decode(entry.payload());
    } catch (IllegalArgumentException e) {
      LOG.error("Record {} is skipped: its bytes are not a message", entry.offset(), e);
      return;
    }
    account.copied(message.rejected().size());
    Map<Reason, Fault> shared = new EnumMap<>(Reason.class);
    int index = 1; // 0 is the whole payload
    for (Rejected rejected : message.rejected()) {
      Fault fault = new Fault(rejected.reason(), rejected.detail(), 1);
      byte[] part = rejected.part();
      if (part == null) {
        shared.merge(fault.reason(), fault, (first, next) -> first.andOneMore());
      } else {
        put(entry, message, index, List.of(fault), part);
      }
      index++;
    }
    if (!shared.isEmpty()) {
      put(entry, message, 0, new ArrayList<>(shared.values()), message.payload());
    }
  }

  private void put(
      Feed.Entry entry, Message message, int index, List<Fault> faults, byte[] evidence)
      throws IOException {
    writer.put(
        message.source(),
        entry.offset(),
        index,
        message.topic(),
        message.receiveTimeNs(),
        faults,
        evidence);
  }

  /** Stops, keeps the position, and waits for the thread. */
  @Override
  public void close() throws IOException {
    follower.close();
  }
}
