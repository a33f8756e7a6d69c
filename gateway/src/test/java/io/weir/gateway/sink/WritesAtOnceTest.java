package io.weir.gateway.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How many writes a store is given at once. */
class WritesAtOnceTest {

  @Test
  void aSmallHeapHoldsTheLinesOfFewerWrites() {
    assertThat(WritesAtOnce.of(96L << 20)).isEqualTo(2);
    assertThat(WritesAtOnce.of(160L << 20)).isEqualTo(2);
    assertThat(WritesAtOnce.of(240L << 20)).isEqualTo(4);
    assertThat(WritesAtOnce.of(480L << 20)).isEqualTo(8);
  }
}
