package io.weir.gateway.model;

import io.weir.gateway.log.Feed;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The records of a feed, with a look at the names in some of them before they are read. Where there
 * are many series, what a name leads to has left the caches, and lies at an address that the step
 * before says: a reader waits for one after the other. Here each step is taken for all of these
 * records before the next one, so that the processor waits for them together.
 *
 * <p>Nothing follows from what it finds but that it is near. So it may look at bytes that are not
 * checked. Belongs to the consumer's thread.
 */
public final class Ahead {

  /** Records of one look. */
  public static final int MOST = 24;

  /** What is known of this many series stays in the caches anyway. */
  static final int FEW_SERIES = 1_000;

  /** The names are in the first bytes of a record. */
  private static final int LOOKED_AT_BYTES = 512;

  /** What a consumer keeps of series: it looks at that too. */
  public interface Kept {

    /**
     * Looks at what is kept of each series, step by step.
     *
     * @param series of the records that follow, {@code null} where that is not known
     * @return whatever was seen, so that it has to be looked at
     */
    long look(@Nullable Series[] series, int count);
  }

  private final Feed feed;
  private final Kept kept;
  private final @Nullable Series[] found = new Series[MOST];
  private final ByteInput input = new ByteInput();
  private final int[] topics = new int[MOST];
  private final int[] series = new int[MOST];
  private int size;

  /** Records that were looked at and are not read. */
  private int left;

  /** What is looked at has to be for something. */
  private long seen;

  /** The same feed. */
  public Ahead(Feed feed) {
    this(feed, (series, count) -> 0);
  }

  /** The same feed, for who keeps much of each series. */
  public Ahead(Feed feed, Kept kept) {
    this.feed = feed;
    this.kept = kept;
  }

  /** As {@link Feed#next()}. */
  public Feed.@Nullable Entry next() throws IOException {
    if (left > 0) {
      left--;
    } else if (SeriesCodec.known() > FEW_SERIES) {
      look();
    }
    return feed.next();
  }

  private void look() {
    size = 0;
    feed.ahead(MOST, this::add);
    left = Math.max(0, size - 1);
    seen += Names.look(topics, size) + SeriesCodec.look(series, size, found);
    seen += kept.look(found, size);
  }

  /** Adds the hashes of the names of a record. */
  private void add(ByteBuffer record) {
    record.limit(Math.min(record.limit(), record.position() + LOOKED_AT_BYTES));
    topics[size] = 0;
    series[size] = 0;
    try {
      ByteInput in = input.over(record);
      int format = in.next();
      int source = in.varint();
      if (in.has(source)) {
        in.skip(source);
        if (takeHash(in, topics) && MessageCodec.toSeries(format, in)) {
          takeHash(in, series);
        }
      }
    } catch (RuntimeException e) {
      seen++; // the bytes end between two names, or are not what they should be
    } finally {
      input.done();
      size++;
    }
  }

  /** {@code false} for a name that is not all there, as those that are very long. */
  private boolean takeHash(ByteInput in, int[] hashes) {
    int length = in.varint();
    if (!in.has(length)) {
      return false;
    }
    int from = in.skip(length);
    hashes[size] = KnownBytes.hash(in.array(), from, length);
    return true;
  }
}
