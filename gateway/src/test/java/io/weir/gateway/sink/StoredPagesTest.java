package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the readings of a span are read back from a store, page by page. */
class StoredPagesTest {

  private static final Asset MACHINE = new Asset("s", "a", "l", "m");

  /** A store in memory. Its answers have a bound, and may be cut as a store cuts them. */
  private static final class Memory implements StoreReadings {
    final Map<String, List<StoredRow>> tables = new LinkedHashMap<>();
    final Set<String> unsure;
    int longest = Integer.MAX_VALUE;
    int cutAt = Integer.MAX_VALUE;
    long shift;
    int questions;
    int largest;

    Memory(String... unsure) {
      this.unsure = Set.of(unsure);
    }

    void add(String table, long time, Asset asset, Map<String, Value> fields) {
      tables
          .computeIfAbsent(table, absent -> new ArrayList<>())
          .add(new StoredRow(time, asset, false, fields));
    }

    @Override
    public String field(String metric) {
      return metric;
    }

    @Override
    public List<Table> tables() {
      List<Table> all = new ArrayList<>();
      tables.forEach(
          (name, rows) -> {
            List<String> fields =
                rows.stream().flatMap(row -> row.fields().keySet().stream()).distinct().toList();
            all.add(new Table(name, fields, unsure));
          });
      return all;
    }

    @Override
    public Rows rows(Question question, int most) throws IOException {
      questions++;
      largest = Math.max(largest, most);
      List<StoredRow> found =
          tables.get(question.table().name()).stream()
              .filter(row -> row.timeNs() >= question.from() && row.timeNs() < question.to())
              .filter(
                  row ->
                      question.where().isEmpty()
                          || question.where().get("site").equals(row.asset().site()))
              .sorted(Comparator.comparingLong(StoredRow::timeNs))
              .limit(most)
              .map(
                  row ->
                      new StoredRow(
                          row.timeNs() + shift, row.asset(), row.uncertain(), row.fields()))
              .toList();
      if (found.size() > longest) {
        throw new TooLongException("the answer is longer than may be");
      }
      return found.size() > cutAt
          ? new Rows(found.subList(0, cutAt), true)
          : new Rows(found, found.size() >= most);
    }

    @Override
    public List<Sample> samples(Question question, long stepNs) {
      return List.of();
    }
  }

  private static List<Reading> all(StoredPages pages) throws IOException {
    List<Reading> all = new ArrayList<>();
    for (List<Reading> page = pages.next(); !page.isEmpty(); page = pages.next()) {
      all.addAll(page);
    }
    assertThat(pages.next()).isEmpty();
    return all;
  }

  private static StoredPages pages(Memory store) {
    return new StoredPages(
        store, Set.of("state", "total"), Set.of("efficiency"), null, 0, Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyRowIsGivenOnceInTheOrderOfTime(int seed) throws IOException {
    Random random = new Random(seed);
    Memory store = new Memory();
    List<String> expected = new ArrayList<>();
    int tables = 1 + random.nextInt(4);
    for (int table = 0; table < tables; table++) {
      long time = 0;
      for (int i = random.nextInt(12_000); i >= 0; i--) {
        time += random.nextInt(3); // often several of one instant
        Asset asset = new Asset("s", "a", "l", "m" + i);
        store.add("t" + table, time, asset, Map.of("total", new Value.Whole(i)));
        expected.add("t" + table + " " + time + " " + i);
      }
    }
    if (random.nextBoolean()) {
      store.longest = 20 + random.nextInt(400);
    }
    if (random.nextBoolean()) {
      store.cutAt = 20 + random.nextInt(400);
    }
    List<Reading> given = all(pages(store));
    assertThat(given).isSortedAccordingTo(Comparator.comparingLong(Reading::timeNs));
    List<String> found = new ArrayList<>();
    for (Reading each : given) {
      found.add(
          each.series().measurement()
              + " "
              + each.timeNs()
              + " "
              + ((Value.Whole) each.value()).value());
    }
    assertThat(found).hasSameSizeAs(expected);
    assertThat(Set.copyOf(found)).isEqualTo(Set.copyOf(expected));
    assertThat(store.largest).isLessThanOrEqualTo(10_000);
  }

  @Test
  void ofALineWithoutASignalOneSignOfLifeIsGiven() throws IOException {
    Memory store = new Memory();
    Map<String, Value> both = new LinkedHashMap<>();
    both.put("heat", new Value.Real(20));
    both.put("state", new Value.Text("RUNNING"));
    store.add("telemetry", 1, MACHINE, both);
    store.add(
        "telemetry", 2, MACHINE, Map.of("heat", new Value.Real(21), "noise", new Value.Real(3)));
    store.add("telemetry", 3, new Asset("s", null, null, null), both); // of no machine
    store.add("weather", 4, MACHINE, Map.of("rain", new Value.Real(1))); // has no signal
    store.add("telemetry_bad", 5, MACHINE, both);
    store.add("efficiency", 6, MACHINE, Map.of("total", new Value.Real(1)));
    List<Reading> given = all(pages(store));
    assertThat(given).extracting(Reading::timeNs).containsExactly(1L, 2L);
    assertThat(given.get(0).metric()).isEqualTo("state");
    assertThat(given.get(1).metric()).isIn("heat", "noise");
    assertThat(given.get(1).quality()).isEqualTo(Quality.GOOD);
  }

  @Test
  void moreRowsOfOneInstantThanAnAnswerHoldsAreAFailure() {
    Memory store = new Memory();
    for (int i = 0; i < 500; i++) {
      Asset asset = new Asset("s", "a", "l", "m" + i);
      store.add("telemetry", 7, asset, Map.of("total", new Value.Whole(i)));
    }
    store.longest = 200;
    assertThatThrownBy(() -> all(pages(store)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more rows of one instant");
    store.longest = 0;
    assertThatThrownBy(() -> all(pages(store))).isInstanceOf(StoreReadings.TooLongException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1})
  void aStoreThatAnswersWhatItWasNotAskedIsAFailure(long shift) {
    Memory store = new Memory();
    store.shift = shift * 100;
    for (int i = 0; i < 50; i++) {
      store.add("telemetry", i, MACHINE, Map.of("total", new Value.Whole(i)));
    }
    StoredPages pages = new StoredPages(store, Set.of("total"), Set.of(), null, 0, 50);
    assertThatThrownBy(() -> all(pages)).hasMessageContaining("rows of another time");
  }

  @Test
  void aSignalOfWhichTheStoreDoesNotSayWhetherItWasSentIsAFailure() {
    Memory store = new Memory("state");
    store.add("telemetry", 7, MACHINE, Map.of("state", new Value.Flag(true)));
    assertThatThrownBy(() -> all(pages(store)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("metric 'state' is a flag");
  }
}
