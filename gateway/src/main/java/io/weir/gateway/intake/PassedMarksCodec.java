package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.intake.PassedRange.At;
import io.weir.gateway.intake.PassedRange.Mark;
import io.weir.gateway.source.Passage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The bytes of {@link PassedMarks} in the header of a segment.
 *
 * <p>Little-endian: u32 logs, the quietest first; each u32 length, UTF-8 name, i64 and u32 highest
 * place in turn (offset -1 where there is none), marks; in format 7 of the ledger u32 ranges before
 * their turn, each i64 first offset, i64 and u32 highest place, marks. Marks: u32 count, each i64
 * offset, u32 index, i64 hash. One with the index -1 is none: it says below which place rows are
 * stored that have no mark, by its offset and, in the place of the hash, its index, and in the
 * upper half how many of the marks behind it are the last ones of batches; earlier versions take it
 * for the mark of a row that never comes.
 */
final class PassedMarksCodec {

  /** In the place of the index of a mark that says below which place rows are forgotten. */
  private static final int FORGOTTEN = -1;

  private static final int PLACE_BYTES = Long.BYTES + Integer.BYTES;
  private static final int MARK_BYTES = PLACE_BYTES + Long.BYTES;

  private PassedMarksCodec() {}

  /**
   * Encodes ranges of logs.
   *
   * @param logs by name, the quietest first: of each the range in turn, then those before their
   *     turn
   * @param ahead whether with the ranges of what came before its turn
   * @param mostBytes that marks may take, about; where there are more, those of ranges that have
   *     few stay
   */
  static byte[] encode(Map<String, List<PassedRange>> logs, boolean ahead, long mostBytes) {
    Map<String, List<Stored>> all = new LinkedHashMap<>();
    int size = Integer.BYTES;
    for (Map.Entry<String, List<PassedRange>> each : logs.entrySet()) {
      List<Stored> ranges =
          each.getValue().stream().limit(ahead ? Long.MAX_VALUE : 1).map(Stored::of).toList();
      all.put(each.getKey(), ranges);
      size += Integer.BYTES + each.getKey().getBytes(UTF_8).length + Integer.BYTES;
      size += ranges.size() * (Long.BYTES + PLACE_BYTES + Integer.BYTES);
    }
    int[] counts =
        all.values().stream().flatMap(List::stream).mapToInt(each -> each.marks().size()).toArray();
    int share = share(counts, mostBytes / MARK_BYTES);
    size += Arrays.stream(counts).map(count -> Math.min(count, share) + 1).sum() * MARK_BYTES;
    ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(all.size());
    all.forEach(
        (log, ranges) -> {
          byte[] name = log.getBytes(UTF_8);
          out.putInt(name.length).put(name);
          ranges.get(0).write(out, share);
          if (ahead) {
            out.putInt(ranges.size() - 1);
            for (Stored range : ranges.subList(1, ranges.size())) {
              out.putLong(range.range().since);
              range.write(out, share);
            }
          }
        });
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return bytes;
  }

  /** How many each may have at most, so that all together are not more than this many. */
  private static int share(int[] counts, long most) {
    int[] rising = counts.clone();
    Arrays.sort(rising);
    long left = most;
    for (int i = 0; i < rising.length; i++) {
      long share = left / (rising.length - i);
      if (rising[i] > share) {
        return (int) share;
      }
      left -= rising[i];
    }
    return Integer.MAX_VALUE;
  }

  /** A range with its marks that stand in a segment, the newest first. */
  private record Stored(PassedRange range, List<Map.Entry<At, Mark>> marks) {

    static Stored of(PassedRange range) {
      return new Stored(range, range.stored());
    }

    void write(ByteBuffer out, int most) {
      out.putLong(range.highest.offset()).putInt(range.highest.index());
      int count = Math.min(marks.size(), most);
      At stored = range.forgottenBelow(marks.subList(0, count));
      out.putInt(stored == At.NOTHING ? count : count + 1);
      if (stored != At.NOTHING) {
        out.putLong(stored.offset()).putInt(FORGOTTEN);
        out.putLong((long) ends(count) << Integer.SIZE | stored.index());
      }
      for (int i = count - 1; i >= 0; i--) {
        At at = marks.get(i).getKey();
        out.putLong(at.offset()).putInt(at.index());
        out.putLong(marks.get(i).getValue().hash());
      }
    }

    /** Of this many marks, the newest ones, how many of the oldest are ends of batches. */
    private int ends(int count) {
      int ends = 0;
      while (ends < count && range.ends.contains(marks.get(count - 1 - ends).getKey())) {
        ends++;
      }
      return ends;
    }
  }

  /** Takes what is read. */
  interface Target {

    /** The range of a log that begins at an offset, or {@link Passage.Place#IN_TURN}. */
    PassedRange range(String log, long since);

    /** A row that is on stable storage. */
    void mark(Passage.Place place);
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @param ahead whether with the ranges of what came before its turn
   */
  static void decode(ByteBuffer in, boolean ahead, Target to) {
    for (int left = in.getInt(); left > 0; left--) {
      byte[] name = new byte[in.getInt()];
      in.get(name);
      String log = new String(name, UTF_8);
      decode(in, log, Passage.Place.IN_TURN, to);
      for (int ranges = ahead ? in.getInt() : 0; ranges > 0; ranges--) {
        decode(in, log, in.getLong(), to);
      }
    }
  }

  private static void decode(ByteBuffer in, String log, long since, Target to) {
    PassedRange range = to.range(log, since);
    At highest = new At(in.getLong(), in.getInt());
    range.highest = highest.offset() < 0 ? At.NOTHING : highest;
    int ends = 0;
    for (int i = in.getInt(); i > 0; i--) {
      long offset = in.getLong();
      int index = in.getInt();
      long hash = in.getLong();
      if (index == FORGOTTEN) {
        range.whole = new At(offset, (int) hash);
        range.dropped = range.whole;
        ends = (int) (hash >>> Integer.SIZE);
      } else {
        to.mark(new Passage.Place(log, offset, index, hash, since));
        if (ends-- > 0) {
          range.ends.add(new At(offset, index));
        }
      }
    }
  }
}
