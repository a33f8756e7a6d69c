package io.weir.gateway.quarantine;

import io.weir.gateway.log.Feed;
import io.weir.gateway.log.Missing;
import io.weir.gateway.model.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the quarantine: a page of it, one entry, or a selection for a replay. A page reads what was
 * written since its oldest entry; the others read the whole log, so do not call them in a loop.
 * Little memory; stateless; any thread.
 */
public final class QuarantineBook {

  private static final int PREVIEW_BYTES = 200;

  /** For each line of a page, this many records are searched first. */
  private static final int RECORDS_FOR_A_LINE = 4;

  /** The log that is read; its passes are closed by the book. */
  public interface Held {

    /** The lowest offset held. */
    long first();

    /** The offset after the newest record. */
    long end();

    /** A new pass over what is held from an offset on. */
    Feed from(long offset) throws IOException;

    /** The same over all that is held, which says what it has not found ({@link Feed#missing}). */
    default Feed all() throws IOException {
      return from(first());
    }
  }

  /**
   * Which entries are meant; {@code null} means any.
   *
   * @param ids these entries
   * @param reason entries with a fault of this reason
   * @param origin entries of this source or sink
   * @param topic entries whose topic contains this
   * @param sinceNs entries received at or after this time; {@link Long#MIN_VALUE} for all
   */
  public record Selection(
      @Nullable Set<Long> ids,
      @Nullable Reason reason,
      @Nullable String origin,
      @Nullable String topic,
      long sinceNs) {

    public static final Selection ALL = new Selection(null, null, null, null, Long.MIN_VALUE);

    boolean takes(Quarantined entry) {
      return (ids == null || ids.contains(entry.id()))
          && (reason == null || entry.faults().stream().anyMatch(f -> f.reason() == reason))
          && (origin == null || origin.equals(entry.origin().name()))
          && (topic == null || entry.topic().contains(topic))
          && entry.receiveTimeNs() >= sinceNs;
    }
  }

  /**
   * An entry of the quarantine.
   *
   * @param position where in the log, for {@link #list}
   * @param entry in a page with only the beginning of its evidence
   * @param replayedNs when it was last replayed, or {@code null}
   */
  public record Line(long position, Quarantined entry, @Nullable Long replayedNs) {}

  /**
   * A page, newest first.
   *
   * @param next what to give as {@code before} for the page after, or {@code null} on the last
   */
  public record Page(List<Line> lines, @Nullable Long next) {}

  /** Takes entries of a replay one by one, whole. */
  public interface Replay {
    void again(Quarantined entry) throws IOException;
  }

  /**
   * What a replay found.
   *
   * @param given entries handed over
   * @param already entries left out because they were replayed before
   * @param cut entries left out because their evidence was too large to keep whole
   * @param dropped entries that the quarantine had when the replay began, and no more when it came
   *     to them
   * @param damaged records that damage left out, as far as their number is known; 0 where all
   *     entries that were named are there
   */
  public record Replayed(long given, long already, long cut, long dropped, long damaged) {}

  private final Held held;

  public QuarantineBook(Held held) {
    this.held = held;
  }

  /**
   * The newest entries below a position. If an entry was written twice, the later one counts.
   *
   * @param limit lines at most
   * @param before a position; {@link Long#MAX_VALUE} for the newest
   */
  public Page list(Selection selection, int limit, long before) throws IOException {
    long first = held.first();
    long end = Math.min(before, held.end());
    long records = (long) limit * RECORDS_FOR_A_LINE;
    while (true) {
      long from = Math.max(first, end - records);
      Page page = page(selection, limit, before, from);
      if (page.next() != null || from == first) {
        return page;
      }
      records *= RECORDS_FOR_A_LINE;
    }
  }

  /** The page, from the records from an offset on. */
  private Page page(Selection selection, int limit, long before, long from) throws IOException {
    TreeMap<Long, Line> newest = new TreeMap<>();
    Map<Long, Long> positions = new HashMap<>();
    boolean[] more = new boolean[1];
    pass(
        from,
        Long.MAX_VALUE,
        (position, record) -> {
          QuarantineCodec.Decoded decoded = QuarantineCodec.decode(record, PREVIEW_BYTES);
          if (decoded instanceof QuarantineCodec.Replayed mark) {
            Long marked = positions.get(mark.id());
            if (marked != null) {
              newest.computeIfPresent(
                  marked, (at, line) -> new Line(at, line.entry(), mark.timeNs()));
            }
          } else if (decoded instanceof QuarantineCodec.Entry found
              && selection.takes(found.quarantined())) {
            Quarantined entry = found.quarantined();
            Long earlier = positions.remove(entry.id());
            Line repeated = earlier == null ? null : newest.remove(earlier);
            if (position < before) {
              Long replayedNs = repeated == null ? null : repeated.replayedNs();
              newest.put(position, new Line(position, entry, replayedNs));
              positions.put(entry.id(), position);
              if (newest.size() > limit) {
                positions.remove(newest.pollFirstEntry().getValue().entry().id());
                more[0] = true;
              }
            }
          }
        });
    List<Line> lines = new ArrayList<>(newest.values());
    Collections.reverse(lines);
    return new Page(lines, more[0] && !newest.isEmpty() ? newest.firstKey() : null);
  }

