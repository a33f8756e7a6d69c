package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import io.weir.gateway.sink.Sink.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What each answer of a store does to readings that are sent again. */
class ResenderTest {

  private static final Series SERIES = new Series("t", Asset.NONE, Map.of());

  private final List<List<String>> writes = new ArrayList<>();
  private final Set<String> stored = new TreeSet<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();

  /** A store that keeps what its answer says. */
  private final class Store implements LineSink {

    private final Function<List<String>, Answer> answers;

    Store(Function<List<String>, Answer> answers) {
      this.answers = answers;
    }

    @Override
    public String name() {
      return "store";
    }

    @Override
    public Dialect dialect() {
      return new Dialect(SinkConfig.Precision.NS, false, false);
    }

    @Override
    public Answer write(LineTexts lines) {
      writes.add(lines);
      Answer answer = answers.apply(lines);
      if (answer instanceof Answer.Stored) {
        stored.addAll(lines);
      }
      return answer;
    }

    @Override
    public void close() {}
  }

  private Resender resender(Function<List<String>, Answer> answers) {
    SinkConfig.Batch batch = new SinkConfig.Batch(4, 1 << 20, Duration.ZERO, false);
    return new Resender(new Store(answers), "readings", batch, pauses::add, refusals::add);
  }

  private static Resender send(Resender to, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      to.add(
          List.of(new Reading(SERIES, "v", new Value.Whole(i), i, Quality.GOOD, null)), 7, "t", 0);
    }
    to.flush();
    return to;
  }

  @Test
  void readingsAreSentInBatchesInOrder() throws IOException {
    Resender all = send(resender(lines -> new Answer.Stored()), 10);

    assertThat(writes).extracting(List::size).containsExactly(4, 4, 2);
    assertThat(writes.get(2)).containsExactly("t v=8i 8", "t v=9i 9");
    assertThat(all.stored()).isEqualTo(10);
    assertThat(all.refused()).isZero();
  }

  @Test
  void whatIsTooLargeIsSentInPartsAndABadLineIsFound() throws IOException {
    Resender all =
        send(
            resender(
                lines ->
                    lines.size() > 2
                        ? new Answer.TooLarge("413")
                        : lines.contains("t v=5i 5")
                            ? new Answer.Refused(false, List.of(), "bad line")
                            : new Answer.Stored()),
            8);

    assertThat(stored).hasSize(7).doesNotContain("t v=5i 5");
    assertThat(all.stored()).isEqualTo(7);
    assertThat(all.refused()).isEqualTo(1);
    assertThat(refusals).containsExactly("t v=5i 5: bad line");
  }

  @Test
  void namedLinesAreRefusedAndTheOthersSentAgainWhereTheyWereNotStored() throws IOException {
    Function<List<String>, Answer> answers =
        lines -> {
          int bad = lines.indexOf("t v=2i 2");
          return bad < 0
              ? new Answer.Stored()
              : new Answer.Refused(
                  false, List.of(new Answer.RefusedLine(bad, "conflict")), "conflict");
        };
    Resender all = send(resender(answers), 4);

    assertThat(stored).containsExactly("t v=0i 0", "t v=1i 1", "t v=3i 3");
    assertThat(all.stored()).isEqualTo(3);
    assertThat(refusals).containsExactly("t v=2i 2: conflict");
  }

  @Test
  void theReadingsOfAFieldThatTheStoreHoldsWithAnotherTypeAreRefusedAndTheOthersStored()
      throws IOException {
    Answer.RefusedField field =
        new Answer.RefusedField(new FieldOfStore("t", "w", Value.Type.INTEGER), "is a float");
    Function<List<String>, Answer> answers =
        lines ->
            lines.stream().anyMatch(line -> line.contains("w="))
                ? new Answer.Refused(false, List.of(), List.of(field), "conflict")
                : new Answer.Stored();
    Resender all = resender(answers);
    for (int i = 0; i < 8; i++) {
      all.add(
          List.of(
              new Reading(SERIES, "v", new Value.Whole(i), i, Quality.GOOD, null),
              new Reading(SERIES, "w", new Value.Whole(i), i, Quality.GOOD, null)),
          7,
          "t",
          0);
    }
    all.flush();

    assertThat(stored).hasSize(8).contains("t v=7i 7");
    assertThat(writes).as("one answer teaches").hasSize(3);
    assertThat(all.stored()).isEqualTo(8);
    assertThat(all.refused()).isEqualTo(8);
    assertThat(refusals.get(0)).isEqualTo("t w=0i 0: field 'w': is a float");
  }

  @Test
  void aStoreThatIsAwayIsTriedAgainAndOneThatAsksToWaitIsWaitedFor() throws IOException {
    int[] tries = {0};
    Resender all =
        send(
            resender(
                lines ->
                    switch (tries[0]++) {
                      case 0 -> new Answer.Down("refused");
                      case 1 -> new Answer.Busy(Duration.ofSeconds(7), "busy");
                      case 2 -> new Answer.Busy(Duration.ofDays(1), "busy");
                      default -> new Answer.Stored();
                    }),
            1);

    assertThat(all.stored()).isEqualTo(1);
    assertThat(pauses)
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(30));
  }

  @Test
  void aStoreThatStaysAwayOrIsNotConfiguredEndsIt() {
    assertThatThrownBy(() -> send(resender(lines -> new Answer.Down("no route")), 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no route");
    assertThat(writes).hasSize(30);
    assertThatThrownBy(() -> send(resender(lines -> new Answer.Misconfigured("no database")), 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no database");
  }

  @Test
  void textsThatTheStoreDoesNotKeepAreCounted() throws IOException {
    Resender all = resender(lines -> new Answer.Stored());
    all.add(
        List.of(new Reading(SERIES, "v", new Value.Text("x"), 0, Quality.GOOD, null)), 7, "t", 0);
    all.add(
        List.of(new Reading(SERIES, "v", new Value.Real(Double.NaN), 0, Quality.GOOD, null)),
        7,
        "t",
        0);
    all.flush();

    assertThat(writes).isEmpty();
    assertThat(all.withheld()).isEqualTo(1);
    assertThat(all.refused()).isEqualTo(1);
  }
}
