package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.mqtt.guard.BrokenPacketException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LossesTest {

  private static final long SOON_NS = Duration.ofSeconds(2).toNanos();
  private static final long LATE_NS = Duration.ofMinutes(2).toNanos();

  private final Losses losses = new Losses("weir", new SplittableRandom(1));

  @Test
  void theBackOffGrowsToHalfAMinuteAndStartsAgainAfterASteadyConnection() {
    assertThat(losses.backOffNs(SOON_NS)).isBetween(ms(250), ms(750));
    assertThat(losses.backOffNs(SOON_NS)).isBetween(ms(500), ms(1_500));
    for (int i = 0; i < 100; i++) {
      assertThat(losses.backOffNs(SOON_NS)).isBetween(ms(1_000), ms(30_000));
    }
    assertThat(losses.backOffNs(SOON_NS)).isBetween(ms(15_000), ms(30_000));
    assertThat(losses.backOffNs(LATE_NS)).isBetween(ms(250), ms(750));
  }

  private static long ms(long ms) {
    return Duration.ofMillis(ms).toNanos();
  }

  @Test
  void onlyConnectionsThatTheBrokerClosesSoonInARowSuggestASharedClientId() {
    Ending taken = new Ending(Ending.Kind.TAKEN_OVER, "session taken over");
    assertThat(losses.closed(Ending.UNSAID, SOON_NS, true)).isEqualTo(Ending.UNSAID.reason());
    assertThat(losses.closed(taken, SOON_NS, true)).contains("2 times in a row soon");
    assertThat(losses.sharedId()).isNull();
    losses.closed(Ending.UNSAID, SOON_NS, true);
    assertThat(losses.sharedId()).isEqualTo("client id weir, 3 times in a row");
    assertThat(losses.closed(Ending.UNSAID, LATE_NS, true)).isEqualTo(Ending.UNSAID.reason());
    assertThat(losses.sharedId()).isNull();
    losses.closed(Ending.UNSAID, SOON_NS, true);
    losses.ended();
    assertThat(losses.closed(Ending.UNSAID, SOON_NS, true)).isEqualTo(Ending.UNSAID.reason());
    assertThat(losses.closed(Ending.UNSAID, SOON_NS, false)).isEqualTo(Ending.UNSAID.reason());
    assertThat(losses.closed(Ending.of("keep-alive timed out"), SOON_NS, true))
        .isEqualTo("keep-alive timed out");
  }

  /** The words of a broker are its own: it may say there whatever it likes. */
  @Test
  void wordsOfABrokerAreNoCause() {
    String quoted =
        "the broker disconnected: administrative action: " + BrokenPacketException.BROKEN;
    for (int i = 0; i < 3; i++) {
      assertThat(losses.closed(Ending.of(quoted), SOON_NS, true)).isEqualTo(quoted);
    }
    assertThat(losses.sharedId()).isNull();
  }
}
