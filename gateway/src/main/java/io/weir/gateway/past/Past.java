package io.weir.gateway.past;

import io.weir.gateway.efficiency.figure.Figures;
import io.weir.gateway.efficiency.figure.StoredFigures;
import io.weir.gateway.live.Scope;
import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.MachineState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows of figures, states and stops of any span. What the log of figures has wholly within {@link
 * #NEAR} bytes comes from there alone; of a longer time the stores are asked in their order, and
 * what the log has of it goes over that, since a store may be behind. For threads that may wait.
 */
public final class Past {

  /** Of a log that is read although a store could answer: half a second. */
  static final long NEAR = 64L << 20;

  /** Of a log that is read where no store answers. */
  static final long FAR = 512L << 20;

  private static final int MOST_FIGURES = 20_000;
  private static final int MOST_STOPS = 50_000;
  private static final int MOST_STATES = 200_000;

  /** A row of states comes each minute: the one before an instant is at most so old. */
  private static final long MINUTE = 60_000_000_000L;

  private final @Nullable LoggedRows log;
  private final List<PastStore> stores;
  private final Time time;

  /**
   * @param log of figures, {@code null} where there is none
   * @param stores in the order in which they are asked
   */
  public Past(@Nullable PastLog log, List<PastStore> stores, Time time) {
    this.log = log == null ? null : new LoggedRows(log);
    this.stores = List.copyOf(stores);
    this.time = time;
  }

  /** What was found, and where. */
  public record Answer<T>(List<T> rows, Coverage coverage) {}

  /** The figures of an asset in a bucket. */
  public record FiguresRow(Asset asset, String shift, long start, Figures figures) {}

  /** A stop, or its part in one shift. */
  public record StopRow(
      Asset machine,
      long start,
      long lengthNs,
      String shift,
      MachineState state,
      String reason,
      int count) {}

  /** What a machine did from an instant on. */
  public record StateRow(Asset machine, long start, MachineState state, String reason) {

    /** Whether a later row only says again what held. */
    public boolean isSaidAgainBy(StateRow later) {
      return state == later.state && reason.equals(later.reason);
    }
  }

  /** Whether a store can be asked for what the gateway does not have. */
  public boolean hasStores() {
    return !stores.isEmpty();
  }

  /**
   * Rows of figures that begin in a span, of machines, lines and all above.
   *
   * @param bucket hour, shift or day
   */
  public Answer<FiguresRow> figures(Scope scope, String bucket, long from, long to)
      throws PastException {
    Ask ask =
        new Ask(
            StoredFigures.FIGURES,
            StoredFigures.fields(),
            scope,
            Map.of("bucket", bucket),
            List.of("bucket", "level", "shift"),
            from,
            to);
    return read(
        ask,
        row -> {
          Figures figures = StoredFigures.of(row.fields());
          return figures == null
              ? null
              : new FiguresRow(row.asset(), row.tag("shift"), row.timeNs(), figures);
        },
        MOST_FIGURES);
  }

  /**
   * Stops that begin in a span.
   *
   * @param from earlier than a stop that still lasts in the span asked for may have begun
   */
  public Answer<StopRow> stops(Scope scope, long from, long to) throws PastException {
    Ask ask =
        new Ask(
            StoredFigures.STOPS,
            List.of("duration_s", "count"),
            scope,
            Map.of(),
            List.of("category", "shift", "reason"),
            from,
            to);
    return read(ask, Past::stop, MOST_STOPS);
  }

  private static @Nullable StopRow stop(PastRow row) {
    long length = Math.round(row.number("duration_s") * 1e9);
    MachineState state = state(row.tag("category"));
    return length <= 0 || state == null
        ? null
        : new StopRow(
            row.asset(),
            row.timeNs(),
            length,
            row.tag("shift"),
            state,
            row.tag("reason"),
            (int) row.number("count"));
  }

  /** {@code null} for a word of a later version. */
  private static @Nullable MachineState state(String word) {
    for (MachineState each : MachineState.values()) {
      if (each.word().equals(word)) {
        return each;
      }
    }
    return null;
  }

  /** Changes of state, and what held when the span began as far as that is known. */
  public Answer<StateRow> states(Scope scope, long from, long to) throws PastException {
    Ask ask =
        new Ask(
            StoredFigures.STATES,
            List.of("state", "reason"),
            scope,
            Map.of(),
            List.of(),
            from - 2 * MINUTE,
            to);
    Answer<StateRow> all =
        read(
            ask,
            row -> {
              MachineState state = state(row.text("state"));
              return state == null
                  ? null
                  : new StateRow(row.asset(), row.timeNs(), state, row.text("reason"));
            },
            MOST_STATES);
    return new Answer<>(changes(all.rows(), from), all.coverage());
  }

  /** Without rows that only say again what held, and those before the span but the last of them. */
  private static List<StateRow> changes(List<StateRow> rows, long from) {
    Map<Asset, List<StateRow>> kept = new LinkedHashMap<>();
    for (StateRow row : rows) {
      List<StateRow> of = kept.computeIfAbsent(row.machine(), absent -> new ArrayList<>());
      StateRow last = of.isEmpty() ? null : of.get(of.size() - 1);
      if (last != null && row.start() <= from) {
        of.clear();
        last = null;
      }
      if (last == null || !last.isSaidAgainBy(row)) {
        of.add(row);
      }
    }
    return kept.values().stream().flatMap(List::stream).toList();
  }

  // ---- rows

  /** Rows as they stand, by their keys; one that was taken back is none. */
  private static final class Standing<T> implements Consumer<PastRow> {
    final Map<PastRow.Key, T> rows = new HashMap<>();
    private final Function<PastRow, @Nullable T> as;
    private final int most;
    private boolean tooMany;

    Standing(Function<PastRow, @Nullable T> as, int most) {
      this.as = as;
      this.most = most;
    }

    @Override
    public void accept(PastRow row) {
      T made = as.apply(row);
      if (made == null) {
        rows.remove(row.key());
      } else if (rows.size() < most || rows.containsKey(row.key())) {
        rows.put(row.key(), made);
      } else {
        tooMany = true;
      }
    }

    List<T> inOrder() throws PastException {
      if (tooMany) {
        throw PastException.tooMuch(
            "there are more than "
                + most
                + " rows: ask for a shorter time, or for one line or machine");
      }
      Map<PastRow.Key, T> ordered =
          new TreeMap<>(
              Comparator.comparingLong(PastRow.Key::timeNs)
                  .thenComparing(PastRow.Key::asset, Asset.BY_PATH)
                  .thenComparing(key -> key.tags().toString()));
      ordered.putAll(rows);
      return List.copyOf(ordered.values());
    }

    @Nullable Long earliest() {
      return rows.isEmpty()
          ? null
          : rows.keySet().stream().mapToLong(PastRow.Key::timeNs).min().getAsLong();
    }
  }

  private <T> Answer<T> read(Ask ask, Function<PastRow, @Nullable T> as, int most)
      throws PastException {
    Standing<T> found = new Standing<>(as, most);
    try {
      if (log != null && (stores.isEmpty() || log.reaches(ask.from(), NEAR))) {
        String unread = log.read(ask, stores.isEmpty() ? FAR : NEAR, found);
        if (unread.isEmpty() || stores.isEmpty()) {
          return answer(found, Coverage.GATEWAY, unread);
        }
      }
      List<String> problems = new ArrayList<>();
      PastStore store = ask(ask, found, problems);
      String unread = log == null ? "" : log.read(ask, store == null ? FAR : NEAR, found);
      if (store == null && !unread.isEmpty()) {
        problems.add(unread);
      }
      String problem = String.join("; ", problems);
      if (store == null && found.rows.isEmpty() && !problem.isEmpty()) {
        throw PastException.away(problem);
      }
      return answer(found, store == null ? Coverage.GATEWAY : store.name(), problem);
    } catch (IOException e) {
      throw PastException.away("the gateway's own log cannot be read: " + Failure.inWords(e));
    }
  }

  /** The store that answered, or {@code null}. */
  private @Nullable PastStore ask(Ask ask, Consumer<PastRow> rows, List<String> problems)
      throws PastException {
    for (PastStore store : stores) {
      try {
        store.rows(ask, rows);
        return store;
      } catch (IOException e) {
        problems.add("store " + store.name() + ": " + Failure.inWords(e));
      }
    }
    return null;
  }

  private static <T> Answer<T> answer(Standing<T> found, String source, String problem)
      throws PastException {
    return new Answer<>(found.inOrder(), new Coverage(source, found.earliest(), problem));
  }

  /** Wall time, nanoseconds. */
  public long now() {
    return time.wallNs();
  }
}
