package io.weir.gateway.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.normalize.RecentPayloads;
import org.junit.jupiter.api.Test;

class RedeliveriesTest {

  private final Redeliveries redeliveries = new Redeliveries(2);

  @Test
  void knowsTheLastDeliveriesByPacketIdAndPayload() {
    long hash = RecentPayloads.hash("{\"a\":1}".getBytes(UTF_8));
    redeliveries.keep(1, hash);

    assertThat(redeliveries.contains(1, hash)).isTrue();
    assertThat(redeliveries.contains(2, hash)).isFalse();
    assertThat(redeliveries.contains(1, hash + 1)).isFalse();
  }

  @Test
  void forgetsTheOldestPastTwiceTheReceiveMaximum() {
    for (int id = 1; id <= 5; id++) {
      redeliveries.keep(id, id);
    }
    assertThat(redeliveries.contains(1, 1)).isFalse();
    assertThat(redeliveries.contains(2, 2)).isTrue();
    assertThat(redeliveries.contains(5, 5)).isTrue();
    assertThat(redeliveries.marks()).hasSize(4);
  }

  @Test
  void knowsADeliveryUnderWayUntilItsSyncHasEnded() {
    redeliveries.begin(1, 9);
    assertThat(redeliveries.contains(1, 9)).isTrue();
    redeliveries.end(1, 9);
    assertThat(redeliveries.contains(1, 9)).isFalse();
  }
}
