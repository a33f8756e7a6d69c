package io.weir.gateway.retention;

import io.weir.gateway.efficiency.figure.FigureRank;
import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.RewriteRule;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What may go of the log of figures: first rows that a later row of the same series and instant
 * replaces, then figures of minutes, then of hours, then states and stops. Figures of shifts and
 * days stay until the log itself drops its oldest segments.
 *
 * <p>Belongs to the thread {@code retention}.
 */
final class FiguresPolicy implements Policy {

  private static final int REPLACED = 0;

  /** Rows remembered at once, of some hundred bytes each. */
  private static final int MOST_ROWS = 30_000;

  /** The rules never change. */
  private static final Object RULES = FiguresPolicy.class;

  private final SegmentLog log;
  private final MessageCodec codec = new MessageCodec();

  FiguresPolicy(SegmentLog log) {
    this.log = log;
  }

  private static int stageOf(FigureRank rank) {
    return rank == FigureRank.SHIFT ? NONE : 1 + rank.ordinal();
  }

  /** One row: all fields of a series and an instant. */
  private record Row(Series series, long timeNs) {
    static Row of(Reading reading) {
      return new Row(reading.series(), reading.timeNs());
    }
  }

  @Override
  public Object rules() {
    return RULES;
  }

  private static final class FiguresContent implements Content {
    private final Set<FigureRank> ranks = EnumSet.noneOf(FigureRank.class);
    private final Set<Integer> exhausted = new HashSet<>();
    private boolean replaced;

    @Override
    public int firstStage(ClockSteps clock) {
      if (replaced && !exhausted.contains(REPLACED)) {
        return REPLACED;
      }
      return ranks.stream()
          .mapToInt(FiguresPolicy::stageOf)
          .filter(stage -> !exhausted.contains(stage))
          .min()
          .orElse(NONE);
    }

    @Override
    public void exhaust(int stage) {
      exhausted.add(stage);
    }
  }

  @Override
  public Content look(SealedSegment segment) throws IOException {
    FiguresContent content = new FiguresContent();
    Set<Row> seen = new HashSet<>();
    try (Feed feed = log.scan(segment.first())) {
      for (Feed.Entry entry = feed.next();
          entry != null && entry.offset() < segment.end();
          entry = feed.next()) {
        try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
          look(entry, seen, content);
        }
      }
    }
    return content;
  }

  private void look(Feed.Entry entry, Set<Row> seen, FiguresContent content) {
    Message message = decoded(entry.payload());
    if (message == null) {
      return;
    }
    Row before = null;
    for (Reading reading : message.readings()) {
      Row row = Row.of(reading);
      if (row.equals(before)) {
        continue;
      }
      before = row;
      content.ranks.add(FigureRank.of(reading.series()));
      if (!content.replaced && seen.size() < MOST_ROWS) {
        content.replaced = !seen.add(row);
      }
    }
  }

  /** {@code null} if the bytes are not a message: then nothing is known of it, and it stays. */
  private @Nullable Message decoded(ByteBuffer payload) {
    try {
      return codec.decode(payload);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  @Override
  public Rule rule(int stage, SealedSegment segment, long lostFrom, ClockSteps clock) {
    return new FiguresRule(stage, segment.end(), lostFrom);
  }

  /** One stage applied to one segment; what is replaced goes in every stage. */
  private final class FiguresRule implements Rule {
    private final int stage;
    private final long end;
    private final LossCount lost;

    /** The last place of each row, among the records that were learned. */
    private final Map<Row, Place> last = new HashMap<>();

    private long learnedTo;

    private record Place(long offset, int index) {}

    FiguresRule(int stage, long end, long lostFrom) {
      this.stage = stage;
      this.end = end;
      this.lost = new LossCount(lostFrom);
    }

    @Override
    public Map<Cause, Long> lost() {
      return lost.byCause();
    }

    @Override
    public Verdict judge(Held record) {
      codec.release();
      if (record.offset() >= learnedTo) {
        learnedTo = learn(record.offset());
      }
      try (LargeMessages.Turn turn = LargeMessages.turn(record.payload().remaining())) {
        return judged(record);
      }
    }

    private Verdict judged(Held record) {
      Message message = decoded(record.payload());
      if (message == null) {
        return RewriteRule.KEEP;
      }
      List<Reading> left = new ArrayList<>();
      List<Reading> all = message.readings();
      int begin = 0;
      for (int i = 0; i < all.size(); i++) {
        if (!Row.of(all.get(i)).equals(Row.of(all.get(begin)))) {
          begin = i;
        }
        Cause cause = causeToGo(all.get(i), new Place(record.offset(), begin));
        if (cause == null) {
          left.add(all.get(i));
        } else {
          lost.add(record.offset(), cause, 1);
        }
      }
      if (left.size() == all.size()) {
        return RewriteRule.KEEP;
      }
      return left.isEmpty()
          ? RewriteRule.DROP
          : new Replace(codec.encodeThinned(message, left), left.size());
    }

    private @Nullable Cause causeToGo(Reading reading, Place place) {
      FigureRank rank = FigureRank.of(reading.series());
      String of = rank.name().toLowerCase(Locale.ROOT);
      Place newest = last.get(Row.of(reading));
      if (newest != null && !newest.equals(place)) {
        return new Cause(of, "replaced", false);
      }
      return stageOf(rank) <= stage ? new Cause(of, "thinned", true) : null;
    }

    private long learn(long from) {
      last.clear();
      return new Lookahead(log, end, () -> last.size() >= MOST_ROWS, this::learn).from(from);
    }

    private void learn(Feed.Entry entry) {
      Message message = decoded(entry.payload());
      if (message == null) {
        return;
      }
      Row before = null;
      int index = 0;
      for (Reading reading : message.readings()) {
        Row row = Row.of(reading);
        if (!row.equals(before)) {
          before = row;
          last.put(row, new Place(entry.offset(), index));
        }
        index++;
      }
    }
  }
}
