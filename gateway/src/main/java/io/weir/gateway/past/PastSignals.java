package io.weir.gateway.past;

import io.weir.gateway.efficiency.figure.StoredFigures;
import io.weir.gateway.live.Live;
import io.weir.gateway.live.SignalList;
import io.weir.gateway.live.SignalQuery;
import io.weir.gateway.log.Feed;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.LargeMessages;
import io.weir.gateway.model.MessageCodec;
import io.weir.gateway.sink.StoreReadings.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signals of a machine in any span: from memory, else from the log of readings where that has all
 * of the span in a few bytes, else from a store, else what the log still has. A store gives numbers
 * alone.
 */
public final class PastSignals {

  private static final long NS_IN_MS = 1_000_000;
  private static final long MS_IN_MINUTE = 60_000;
  private static final int MOST_SIGNALS = 50;

  /** The longest time that is asked of memory. */
  private static final long MOST_OF_MEMORY_MS = 24 * 60 * MS_IN_MINUTE;

  /** So much later a reading may have been received and still is found in the log. */
  private static final long LATE_NS = 3_600_000_000_000L;

  private final Live live;
  private final PastLog log;
  private final List<PastStore> stores;

  /**
   * @param log of readings
   */
  public PastSignals(Live live, PastLog log, List<PastStore> stores) {
    this.live = live;
    this.log = log;
    this.stores = List.copyOf(stores);
  }

  /** Signals, and where they come from. */
  public record Answer(SignalList signals, Coverage coverage) {}

  /**
   * @param metrics none for all
   * @param points of each signal at most
   */
  public Answer read(Asset machine, Set<String> metrics, long fromMs, long toMs, int points)
      throws PastException {
    if (toMs - fromMs <= MOST_OF_MEMORY_MS) {
      int minutes = (int) Math.max(1, (toMs - fromMs + MS_IN_MINUTE - 1) / MS_IN_MINUTE);
      SignalList recent = live.signals(new SignalQuery(machine, metrics, toMs, minutes, points));
      if (recent.keptSinceMs() <= fromMs) {
        return new Answer(recent, new Coverage(Coverage.GATEWAY, earliest(recent), ""));
      }
    }
    long stepMs = Math.max(1000, (toMs - fromMs + points - 1) / points / 1000 * 1000);
    SignalFold fold = new SignalFold(machine, metrics, fromMs, toMs, stepMs, MOST_SIGNALS);
    List<String> problems = new ArrayList<>();
    String source = Coverage.GATEWAY;
    try {
      if (stores.isEmpty() || reaches(fromMs * NS_IN_MS)) {
        readLog(fold, fromMs * NS_IN_MS, toMs * NS_IN_MS, problems);
      } else {
        source = ask(fold, problems);
        if (source.equals(Coverage.GATEWAY)) {
          readLog(fold, fromMs * NS_IN_MS, toMs * NS_IN_MS, problems);
        }
      }
    } catch (IOException e) {
      throw PastException.away("the gateway's own log cannot be read: " + Failure.inWords(e));
    }
    SignalList signals = fold.list();
    String problem = String.join("; ", problems);
    if (!problem.isEmpty() && source.equals(Coverage.GATEWAY) && earliest(signals) == null) {
      throw PastException.away(problem);
    }
    return new Answer(signals, new Coverage(source, earliest(signals), problem));
  }

  private static @Nullable Long earliest(SignalList signals) {
    long first = Long.MAX_VALUE;
    for (SignalList.Numbers each : signals.signals()) {
      first = each.points().isEmpty() ? first : Math.min(first, each.points().get(0).ms());
    }
    for (SignalList.Texts each : signals.words()) {
      first = each.changes().isEmpty() ? first : Math.min(first, each.changes().get(0).ms());
    }
    return first == Long.MAX_VALUE ? null : first * NS_IN_MS;
  }

  private boolean reaches(long from) throws IOException {
    try (Feed feed = log.past(from, Past.NEAR)) {
      Feed.Entry first = feed.next();
      return first != null && first.receiveTimeNs() <= from;
    }
  }

  private void readLog(SignalFold fold, long from, long to, List<String> problems)
      throws IOException {
    MessageCodec codec = new MessageCodec();
    try (Feed feed = log.past(from, stores.isEmpty() ? Past.FAR : Past.NEAR)) {
      for (Feed.Entry entry = feed.next();
          entry != null && entry.receiveTimeNs() < to + LATE_NS;
          entry = feed.next()) {
        try (LargeMessages.Turn turn = LargeMessages.turn(entry.payload().remaining())) {
          fold.take(codec.decode(entry.payload()));
        } catch (IllegalArgumentException e) {
          throw new IOException("record " + entry.offset() + " of its log is no message", e);
        }
      }
      String unread = LoggedRows.unread(feed, from);
      if (!unread.isEmpty()) {
        problems.add(unread);
      }
    }
  }

  /** The name of the store that answered, or {@link Coverage#GATEWAY}. */
  private String ask(SignalFold fold, List<String> problems) throws PastException {
    Set<String> figures = StoredFigures.measurements();
    for (PastStore store : stores) {
      try {
        boolean more =
            store.samples(
                fold.machine(),
                figures,
                fold.metrics(),
                fold.fromMs() * NS_IN_MS,
                fold.toMs() * NS_IN_MS,
                fold.stepMs() * NS_IN_MS,
                MOST_SIGNALS,
                (measurement, field, samples) -> take(fold, measurement, field, samples));
        fold.more(more);
        return store.name();
      } catch (IOException e) {
        problems.add("store " + store.name() + ": " + Failure.inWords(e));
      }
    }
    return Coverage.GATEWAY;
  }

  private static void take(
      SignalFold fold, String measurement, String field, List<Sample> samples) {
    for (Sample each : samples) {
      long ms = Math.max(fold.fromMs(), each.startNs() / NS_IN_MS);
      fold.take(measurement, field, Map.of(), ms, each.min(), each.max(), each.last());
    }
  }
}
