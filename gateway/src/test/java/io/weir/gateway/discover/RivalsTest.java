package io.weir.gateway.discover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RivalsTest {

  private final Tried best = tried("json", 4, "21.5 at 1", "22.5 at 2");

  @Test
  void whatGivesAnotherValueOrInstantIsARival() {
    Tried other = tried("kepware", 4, "21.5 at 1", "true at 1");
    assertThat(Rivals.of(best, List.of(best, other))).containsExactly(other);
    assertThat(Rivals.told(best, List.of(other)))
        .containsExactly(
            "json: 2 readings, 0 rejected, 0 left out, 0 with a time, 0 names",
            "kepware: 2 readings, 0 rejected, 0 left out, 0 with a time, 0 names");
  }

  @Test
  void whatNamesTheSameValuesOtherwiseOrLosesSomeIsNone() {
    Tried same = tried("neuron", 4, "22.5 at 2", "21.5 at 1");
    Tried less = tried("scalar", 4, "21.5 at 1");
    assertThat(Rivals.of(best, List.of(best, same, less))).isEmpty();
    Tried worse = tried("neuron", 4, "22.5 at 2", "21.5 at 1", "the name of it at 1");
    assertThat(Rivals.of(best, List.of(best, same, worse))).isEmpty();
    assertThat(Rivals.told(best, List.of())).isEmpty();
  }

  @Test
  void whatReadsLessThanHalfOfTheMessagesIsNone() {
    Tried few = tried("neuron", 1, "7.0 at 1");
    assertThat(Rivals.of(best, List.of(best, few))).isEmpty();
    Tried half = tried("neuron", 2, "7.0 at 1");
    assertThat(Rivals.of(best, List.of(best, half))).containsExactly(half);
  }

  @Test
  void thereAreThreeAtMostOneOfEachFormat() {
    List<Tried> many =
        List.of(
            best,
            tried("json", 4, "9 at 9"),
            tried("a", 4, "1 at 9"),
            tried("a", 4, "2 at 9"),
            tried("b", 4, "3 at 9"),
            tried("c", 4, "4 at 9"),
            tried("d", 4, "5 at 9"));
    assertThat(Rivals.of(best, many).stream().map(each -> each.candidate().format()))
        .containsExactly("a", "b", "c");
  }

  private static Tried tried(String format, int clean, String... values) {
    Trial.Outcome outcome = new Trial.Outcome();
    outcome.messages = 4;
    outcome.clean = clean;
    outcome.readings = values.length;
    outcome.values.addAll(List.of(values));
    Candidate candidate = new Candidate(format, Map.of(), Candidate.BY_SHAPE, List.of());
    return new Tried(candidate, Map.of(), outcome);
  }
}
