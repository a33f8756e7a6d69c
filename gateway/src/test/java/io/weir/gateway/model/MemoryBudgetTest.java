package io.weir.gateway.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBudgetTest {

  private static final long MIB = 1 << 20;
  private static final long MESSAGE = 8 * MIB;

  @Test
  void theSmallestHeapKnowsAFactory() {
    MemoryBudget smallest = MemoryBudget.of(MemoryBudget.leastHeap(MESSAGE), MESSAGE);
    assertThat(smallest.machines()).isBetween(300, 1_000);
    assertThat(smallest.series()).isBetween(4_000, 10_000);
    assertThat(smallest.fields()).isBetween(10_000, 25_000);
    assertThat(smallest.topics()).isBetween(3_000, 10_000);
    assertThat(smallest.textBytes()).isBetween(16 << 10, 64 << 10);
  }

  @ParameterizedTest
  @ValueSource(longs = {152, 160, 256, 512, 1024, 2048, 64 * 1024})
  void allThatIsKnownFitsBesideTheLargestMessage(long heap) {
    MemoryBudget budget = MemoryBudget.of(heap * MIB, MESSAGE);
    long known =
        budget.machines() * MemoryBudget.MACHINE_BYTES
            + budget.series() * MemoryBudget.SERIES_BYTES
            + budget.fields() * MemoryBudget.FIELD_BYTES
            + budget.topics() * MemoryBudget.TOPIC_BYTES
            + budget.liveBytes()
            + budget.deviceBytes();
    long taken = MemoryBudget.BASE_BYTES + MemoryBudget.OF_MESSAGE * MESSAGE + known;
    assertThat(taken).isLessThanOrEqualTo(heap * MIB);
  }

  @Test
  void moreHeapKnowsMoreAndALargerMessageLess() {
    MemoryBudget before = MemoryBudget.of(200 * MIB, MESSAGE);
    MemoryBudget larger = MemoryBudget.of(400 * MIB, MESSAGE);
    assertThat(larger.machines()).isGreaterThan(2 * before.machines());
    assertThat(larger.series()).isGreaterThan(before.series());
    assertThat(MemoryBudget.of(400 * MIB, 2 * MESSAGE).machines()).isLessThan(larger.machines());
    assertThat(MemoryBudget.of(16L << 40, MESSAGE).fields()).isPositive();
  }
}
