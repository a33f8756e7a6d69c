package io.weir.gateway.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.Series;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a member sends that does not own the machine. */
class DividedTest {

  private static final Series PRESS =
      new Series("telemetry", new Asset(null, null, "line", "press"), Map.of());
  private static final Series FIGURES =
      new Series("efficiency", new Asset(null, null, "line", "press"), Map.of());

  private static final View OTHER = new View(List.of("other"));
  private static final long MINUTE = 60_000_000_000L;

  private final Set<Asset> alone = new HashSet<>();

  private Divided divided(long epoch) {
    return divided(epoch, Terms.NONE, Long.MIN_VALUE);
  }

  private Divided divided(long epoch, Terms terms, long wholeFrom) {
    return new Divided(
        new Ownership(
            GroupConfig.Mode.STANDBY, "this", Set.of("plant", "efficiency"), "replay", alone),
        OTHER,
        epoch,
        Map.of(),
        terms,
        Map.of("other", wholeFrom));
  }

  private boolean isOurs(String source, Series series, long epoch) {
    return divided(epoch).isOurs(source, series, 1, 1);
  }

  @Test
  void whatOnlyThisGatewayReceivesItSendsWithItsFigures() {
    assertThat(isOurs("plant", PRESS, 0)).isFalse();
    assertThat(isOurs("http", PRESS, 0)).isTrue();
    assertThat(isOurs("efficiency", FIGURES, 3)).isTrue();
  }

  /** Two that both send the figures of a machine, of which one has more readings, would quarrel. */
  @Test
  void whatIsReadAgainFromTheQuarantineIsSentAndItsFiguresStayWithTheirOwner() {
    assertThat(isOurs("replay", PRESS, 0)).isTrue();
    assertThat(isOurs("efficiency", FIGURES, 3)).isFalse();
  }

  /** A row that it may have written without what somebody said, only it is sure to put right. */
  @Test
  void whatItMayHaveWrittenItGoesOnWriting() {
    Terms terms = new Terms(Map.of(new View(List.of("this")), 100 * MINUTE));
    Divided former = divided(3, terms, 10 * MINUTE);
    assertThat(former.isOurs("efficiency", FIGURES, 50 * MINUTE, 200 * MINUTE)).isTrue();
    assertThat(former.isOurs("efficiency", FIGURES, 101 * MINUTE, 200 * MINUTE)).isTrue();
    assertThat(former.isOurs("efficiency", FIGURES, 102 * MINUTE, 200 * MINUTE)).isFalse();
    assertThat(former.isOurs("efficiency", FIGURES, 9 * MINUTE, 200 * MINUTE))
        .as("the other knows more of that time")
        .isFalse();
    assertThat(divided(0, terms, 0).isOurs("plant", PRESS, 50 * MINUTE, 50 * MINUTE))
        .as("a reading never becomes another one")
        .isFalse();
  }

  @Test
  void peopleMayHaveSaidSomethingOfTheFuture() {
    Series annotations = new Series("annotations", FIGURES.asset(), Map.of());
    Terms terms = new Terms(Map.of(new View(List.of("this")), 100 * MINUTE));
    assertThat(divided(3, terms, 0).isOurs("efficiency", annotations, 900 * MINUTE, 0)).isTrue();
    Terms none = new Terms(Map.of(OTHER, 100 * MINUTE));
    assertThat(divided(3, none, 0).isOurs("efficiency", annotations, 900 * MINUTE, 0)).isFalse();
  }
}
