package io.weir.gateway.retention;

import io.weir.gateway.log.ClockSteps;
import io.weir.gateway.log.Feed;
import io.weir.gateway.log.RewriteRule;
import io.weir.gateway.log.SealedSegment;
import io.weir.gateway.log.SegmentLog;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.Message;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.model.Reading;
import io.weir.gateway.normalize.RouteConfig.Thinning;
import io.weir.gateway.normalize.RouteConfig.WhenFull;
import io.weir.gateway.normalize.Routes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What may go of the log of readings, by the routes of the present configuration:
 *
 * <ol>
 *   <li>what came longer ago than {@code max-age} of its route;
 *   <li>then class by class, {@code keep: 1} first: in each, routes that thin are thinned, oldest
 *       segments first; then what is left of these goes, and what routes with {@code drop-oldest}
 *       have, oldest segments first.
 * </ol>
 *
 * <p>A stage takes along what the stages before it would have taken. It is left out of a segment
 * where it would free less than a tenth: writing it again would cost more than it gains.
 *
 * <p>A route that blocks loses nothing but what is older than its {@code max-age}. A record belongs
 * to the route that its source and topic match now, whatever route it came by. What no route
 * matches is treated as {@code buffer.when-full} says, in the class of a route that says nothing.
 *
 * <p>A message is thinned once: it is marked, and left alone from then on. Messages whose readings
 * are all gone, or that never had any, are not kept.
 *
 * <p>Belongs to the thread {@code retention}.
 */
final class RoutePolicy implements Policy {

  /** Windows learned at once, of some hundred bytes each. */
  private static final int MOST_WINDOWS = 30_000;

  private final SegmentLog log;
  private final Supplier<Routes> current;
  private final WhenFull usual;
  private final Supplier<Retention.Metrics> metrics;
  private final MessageCodec codec = new MessageCodec();
  private @Nullable RouteRules rules;

  /**
   * @param current the routes that are in force
   * @param usual what holds for a route that says nothing
   */
  RoutePolicy(
      SegmentLog log,
      Supplier<Routes> current,
      WhenFull usual,
      Supplier<Retention.Metrics> metrics) {
    this.log = log;
    this.current = current;
    this.usual = usual;
    this.metrics = metrics;
  }

  @Override
  public @Nullable Object rules() {
    Routes now = current.get();
    if (rules == null || rules.routes() != now) {
      rules = new RouteRules(now, usual);
    }
    return rules.giveAnythingUp() ? rules : null;
  }

  private RouteRules known() {
    return Objects.requireNonNull(rules);
  }

  // ---- What a segment holds

  @Override
  public Content look(SealedSegment segment) throws IOException {
    RouteContent content = new RouteContent(known(), segment.bytes());
    try (Feed feed = log.scan(segment.first())) {
      for (Feed.Entry entry = feed.next();
          entry != null && entry.offset() < segment.end();
          entry = feed.next()) {
        MessageCodec.Counts message = counts(entry.payload());
        if (message != null && message.appended() > 0) {
          content.add(message, entry);
        }
      }
    }
    return content;
  }

  /** {@code null} if the bytes are not a message: then nothing is known of it, and it stays. */
  private MessageCodec.@Nullable Counts counts(ByteBuffer payload) {
    try {
      return codec.counts(payload);
    } catch (RuntimeException e) {
      return null;
    }
  }

