package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.log.ManualTime;
import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that is dead or slow is left alone, and the one who asks does not wait for it. */
class GuardedReadingsTest {

  private static final long SECOND = 1_000_000_000L;
  private static final int ROWS = 40;

  private final ManualTime time = new ManualTime();
  private final Unkind store = new Unkind();
  private final GuardedReadings guarded = new GuardedReadings("history", store, time);

  /** One measurement with a row each second; as kind as the test says. */
  private final class Unkind implements StoreReadings {
    Duration takes = Duration.ofMillis(20);
    boolean dead;
    boolean tooLong;
    int asked;

    private void answer() throws IOException {
      asked++;
      time.advance(takes);
      if (dead) {
        throw new SocketTimeoutException("timeout");
      }
    }

    @Override
    public String field(String metric) {
      return metric;
    }

    @Override
    public List<Table> tables() throws IOException {
      answer();
      return List.of(new Table("telemetry", List.of("total"), Set.of()));
    }

    @Override
    public Rows rows(Question question, int most) throws IOException {
      answer();
      if (tooLong) {
        throw new TooLongException("the answer is longer than 100 bytes");
      }
      List<StoredRow> rows = new ArrayList<>();
      for (long at = (question.from() + SECOND - 1) / SECOND;
          at * SECOND < Math.min(question.to(), ROWS * SECOND) && rows.size() < most;
          at++) {
        Asset asset = new Asset("s", "a", "l", "m");
        rows.add(new StoredRow(at * SECOND, asset, false, Map.of("total", new Value.Whole(at))));
      }
      return new Rows(rows, rows.size() == most);
    }

    @Override
    public List<Sample> samples(Question question, long stepNs) throws IOException {
      answer();
      return List.of();
    }
  }

  private StoredPages pages() {
    return new StoredPages(guarded, Set.of("total"), Set.of(), null, 0, ROWS * SECOND);
  }

  /** What a pass over the pages gives in all. */
  private List<Reading> readAll() throws IOException {
    StoredPages pages = pages();
    List<Reading> all = new ArrayList<>();
    for (List<Reading> some = pages.next(); !some.isEmpty(); some = pages.next()) {
      all.addAll(some);
    }
    return all;
  }

  @Test
  void aKindStoreIsAskedAsIfThereWereNoGuard() throws IOException {
    assertThat(readAll()).hasSize(ROWS);
    assertThat(store.asked).isEqualTo(2);
  }

  @Test
  void aDeadStoreIsAskedOnceAndThenLeftAlone() throws IOException {
    store.dead = true;
    store.takes = Duration.ofSeconds(10);
    assertThatThrownBy(this::readAll).hasMessage("timeout");
    time.advance(Duration.ofSeconds(20));
    long before = time.elapsedNs();
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(this::readAll).hasMessage("timeout; it is left alone for 30 s more");
    }
    assertThat(time.elapsedNs()).as("nobody waits").isEqualTo(before);
    assertThat(store.asked).isEqualTo(1);
    assertThat(guarded.breakerState()).as("open").isEqualTo(2);

    time.advance(Duration.ofSeconds(31));
    assertThatThrownBy(this::readAll).hasMessage("timeout");
    assertThat(store.asked).as("one question as a test").isEqualTo(2);

    store.dead = false;
    time.advance(GuardedReadings.OPEN.plusSeconds(1));
    assertThat(readAll()).as("it is well again").hasSize(ROWS);
  }

  @Test
  void aSlowStoreIsLeftAloneAfterThreePages() throws IOException {
    store.takes = Duration.ofSeconds(9);
    assertThat(guarded.tables()).hasSize(1);
    assertThat(guarded.tables()).hasSize(1);
    assertThat(guarded.tables()).hasSize(1);
    assertThatThrownBy(guarded::tables)
        .hasMessage("it answers slowly: 9 s for one page; it is left alone for 50 s more");
    assertThat(store.asked).isEqualTo(3);
    assertThat(guarded.breakerState()).as("open").isEqualTo(2);

    store.takes = Duration.ofMillis(20);
    time.advance(GuardedReadings.OPEN.plusSeconds(1));
    assertThat(readAll()).hasSize(ROWS);
    assertThat(guarded.breakerState()).as("closed").isZero();
  }

  @Test
  void onePageThatTakesLongIsNoReason() throws IOException {
    for (int i = 0; i < 20; i++) {
      store.takes = Duration.ofSeconds(i % 3 == 0 ? 9 : 1);
      assertThat(guarded.tables()).hasSize(1);
    }
  }

  @Test
  void anAnswerThatIsTooLongIsNoFailureOfTheStore() throws IOException {
    store.tooLong = true;
    assertThatThrownBy(this::readAll).isInstanceOf(StoreReadings.TooLongException.class);
    int asked = store.asked;
    assertThat(asked).as("smaller and smaller pages").isGreaterThan(5);
    store.tooLong = false;
    assertThat(readAll()).hasSize(ROWS);
  }

  /** Whatever the store does, those who ask again and again wait a bounded part of the time. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void inAnyMinuteItTakesABoundedPartOfTheTime(int seed) {
    Random random = new Random(seed);
    long waited = 0;
    long end = time.elapsedNs() + 3600 * SECOND;
    long begin = time.elapsedNs();
    while (time.elapsedNs() < end) {
      store.dead = random.nextInt(3) == 0;
      store.takes = Duration.ofSeconds(5 + random.nextInt(6)); // at most the timeout of a sink
      long before = time.elapsedNs();
      try {
        guarded.tables();
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
      waited += time.elapsedNs() - before;
      time.advance(Duration.ofMillis(200));
    }
    assertThat((double) waited / (end - begin))
        .as("three pages of ten seconds in each eighty seconds, or less")
        .isLessThan(0.4);
  }
}
