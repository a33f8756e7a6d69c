package io.weir.gateway.people;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.log.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PairingsTest {

  private static final String PROXY = "192.0.2.1";

  private final ManualTime time = new ManualTime();
  private final Pairings pairings = new Pairings(time);

  @Test
  void aFloodFromTheSameAddressTakesAwayNoCodeThatAWallShows() {
    Pairings.Begun wall = pairings.begin(PROXY);
    for (int second = 0; second < 300; second++) {
      pairings.begin(PROXY);
      if (second % 3 == 0) {
        assertThat(pairings.claim(wall.secret())).as("after %d s", second).isNotNull();
      }
      time.advance(Duration.ofSeconds(1));
    }
    assertThat(pairings.accept(wall.code(), "Hall 2", Look.NONE)).isTrue();
    assertThat(pairings.claim(wall.secret()).name()).isEqualTo("Hall 2");
  }

  @Test
  void aNewCodeIsRefusedWhereAllAreShownAndTakesThePlaceOfOneThatIsNot() {
    for (int i = 0; i < Pairings.MOST_OF_ADDRESS; i++) {
      assertThat(pairings.begin(PROXY)).isNotNull();
    }
    assertThat(pairings.begin(PROXY)).isNull();
    assertThat(pairings.begin("192.0.2.2")).as("from elsewhere").isNotNull();
    time.advance(Duration.ofSeconds(31));
    assertThat(pairings.begin(PROXY)).isNotNull();
  }

  @Test
  void allAddressesTogetherHaveABound() {
    for (int i = 0; i < Pairings.MOST; i++) {
      assertThat(pairings.begin("192.0.2." + i)).isNotNull();
    }
    assertThat(pairings.begin("198.51.100.1")).isNull();
    time.advance(Duration.ofSeconds(31));
    assertThat(pairings.begin("198.51.100.1")).isNotNull();
  }
}