  private @Nullable Message decoded(ByteBuffer payload) {
    try {
      return codec.decode(payload);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  // ---- What becomes of each record

  @Override
  public Rule rule(int stage, SealedSegment segment, long lostFrom, ClockSteps clock) {
    return new RouteRule(stage, segment.end(), lostFrom, clock);
  }

  /** One stage applied to one segment; what is too old goes in every stage. */
  private final class RouteRule implements Rule {
    private final RouteRules rules = known();
    private final int stage;
    private final long end;
    private final ClockSteps clock;
    private final LossCount lost;
    private final EveryNth everyNth = new EveryNth();
    private final WindowMeans means = new WindowMeans(metrics.get());
    private final boolean learns;
    private long learnedTo;

    RouteRule(int stage, long end, long lostFrom, ClockSteps clock) {
      this.stage = stage;
      this.end = end;
      this.clock = clock;
      this.lost = new LossCount(lostFrom);
      this.learns =
          IntStream.range(0, rules.routes().configured().size())
              .anyMatch(route -> thinningNow(route) instanceof Thinning.WindowMean);
    }

    @Override
    public Map<Cause, Long> lost() {
      return lost.byCause();
    }

    @Override
    public Verdict judge(Held record) {
      codec.release();
      if (learns && record.offset() >= learnedTo) {
        learnedTo = learn(record.offset());
      }
      try (LargeMessages.Turn turn = LargeMessages.turn(record.payload().remaining())) {
        return judged(record);
      }
    }

    private Verdict judged(Held record) {
      MessageCodec.Counts message = counts(record.payload());
      if (message == null) {
        return RewriteRule.KEEP;
      }
      int route = rules.routeOf(message);
      if (message.appended() == 0) {
        return RewriteRule.DROP;
      }
      if (rules.isTooOld(route, record.receiveTimeNs(), clock)) {
        return drop(record, route, "max-age");
      }
      WhenFull whenFull = rules.whenFull(route);
      int keep = rules.of(route).keep();
      if (whenFull != WhenFull.BLOCK && RouteRules.drop(keep) <= stage) {
        return drop(record, route, "drop-oldest");
      }
      Thinning thinning = thinningNow(route);
      if (thinning == null || MessageCodec.isThinned(record.payload())) {
        return RewriteRule.KEEP;
      }
      return thinning instanceof Thinning.EveryNth every
          ? everyNth(record, message, route, every.messages())
          : means(record, route, ((Thinning.WindowMean) thinning).window().toNanos());
    }

    private @Nullable Thinning thinningNow(int route) {
      return rules.whenFull(route) == WhenFull.THIN
              && stage == RouteRules.thin(rules.of(route).keep())
          ? rules.of(route).thinning()
          : null;
    }

    private Verdict drop(Held record, int route, String reason) {
      lost.add(record.offset(), new Cause(rules.topic(route), reason, true), record.units());
      return RewriteRule.DROP;
    }

    private Verdict everyNth(Held record, MessageCodec.Counts counts, int route, int n) {
      if (!everyNth.keeps(counts.source(), counts.topic(), n)) {
        return drop(record, route, "thinned");
      }
      Message message = decoded(record.payload());
      return message == null
          ? RewriteRule.KEEP
          : new Replace(codec.encodeThinned(message, message.readings()), record.units());
    }

    private Verdict means(Held record, int route, long windowNs) {
      Message message = decoded(record.payload());
      if (message == null) {
        return RewriteRule.KEEP;
      }
      List<Reading> left = means.thin(message, record.offset(), windowNs);
      long gone = record.units() - left.size();
      lost.add(record.offset(), new Cause(rules.topic(route), "thinned", true), gone);
      return left.isEmpty()
          ? RewriteRule.DROP
          : new Replace(codec.encodeThinned(message, left), left.size());
    }

    /** Learns the windows from a record on, as many as memory allows; returns where it ended. */
    private long learn(long from) {
      means.clear();
      return new Lookahead(log, end, () -> means.size() >= MOST_WINDOWS, this::learn).from(from);
    }

    private void learn(Feed.Entry entry) {
      MessageCodec.Counts counts = counts(entry.payload());
      if (counts == null || MessageCodec.isThinned(entry.payload())) {
        return;
      }
      int route = rules.routeOf(counts);
      if (thinningNow(route) instanceof Thinning.WindowMean mean
          && !rules.isTooOld(route, entry.receiveTimeNs(), clock)) {
        Message message = decoded(entry.payload());
        if (message != null) {
          means.learn(message, entry.offset(), mean.window().toNanos());
        }
      }
    }
  }
}
