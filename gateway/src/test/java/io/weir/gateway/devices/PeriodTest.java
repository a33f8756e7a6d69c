package io.weir.gateway.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The learned interval, against one that is computed anew from the list of all intervals. */
class PeriodTest {

  private static long learned(List<Long> all) {
    List<Float> last =
        all.subList(Math.max(0, all.size() - Period.KEPT), all.size()).stream()
            .map(interval -> (float) (interval / 1e9))
            .sorted()
            .toList();
    if (last.size() < 8) {
      return 0;
    }
    float median = last.get(last.size() / 2);
    long near = last.stream().filter(each -> Math.abs(each - median) <= 0.3 * median).count();
    return near >= 0.75 * last.size() ? (long) (median * 1e9) : 0;
  }

  @Test
  void isTheMedianOfTheLastIntervalsIfMostAreNearIt() {
    Random random = new Random(5);
    int learnedSome = 0;
    for (int run = 0; run < 200; run++) {
      double jitter = random.nextDouble() * 0.6;
      Period period = new Period();
      List<Long> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        double factor = random.nextInt(20) == 0 ? 30 : 1 + jitter * (random.nextDouble() * 2 - 1);
        long interval = random.nextInt(4) == 0 ? 2_000_000_000L : (long) (2e9 * factor);
        period.add(interval);
        all.add(interval);
        assertThat(period.learnedNs()).isEqualTo(learned(all));
        learnedSome += period.learnedNs() > 0 ? 1 : 0;
        if (random.nextInt(10) == 0) {
          period = restored(period);
          assertThat(period.learnedNs()).isEqualTo(learned(all));
        }
      }
    }
    assertThat(learnedSome).isBetween(2_000, 10_000);
  }

  private static Period restored(Period period) {
    ByteBuffer bytes = ByteBuffer.allocate(Period.BYTES);
    period.write(bytes);
    return Period.read(bytes.flip());
  }
}
