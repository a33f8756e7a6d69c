package io.weir.gateway.quarantine;

import io.weir.gateway.model.Feed;
import io.weir.gateway.model.Reason;
import java.io.IOException;
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
 * Reads the quarantine: a page of it, one entry, or a selection for a replay. Each call is a pass
 * over the whole log with little memory, so it suits a person's question and not a loop. Stateless;
 * any thread.
 */
public final class QuarantineBook {

  private static final int PREVIEW_BYTES = 200;

  /** A new pass over the quarantine's log from its oldest record on; closed by the book. */
  public interface Scan {
    Feed begin() throws IOException;
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
   * An entry as it stands in the book.
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
   * What a replay met.
   *
   * @param given entries handed over
   * @param already entries left out, for they were replayed before
   * @param cut entries left out, for their evidence was too large to keep whole
   */
  public record Replayed(long given, long already, long cut) {}

  private final Scan scan;

  public QuarantineBook(Scan scan) {
    this.scan = scan;
  }

  /**
   * The newest entries below a position. Of an entry that was written twice the later one counts.
   *
   * @param limit lines at most
   * @param before a position; {@link Long#MAX_VALUE} for the newest
   */
  public Page list(Selection selection, int limit, long before) throws IOException {
    TreeMap<Long, Line> newest = new TreeMap<>();
    Map<Long, Long> positions = new HashMap<>();
    boolean[] more = new boolean[1];
    pass(
        PREVIEW_BYTES,
        Long.MAX_VALUE,
        (position, decoded) -> {
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

  /** One entry with all its evidence, or {@code null} where it is not, or no longer, held. */
  public @Nullable Line show(long id) throws IOException {
    Line[] found = new Line[1];
    pass(
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        (position, decoded) -> {
          Long replayedNs = found[0] == null ? null : found[0].replayedNs();
          if (decoded instanceof QuarantineCodec.Entry entry && entry.quarantined().id() == id) {
            found[0] = new Line(position, entry.quarantined(), replayedNs);
          } else if (decoded instanceof QuarantineCodec.Replayed mark
              && mark.id() == id
              && found[0] != null) {
            found[0] = new Line(found[0].position(), found[0].entry(), mark.timeNs());
          }
        });
    return found[0];
  }

  /**
   * Hands over the selected entries, oldest first, each once. What is rejected anew while it runs
   * is not met by it. Note each entry with {@link QuarantineWriter#replayed} once it is taken.
   *
   * @param again whether entries that were replayed before are handed over too
   */
  public Replayed replay(Selection selection, boolean again, Replay replay) throws IOException {
    Set<Long> before = new HashSet<>();
    long[] end = new long[1];
    pass(
        0,
        Long.MAX_VALUE,
        (position, decoded) -> {
          end[0] = position + 1;
          if (decoded instanceof QuarantineCodec.Replayed mark) {
            before.add(mark.id());
          }
        });
    Set<Long> met = new HashSet<>();
    long[] counts = new long[3];
    pass(
        Integer.MAX_VALUE,
        end[0],
        (position, decoded) -> {
          if (!(decoded instanceof QuarantineCodec.Entry found)
              || !selection.takes(found.quarantined())
              || !met.add(found.quarantined().id())) {
            return;
          }
          Quarantined entry = found.quarantined();
          if (!again && before.contains(entry.id())) {
            counts[1]++;
          } else if (!entry.whole()) {
            counts[2]++;
          } else {
            replay.again(entry);
            counts[0]++;
          }
        });
    return new Replayed(counts[0], counts[1], counts[2]);
  }

  private interface Visitor {
    void visit(long position, QuarantineCodec.Decoded decoded) throws IOException;
  }

  private void pass(int mostEvidence, long end, Visitor visitor) throws IOException {
    try (Feed feed = scan.begin()) {
      for (Feed.Entry entry = feed.next();
          entry != null && entry.offset() < end;
          entry = feed.next()) {
        visitor.visit(entry.offset(), QuarantineCodec.decode(entry.payload(), mostEvidence));
      }
    }
  }
}
