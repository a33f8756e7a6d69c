package io.weir.gateway.past;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Asset;
import io.weir.gateway.sink.StoreReadings;
import io.weir.gateway.sink.StoreReadings.Question;
import io.weir.gateway.sink.StoreReadings.Rows;
import io.weir.gateway.sink.StoreReadings.Sample;
import io.weir.gateway.sink.StoreReadings.StoredRow;
import io.weir.gateway.sink.StoreReadings.Table;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A store that is asked for the past. One question at a time: others wait for their turn, for a
 * bounded time. What the store holds is asked for once a minute at most.
 */
public final class PastStore {

  private static final Duration KNOWN_FOR = Duration.ofMinutes(1);
  private static final Duration MOST_TIME = Duration.ofSeconds(20);
  private static final int PAGE = 2_000;
  private static final int LARGEST_PAGE = 64_000;
  private static final int FIELDS_AT_ONCE = 10;

  private final String name;
  private final StoreReadings store;
  private final Time time;
  private Map<String, Table> tables = Map.of();
  private long knownAtNs;

  /**
   * @param store for this alone
   */
  public PastStore(String name, StoreReadings store, Time time) {
    this.name = name;
    this.store = store;
    this.time = time;
    knownAtNs = time.elapsedNs() - 2 * KNOWN_FOR.toNanos();
  }

  String name() {
    return name;
  }

  private Map<String, Table> tables() throws IOException {
    if (tables.isEmpty() || time.elapsedNs() - knownAtNs > KNOWN_FOR.toNanos()) {
      Map<String, Table> found = new HashMap<>();
      store.tables().forEach(table -> found.put(table.name(), table));
      tables = found;
      knownAtNs = time.elapsedNs();
    }
    return tables;
  }

  /** The rows that it has, in the order of time. */
  synchronized void rows(Ask ask, Consumer<PastRow> rows) throws IOException, PastException {
    long begin = time.elapsedNs();
    Table table = tables().get(ask.measurement());
    if (table == null) {
      return;
    }
    List<String> fields =
        ask.fields().stream().filter(each -> table.fields().contains(store.field(each))).toList();
    if (fields.isEmpty()) {
      return;
    }
    Question question =
        new Question(table, fields, ask.allTags(), ask.tags(), ask.from(), ask.to());
    int most = PAGE;
    while (true) {
      checkTime(begin);
      Rows page;
      try {
        page = store.rows(question, most);
      } catch (StoreReadings.TooLongException e) {
        if (most == 1) {
          throw e;
        }
        most = Math.max(1, most / 4);
        continue;
      }
      page.rows().forEach(row -> rows.accept(pastRow(row)));
      if (!page.more() || page.rows().isEmpty()) {
        return;
      }
      // Of the last instant there may be more rows: it is asked for again.
      long last = page.rows().get(page.rows().size() - 1).timeNs();
      if (last == question.from() && page.rows().size() >= most) {
        most = larger(most);
      } else if (last == question.from()) {
        throw new IOException("it has more rows of one instant than it gives");
      }
      question = question.from(last);
    }
  }

  private static int larger(int most) throws IOException {
    if (most >= LARGEST_PAGE) {
      throw new IOException("it has more rows of one instant than can be read");
    }
    return most * 2;
  }

  private void checkTime(long begin) throws PastException {
    if (time.elapsedNs() - begin > MOST_TIME.toNanos()) {
      throw PastException.tooMuch(
          "store "
              + name
              + " takes longer than "
              + MOST_TIME.toSeconds()
              + " s for it: ask for a shorter time, or for one line");
    }
  }

  private static PastRow pastRow(StoredRow row) {
    return new PastRow(row.asset(), row.tags(), row.timeNs(), row.fields());
  }

  /**
   * Signals of a machine by stretches of time.
   *
   * @param leftOut measurements that hold no readings
   * @param metrics none for all
   * @param most signals at most
   * @param signals gets the measurement, the metric and its samples
   * @return whether there may be more signals
   */
  synchronized boolean samples(
      Asset machine,
      Set<String> leftOut,
      Set<String> metrics,
      long from,
      long to,
      long stepNs,
      int most,
      Taken signals)
      throws IOException, PastException {
    long begin = time.elapsedNs();
    int found = 0;
    boolean more = false;
    for (Table table : tables().values()) {
      if (leftOut.contains(table.name()) || table.name().endsWith("_bad")) {
        continue;
      }
      List<String> fields = fields(table, metrics);
      more |= found + fields.size() > most;
      fields = fields.subList(0, Math.min(fields.size(), most - found));
      found += fields.size();
      Map<String, String> where = new HashMap<>();
      where.put("site", machine.site() == null ? "" : machine.site());
      where.put("area", machine.area() == null ? "" : machine.area());
      where.put("line", machine.line() == null ? "" : machine.line());
      where.put("machine", machine.machine() == null ? "" : machine.machine());
      Question all = new Question(table, fields, where, List.of(), from, to);
      for (int at = 0; at < fields.size(); at += FIELDS_AT_ONCE) {
        checkTime(begin);
        List<String> part = fields.subList(at, Math.min(fields.size(), at + FIELDS_AT_ONCE));
        Map<String, List<Sample>> byField = new HashMap<>();
        for (Sample each : store.samples(all.of(part), stepNs)) {
          byField.computeIfAbsent(each.field(), absent -> new ArrayList<>()).add(each);
        }
        byField.forEach((field, samples) -> signals.take(table.name(), field, samples));
      }
    }
    return more;
  }

  private List<String> fields(Table table, Set<String> metrics) {
    Set<String> wanted = new HashSet<>();
    metrics.forEach(metric -> wanted.add(store.field(metric)));
    return table.numbers().stream()
        .filter(field -> wanted.isEmpty() || wanted.contains(field))
        .sorted()
        .toList();
  }

  /** Takes the samples of a signal. */
  interface Taken {
    void take(String measurement, String field, List<Sample> samples);
  }
}
