package io.weir.gateway.sink;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.StoreReadings.Question;
import io.weir.gateway.sink.StoreReadings.Rows;
import io.weir.gateway.sink.StoreReadings.StoredRow;
import io.weir.gateway.sink.StoreReadings.Table;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The readings of a span that a store gives back, of all measurements that hold one of some
 * metrics, as one sequence in the order of time. It holds one page of each measurement at a time.
 * Of a line without one of the metrics it gives one other reading: its machine was heard.
 *
 * <p>Mutable; belongs to one thread.
 */
public final class StoredPages {

  /** Rows held at a time, of all measurements. */
  private static final int ROWS = 20_000;

  private static final int MOST_OF_A_PAGE = 5_000;
  private static final int LEAST_OF_A_PAGE = 100;

  /** Rows of one instant that are given back. */
  private static final int MOST_OF_AN_INSTANT = 100_000;

  /** Characters of the names of fields that are no metrics of figures. */
  private static final int MOST_OTHER_NAMES = 2_000;

  private static final String BAD = "_bad";

  private final StoreReadings store;
  private final Collection<String> metrics;
  private final Set<String> leftOut;
  private final @Nullable String site;
  private final long from;
  private final long to;
  private @Nullable List<Page> pages;

  /** The part of one measurement that was read and not given. */
  private static final class Page {
    final Table table;
    final List<String> fields;
    final Map<String, String> metricOf;
    final Map<Asset, Series> series = new HashMap<>();
    final Deque<StoredRow> rows = new ArrayDeque<>();
    long next;
    boolean ended;
    int most;
    int tooMany = MOST_OF_AN_INSTANT + 1;

    Page(Table table, List<String> fields, Map<String, String> metricOf, long next, int most) {
      this.table = table;
      this.fields = fields;
      this.metricOf = metricOf;
      this.next = next;
      this.most = most;
    }
  }

  /**
   * @param metrics whose readings are given
   * @param leftOut measurements that hold no readings of machines
   * @param site only of this site, or {@code null}
   * @param from nanoseconds since the epoch
   * @param to behind it
   */
  public StoredPages(
      StoreReadings store,
      Collection<String> metrics,
      Set<String> leftOut,
      @Nullable String site,
      long from,
      long to) {
    this.store = store;
    this.metrics = List.copyOf(metrics);
    this.leftOut = leftOut;
    this.site = site;
    this.from = from;
    this.to = to;
  }

  /**
   * The next readings in the order of time; none at the end.
   *
   * @throws IOException if the store does not answer, or does not say it
   */
  public List<Reading> next() throws IOException {
    List<Page> all = pages();
    List<Reading> readings = new ArrayList<>();
    while (readings.isEmpty()) {
      for (Page page : all) {
        while (page.rows.isEmpty() && !page.ended) {
          fill(page);
        }
      }
      if (all.stream().allMatch(page -> page.rows.isEmpty())) {
        return readings;
      }
      Page earliest = earliest(all);
      while (earliest != null) {
        add(earliest, earliest.rows.removeFirst(), readings);
        earliest = earliest.rows.isEmpty() && !earliest.ended ? null : earliest(all);
      }
    }
    return readings;
  }

  /** The page whose next row comes first; {@code null} where there is none. */
  private static @Nullable Page earliest(List<Page> all) {
    Page first = null;
    long at = Long.MAX_VALUE;
    for (Page page : all) {
      StoredRow row = page.rows.peekFirst();
      if (row != null && (first == null || row.timeNs() < at)) {
        first = page;
        at = row.timeNs();
      }
    }
    return first;
  }

  private List<Page> pages() throws IOException {
    List<Page> known = pages;
    if (known != null) {
      return known;
    }
    List<Page> made = new ArrayList<>();
    for (Table table : store.tables()) {
      if (leftOut.contains(table.name()) || table.name().endsWith(BAD)) {
        continue;
      }
      Map<String, String> metricOf = new HashMap<>();
      for (String metric : metrics) {
        String field = store.field(metric);
        if (table.unsure().contains(field)) {
          throw new IOException(
              "metric '"
                  + metric
                  + "' is a flag, and the store does not tell one that is false from one that was"
                  + " not sent");
        }
        if (table.fields().contains(field)) {
          metricOf.put(field, metric);
        }
      }
      if (!metricOf.isEmpty()) {
        made.add(new Page(table, fields(table, metricOf), metricOf, from, 0));
      }
    }
    for (Page page : made) {
      page.most = Math.max(LEAST_OF_A_PAGE, Math.min(MOST_OF_A_PAGE, ROWS / made.size()));
    }
    pages = made;
    return made;
  }

  /** Those of the metrics, and of the others as many as a question holds: signs of life. */
  private static List<String> fields(Table table, Map<String, String> metricOf) {
    List<String> fields = new ArrayList<>(metricOf.keySet());
    int characters = 0;
    for (String other : table.fields()) {
      if (!metricOf.containsKey(other)) {
        characters += other.length();
        if (characters > MOST_OTHER_NAMES) {
          break;
        }
        fields.add(other);
      }
    }
    return fields;
  }

  private void fill(Page page) throws IOException {
    Question question = new Question(page.table, page.fields, site, page.next, to);
    Rows found;
    try {
      found = store.rows(question, page.most);
    } catch (StoreReadings.TooLongException e) {
      if (page.most == 1) {
        throw e;
      }
      page.tooMany = page.most;
      page.most = Math.max(1, page.most / 2);
      return;
    }
    List<StoredRow> rows = found.rows();
    if (rows.stream().anyMatch(row -> row.timeNs() < page.next || row.timeNs() >= to)) {
      throw new IOException(
          "it answers with rows of another time than it was asked for, of measurement '"
              + page.table.name()
              + "'");
    }
    if (!found.more() || rows.isEmpty()) {
      page.rows.addAll(rows);
      page.ended = true;
      return;
    }
    // Of the last instant there may be more rows: it is asked for again.
    long last = rows.get(rows.size() - 1).timeNs();
    rows.stream().filter(row -> row.timeNs() < last).forEach(page.rows::addLast);
    if (last > page.next) {
      page.next = last;
    } else if (page.most + 1 >= page.tooMany) {
      throw new IOException(
          "measurement '" + page.table.name() + "' has more rows of one instant than can be read");
    } else {
      page.most = Math.min(page.tooMany - 1, page.most * 2);
    }
  }

  private void add(Page page, StoredRow row, List<Reading> readings) {
    if (row.asset().machine() == null) {
      return;
    }
    Series of =
        page.series.computeIfAbsent(
            row.asset(), asset -> new Series(page.table.name(), asset, Map.of()));
    Quality quality = row.uncertain() ? Quality.UNCERTAIN : Quality.GOOD;
    Map.Entry<String, Value> other = null;
    boolean tells = false;
    for (Map.Entry<String, Value> field : row.fields().entrySet()) {
      String metric = page.metricOf.get(field.getKey());
      if (metric == null) {
        other = field;
      } else {
        tells = true;
        readings.add(new Reading(of, metric, field.getValue(), row.timeNs(), quality, null));
      }
    }
    if (!tells && other != null) {
      readings.add(new Reading(of, other.getKey(), other.getValue(), row.timeNs(), quality, null));
    }
  }
}
