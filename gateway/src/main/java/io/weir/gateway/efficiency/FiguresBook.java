package io.weir.gateway.efficiency;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.codec.StateCodec;
import io.weir.gateway.efficiency.codec.StateDecoder;
import io.weir.gateway.efficiency.codec.StateEncoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What must outlive the state of the figures: the highest revision that was ever given to a row,
 * the spans that are to be folded again, and up to when the rows of lines, areas and sites are no
 * longer those of the live figures. Each change is durable when its method returns.
 *
 * <p>Bytes (primitives in {@link StateCodec}): u8 format 1; the highest revision; the instant up to
 * which rows of levels are given up; the spans.
 *
 * <p>Shared by the threads {@code efficiency} and {@code recompute} and by those of requests, under
 * its own lock, which is held while the small file is written.
 */
public final class FiguresBook {

  private static final byte FORMAT = 1;

  /** More than a version without this book can have given. */
  private static final long BEFORE_THE_BOOK = 1_000_000;

  /** Spans kept at most; beyond them, those that are next to each other become one. */
  private static final int MOST_SPANS = 10_000;

  /** Where it is kept. */
  public interface Store {

    /** What was saved last; empty where nothing was. */
    Optional<byte[]> load() throws IOException;

    /** Whether something was saved, and cannot be read; known after {@link #load}. */
    boolean isDamaged();

    /** Replaces it, durably. */
    void save(byte[] bytes) throws IOException;
  }

  private final Store store;
  private long highest;
  private long givenUpTo = Long.MIN_VALUE;
  private List<RecomputeSpan> spans = new ArrayList<>();

  /**
   * @param hasFigures whether figures were written before
   * @param wallNs now: revisions above its seconds were never given, if the book is damaged
   * @throws IOException if it cannot be read, or was written by a later version
   */
  public FiguresBook(Store store, boolean hasFigures, long wallNs) throws IOException {
    this.store = store;
    byte[] bytes = store.load().orElse(null);
    if (bytes != null) {
      read(bytes);
    } else if (store.isDamaged()) {
      highest = wallNs / ShiftCalendar.SECOND;
    } else if (hasFigures) {
      highest = BEFORE_THE_BOOK;
    }
  }

  private void read(byte[] bytes) throws IOException {
    try {
      StateDecoder in = new StateDecoder(bytes);
      byte format = in.raw();
      if (format != FORMAT) {
        throw new IOException(
            "the book of figures has format " + format + ", which this version does not know");
      }
      exchange(in);
    } catch (IllegalArgumentException e) {
      throw new IOException("the book of figures cannot be read: " + e.getMessage(), e);
    }
  }

  private void exchange(StateCodec codec) {
    highest = codec.number(highest);
    givenUpTo = codec.number(givenUpTo);
    codec.all(spans, () -> RecomputeSpan.NONE, span -> span.exchange(codec));
  }

  private void save() throws IOException {
    StateEncoder out = new StateEncoder();
    out.raw(FORMAT);
    exchange(out);
    store.save(out.toBytes());
  }

  /** No row has a higher revision. */
  synchronized long highest() {
    return highest;
  }

  /** Notes that rows are about to have revisions up to this one. */
  synchronized void reach(long revision) throws IOException {
    if (revision > highest) {
      highest = revision;
      save();
    }
  }

  /** A revision that is higher than all before, for all rows of one recompute. */
  synchronized long next() throws IOException {
    reach(highest + 1);
    return highest;
  }

  /** Rows of lines, areas and sites whose bucket ended before are written by recomputes only. */
  synchronized long givenUpTo() {
    return givenUpTo;
  }

  synchronized void giveUp(long instant) throws IOException {
    if (instant > givenUpTo) {
      givenUpTo = instant;
      save();
    }
  }

  /** The spans that are to be folded again. */
  synchronized List<RecomputeSpan> spans() {
    return List.copyOf(spans);
  }

  /**
   * Notes spans that are to be folded again. One that is noted once more is another object from
   * then on: whoever folds it now may have begun before what it is noted for now.
   */
  synchronized void add(List<RecomputeSpan> more) throws IOException {
    List<RecomputeSpan> all = new ArrayList<>(spans);
    boolean changed = false;
    for (RecomputeSpan each : more) {
      changed |= add(all, each);
    }
    if (changed) {
      keep(all);
    } else {
      spans = all;
    }
  }

  private static boolean add(List<RecomputeSpan> all, RecomputeSpan added) {
    for (int i = 0; i < all.size(); i++) {
      RecomputeSpan both = all.get(i).with(added);
      if (both != null) {
        boolean changes = !both.equals(all.get(i));
        all.set(i, both);
        return changes;
      }
    }
    all.add(added);
    return true;
  }

  /**
   * Spans were folded again.
   *
   * @param folded as {@link #spans} gave them, before it was known what the fold would have
   * @param left by span, what is left to be done, or {@code null} for nothing
   * @param more what is to be folded again besides
   */
  synchronized void done(
      List<RecomputeSpan> folded, List<@Nullable RecomputeSpan> left, List<RecomputeSpan> more)
      throws IOException {
    List<RecomputeSpan> all = new ArrayList<>(spans);
    for (int i = 0; i < folded.size(); i++) {
      RecomputeSpan rest = left.get(i);
      int at = indexOf(all, folded.get(i)); // one that was noted meanwhile stays whole
      if (at >= 0 && rest == null) {
        all.remove(at);
      } else if (at >= 0) {
        all.set(at, rest);
      }
    }
    more.forEach(each -> add(all, each));
    keep(all);
  }

  @SuppressWarnings("ReferenceEquality") // see add
  private static int indexOf(List<RecomputeSpan> all, RecomputeSpan span) {
    int at = all.size() - 1;
    while (at >= 0 && all.get(at) != span) {
      at--;
    }
    return at;
  }

  private void keep(List<RecomputeSpan> all) throws IOException {
    while (all.size() > MOST_SPANS) {
      RecomputeSpan first = all.remove(0);
      all.set(0, all.get(0).around(first));
    }
    List<RecomputeSpan> before = spans;
    spans = all;
    boolean saved = false;
    try {
      save();
      saved = true;
    } finally {
      spans = saved ? all : before;
    }
  }
}
