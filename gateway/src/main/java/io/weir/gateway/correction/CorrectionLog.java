package io.weir.gateway.correction;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.LogOptions;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.log.Synced;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of corrections. It keeps every record: its own cursor stands at the beginning and holds
 * the space, so a log at its bound takes no more. For any thread.
 */
public final class CorrectionLog implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CorrectionLog.class);

  /** The cursor that keeps the log from forgetting. */
  private static final String KEEPER = "kept";

  private static final int KIND = 1;

  /** Records that are read at once to find the newest of them. */
  private static final int WINDOW = 256;

  /** A correction is a body of 64 KiB at most, and what the figures said before. */
  private static final int MOST_BYTES = 256 << 10;

  private final SegmentLog log;
  private final Feed keeper;

  /** The undo of each entry that was taken back. */
  private final Map<Long, Undo> undone = new ConcurrentHashMap<>();

  private final RequestKeys keys = new RequestKeys();
  private final Streams streams;
  private final Sharing sharing;

  /** The log takes no record. */
  public static final class FullException extends IOException {

    private static final long serialVersionUID = 1;

    FullException(String reason) {
      super(reason);
    }
  }

  /** A correction with what became of it. */
  public record Kept(Correction correction, @Nullable Undo undo) {}

  /**
   * The options of the log: it drops nothing.
   *
   * @param segmentSize at most; a file of it has at most an eighth of the bound
   * @param maxSize the bound at which it takes no more
   */
  public static LogOptions options(Path directory, long segmentSize, long maxSize) {
    return new LogOptions(
        directory,
        Math.min(segmentSize, maxSize / 8),
        maxSize,
        LogOptions.WhenFull.BLOCK,
        Duration.ZERO,
        (int) Math.min(MOST_BYTES, maxSize / 8));
  }

  /**
   * Of a gateway that is in no group.
   *
   * @param log opened; it must not drop its oldest
   */
  public CorrectionLog(SegmentLog log) throws IOException {
    this(log, "", false);
  }

  /**
   * @param log opened; it must not drop its oldest
   * @param member the id of this gateway
   * @param shared whether other members of its group are to have what is said here
   */
  public CorrectionLog(SegmentLog log, String member, boolean shared) throws IOException {
    this.log = log;
    streams = new Streams(member, shared);
    sharing = new Sharing(this, streams);
    keeper = log.feed(KEEPER, SegmentLog.Start.OLDEST);
    try (Feed feed = log.scan(log.firstOffset())) {
      for (Entry read = next(feed); read != null; read = next(feed)) {
        Entry entry = streams.recall(read);
        if (entry instanceof Undo undo) {
          take(undo);
        }
        keys.keep(entry.origin().key(), entry.id());
      }
    } catch (IOException | RuntimeException e) {
      keeper.close();
      throw e;
    }
  }

  /**
   * Appends an entry; its id is given here.
   *
   * @return the entry once it is on stable storage; it fails where the disk does
   * @throws FullException if there is no room for it; nothing is kept then
   */
  public synchronized CompletableFuture<Entry> append(Entry entry) throws FullException {
    return write(streams.said(entry));
  }

  /** Appends what was said at another gateway. */
  synchronized void take(Entry entry) throws FullException {
    Where where = entry.origin().where();
    streams.begin(where);
    try {
      CompletableFuture<Entry> kept = write(entry);
      kept.whenComplete(
          (done, failure) -> {
            if (failure != null) {
              streams.fail(where);
            }
          });
    } catch (FullException e) {
      streams.fail(where);
      throw e;
    }
  }

  private CompletableFuture<Entry> write(Entry entry) throws FullException {
    CompletableFuture<Entry> kept = new CompletableFuture<>();
    String key = entry.origin().key();
    keys.begin(key, kept);
    long offset =
        log.append(
            KIND,
            entry.origin().timeNs(),
            1,
            CorrectionCodec.encode(entry),
            new Synced() {
              @Override
              public void synced(long at) {
                Entry known = streams.kept(entry.withId(at));
                if (known instanceof Undo undo) {
                  take(undo);
                }
                keys.keep(key, at);
                kept.complete(known);
              }

              @Override
              public void failed(long at, Throwable cause) {
                keys.fail(key);
                kept.completeExceptionally(cause);
              }
            });
    if (offset == SegmentLog.NO_ROOM) {
      String reason = log.status().reason();
      FullException full =
          new FullException(
              reason != null
                  ? reason
                  : "the log of corrections is at its bound of "
                      + log.status().maxBytes()
                      + " bytes");
      keys.fail(key);
      kept.completeExceptionally(full);
      throw full;
    }
    return kept;
  }

  /**
   * What an earlier request of that key has become or becomes, of the newest {@value
   * RequestKeys#MOST}; {@code null} where there was none.
   */
  public @Nullable CompletableFuture<Entry> ofKey(String key) throws IOException {
    CompletableFuture<Entry> underWay = keys.underWay(key);
    Long id = underWay == null ? keys.id(key) : null;
    return id == null ? underWay : CompletableFuture.completedFuture(entry(id));
  }

  /** Of two members that took back the same, all show the one that was first. */
  private void take(Undo undo) {
    undone.merge(undo.of(), undo, (before, other) -> other.rank() < before.rank() ? other : before);
  }

  /** For the other gateways of a group. */
  public Sharing sharing() {
    return sharing;
  }

  /** Whether other gateways are to have what is said here. */
  public boolean isShared() {
    return streams.isShared();
  }

  /** Whether it was said at this gateway. */
  public boolean isOwn(Entry entry) {
    return streams.isOwn(entry.origin().where());
  }

  /** What took an entry back, or {@code null} while it holds. */
  public @Nullable Undo undoOf(long id) {
    return undone.get(id);
  }

  /** A correction, or {@code null} if there is none of that id. */
  public @Nullable Kept find(long id) throws IOException {
    return entry(id) instanceof Correction correction ? new Kept(correction, undoOf(id)) : null;
  }

  /** An entry, or {@code null} if there is none of that id. */
  public @Nullable Entry entry(long id) throws IOException {
    if (id < log.firstOffset() || id >= log.syncedOffset()) {
      return null;
    }
    try (Feed feed = log.scan(id)) {
      Entry entry = next(feed);
      return entry != null && entry.id() == id ? streams.known(entry) : null;
    }
  }

  /**
   * The newest corrections, newest first.
   *
   * @param before only those of a lower id
   * @param most this many of them
   */
  public List<Kept> newest(long before, int most, Predicate<Correction> wanted) throws IOException {
    List<Kept> newest = new ArrayList<>();
    long end = Math.min(before, log.syncedOffset());
    while (end > log.firstOffset() && newest.size() < most) {
      long begin = Math.max(log.firstOffset(), end - WINDOW);
      List<Kept> found = new ArrayList<>();
      try (Feed feed = log.scan(begin)) {
        for (Entry read = next(feed); read != null && read.id() < end; read = next(feed)) {
          if (streams.known(read) instanceof Correction correction && wanted.test(correction)) {
            found.add(new Kept(correction, undoOf(correction.id())));
          }
        }
      }
      Collections.reverse(found);
      newest.addAll(found.subList(0, Math.min(found.size(), most - newest.size())));
      end = begin;
    }
    return newest;
  }

  /** The id after the newest entry on stable storage. */
  public long end() {
    return log.syncedOffset();
  }

  /** All entries from an id on, in the order in which they were made; the caller closes it. */
  public Entries from(long id) throws IOException {
    return new Entries(log.scan(Math.max(id, log.firstOffset())), streams::known);
  }

  /** Entries one after the other. For one thread. */
  public static final class Entries implements AutoCloseable {

    private final Feed feed;
    private final UnaryOperator<Entry> known;

    /**
     * @param feed of the log; closed with these
     */
    public Entries(Feed feed) {
      this(feed, UnaryOperator.identity());
    }

    /**
     * @param known gives each its whole origin
     */
    Entries(Feed feed, UnaryOperator<Entry> known) {
      this.feed = feed;
      this.known = known;
    }

    /** The next entry on stable storage, or {@code null} while there is none. */
    public @Nullable Entry next() throws IOException {
      Entry entry = CorrectionLog.next(feed);
      return entry == null ? null : known.apply(entry);
    }

    @Override
    public void close() throws IOException {
      feed.close();
    }
  }

  private static @Nullable Entry next(Feed feed) throws IOException {
    for (Feed.Entry record = feed.next(); record != null; record = feed.next()) {
      if (record.corrupt() > 0) {
        LOG.error(
            "{} corrections before number {} are damaged and hold no more",
            record.corrupt(),
            record.offset());
      }
      try {
        return CorrectionCodec.decode(record.offset(), record.payload());
      } catch (IllegalArgumentException e) {
        LOG.error(
            "Correction {} cannot be read and does not hold: {}", record.offset(), e.getMessage());
      }
    }
    return null;
  }

  /** The log itself is closed by who opened it. */
  @Override
  public void close() throws IOException {
    keeper.close();
  }
}
