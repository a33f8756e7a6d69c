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

  private final Set<Asset> alone = new HashSet<>();

  private Divided divided(long epoch) {
    View other = new View(List.of("other"));
    return new Divided(
        GroupConfig.Mode.STANDBY,
        "this",
        Set.of("plant", "efficiency"),
        "replay",
        alone,
        other,
        epoch,
        Map.of());
  }

  private boolean isOurs(String source, Series series, long epoch) {
    return divided(epoch).isOurs(source, series, 1);
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
}
