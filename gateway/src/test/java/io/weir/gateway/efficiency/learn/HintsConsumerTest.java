package io.weir.gateway.efficiency.learn;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.MemoryLog;
import io.weir.gateway.efficiency.PlantClock;
import io.weir.gateway.efficiency.Seeds;
import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.efficiency.config.EfficiencyConfig;
import io.weir.gateway.efficiency.config.EfficiencyConfigBuilder;
import io.weir.gateway.efficiency.config.LearnedConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The consumer of the log of figures that learns. */
@Tag("slow")
class HintsConsumerTest {

  private final PlantClock clock = new PlantClock();
  private final EfficiencyConfig on = LearnedPlant.config().build();

  private static final MemoryLog FIGURES = played();

  private static MemoryLog figures() {
    return FIGURES.reopened();
  }

  private static MemoryLog played() {
    LearnedPlant plant = new LearnedPlant(LearnedPlant.config());
    plant.cycleS = 10;
    plant.days(0, 5);
    MemoryLog log = new MemoryLog();
    plant.messages.forEach(log::add);
    return log;
  }

  private static EfficiencyConfig off() {
    EfficiencyConfigBuilder config = LearnedPlant.config();
    config.learned = LearnedConfig.OFF;
    return config.build();
  }

  private HintsConsumer consumer(EfficiencyConfig config, MemoryLog log) {
    return new HintsConsumer(config, log, clock, Duration.ofSeconds(1), LearnedPlant.MIB);
  }

  private static List<String> reasons(HintsConsumer consumer) {
    return consumer.findings().stream().map(Finding::reason).toList();
  }

  /** The process is killed now and then, and begins where it has committed. */
  @ParameterizedTest
  @Seeds(few = 1, all = 3)
  void itLearnsTheSameWhereverItIsKilled(int seed) throws IOException {
    MemoryLog log = figures();
    HintsConsumer whole = consumer(on, log.reopened());
    whole.follower().step(Integer.MAX_VALUE);
    assertThat(reasons(whole)).hasSize(1);

    Random random = new Random(seed);
    HintsConsumer killed = consumer(on, log);
    while (log.at < log.records.size()) {
      for (int i = random.nextInt(60); i >= 0 && killed.follower().step(); i--) {
        clock.now += random.nextInt(100) * ShiftCalendar.SECOND / 1000;
      }
      if (log.at < log.records.size()) {
        log = log.reopened();
        killed = consumer(on, log);
      }
    }
    assertThat(reasons(killed)).isEqualTo(reasons(whole));
  }

  @Test
  void aRestartShowsTheHintsAtOnce() throws IOException {
    MemoryLog log = figures();
    HintsConsumer first = consumer(on, log);
    first.follower().step(Integer.MAX_VALUE);
    first.close();
    assertThat(reasons(consumer(on, log.reopened()))).isEqualTo(reasons(first)).hasSize(1);
  }

  @Test
  @Tag("soak")
  void whereNothingIsLearnedTheLogIsPassedOver() throws IOException {
    MemoryLog log = figures();
    HintsConsumer consumer = consumer(off(), log);
    consumer.follower().step(Integer.MAX_VALUE);
    consumer.close();
    assertThat(consumer.findings()).isEmpty();
    assertThat(log.committed()).isEqualTo(log.records.size());
    assertThat(log.state()).isEmpty();
  }

  @Test
  void itCanBeSwitchedOnAndOffWhileItRuns() throws IOException {
    MemoryLog log = figures();
    HintsConsumer consumer = consumer(off(), log);
    consumer.use(on);
    consumer.follower().step(Integer.MAX_VALUE);
    assertThat(consumer.findings()).hasSize(1);
    consumer.use(off());
    assertThat(consumer.findings()).isEmpty();
    consumer.follower().step();
    consumer.close();
    assertThat(log.state()).isEmpty();
  }

  @Test
  void aStateThatCannotBeReadIsLearnedAgain() throws IOException {
    MemoryLog log = figures();
    log.state = new byte[] {77};
    HintsConsumer consumer = consumer(on, log);
    consumer.follower().step(Integer.MAX_VALUE);
    assertThat(consumer.findings()).hasSize(1);
  }
}