  /**
   * One entry with all its evidence, or {@code null} if the quarantine does not have it (any more).
   */
  public @Nullable Line show(long id) throws IOException {
    Line[] found = new Line[1];
    pass(
        held.first(),
        Long.MAX_VALUE,
        (position, record) -> {
          if (QuarantineCodec.id(record) != id) {
            return;
          }
          QuarantineCodec.Decoded decoded = QuarantineCodec.decode(record, Integer.MAX_VALUE);
          Long replayedNs = found[0] == null ? null : found[0].replayedNs();
          if (decoded instanceof QuarantineCodec.Entry entry) {
            found[0] = new Line(position, entry.quarantined(), replayedNs);
          } else if (decoded instanceof QuarantineCodec.Replayed mark && found[0] != null) {
            found[0] = new Line(found[0].position(), found[0].entry(), mark.timeNs());
          }
        });
    return found[0];
  }

  /**
   * Hands over the selected entries, oldest first, each once. What is rejected again while it runs
   * is not read by it. Note each entry with {@link QuarantineWriter#replayed} once it is taken.
   *
   * @param again whether entries that were replayed before are handed over too
   */
  public Replayed replay(Selection selection, boolean again, Replay replay) throws IOException {
    Set<Long> before = new HashSet<>();
    Set<Long> toCome = new HashSet<>();
    long[] end = new long[1];
    pass(
        held.first(),
        Long.MAX_VALUE,
        (position, record) -> {
          end[0] = position + 1;
          QuarantineCodec.Decoded decoded = QuarantineCodec.decode(record, 0);
          if (decoded instanceof QuarantineCodec.Replayed mark) {
            before.add(mark.id());
          } else if (decoded instanceof QuarantineCodec.Entry found
              && selection.takes(found.quarantined())) {
            toCome.add(found.quarantined().id());
          }
        });
    Set<Long> met = new HashSet<>();
    long[] counts = new long[3];
    long damaged =
        pass(
            held.all(),
            end[0],
            (position, record) -> {
              if (selection.ids != null && !selection.ids.contains(QuarantineCodec.id(record))) {
                return;
              }
              QuarantineCodec.Decoded decoded = QuarantineCodec.decode(record, Integer.MAX_VALUE);
              if (!(decoded instanceof QuarantineCodec.Entry found)
                  || !selection.takes(found.quarantined())
                  || !met.add(found.quarantined().id())) {
                return;
              }
              Quarantined entry = found.quarantined();
              toCome.remove(entry.id());
              if (!again && before.contains(entry.id())) {
                counts[1]++;
              } else if (!entry.whole()) {
                counts[2]++;
              } else {
                replay.again(entry);
                counts[0]++;
              }
            });
    boolean isAllMet = selection.ids != null && met.containsAll(selection.ids);
    return new Replayed(counts[0], counts[1], counts[2], toCome.size(), isAllMet ? 0 : damaged);
  }

  private interface Visitor {
    void visit(long position, ByteBuffer record) throws IOException;
  }

  private void pass(long from, long end, Visitor visitor) throws IOException {
    pass(held.from(from), end, visitor);
  }

  /** Returns how many records damage left out, as far as the pass says it. */
  private static long pass(Feed opened, long end, Visitor visitor) throws IOException {
    try (Feed feed = opened) {
      for (Feed.Entry entry = feed.next();
          entry != null && entry.offset() < end;
          entry = feed.next()) {
        visitor.visit(entry.offset(), entry.payload());
      }
      return feed.missing().stream()
          .filter(each -> !each.isDeleted())
          .mapToLong(QuarantineBook::records)
          .sum();
    }
  }

  /** Of a file whose header cannot be read nobody knows how many they are. */
  private static long records(Missing missing) {
    return missing.to() == Long.MAX_VALUE ? 1 : Math.max(1, missing.to() - missing.from());
  }
}
