package io.weir.gateway.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.model.Asset;
import io.weir.gateway.model.MemoryBudget;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Rejected;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MessageReadingsTest {

  private static final long NOW = 1_772_366_400_000_000_000L;
  private static final long STEP_NS = 1_000;
  private static final Series[] SERIES = {
    new Series("telemetry", new Asset("a", "b", "c", "d"), Map.of()),
    new Series("telemetry", new Asset("a", "b", "c", "d"), Map.of("phase", "u")),
  };

  private record Place(Series series, String metric, Quality quality, long step) {}

  /** Whether a reading stays at once or waits for the end: the first of a point is kept. */
  @Test
  void theFirstReadingOfEachPointIsKeptInOrderOfTheMessage() {
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      NormalizerMemory memory =
          new NormalizerMemory(
              STEP_NS, ReceiveClock.silent(), KnownNames.unlimited(), MemoryBudget.of(1 << 30, 0));
      MessageReadings message = new MessageReadings(memory, new PendingState(memory), NOW);
      Map<Place, Reading> first = new HashMap<>();
      List<Reading> kept = new ArrayList<>();
      int again = 0;
      int names = 1 + random.nextInt(30);
      int doubtful = random.nextInt(2) * 10;
      for (int i = random.nextInt(60); i >= 0; i--) {
        Quality quality = random.nextInt(100) < doubtful ? Quality.UNCERTAIN : Quality.GOOD;
        boolean timed = random.nextBoolean();
        Reading reading =
            new Reading(
                SERIES[random.nextInt(2)],
                "m" + random.nextInt(names),
                new Value.Whole(random.nextInt(2)),
                NOW + random.nextInt(3) * STEP_NS / 2,
                quality,
                quality == Quality.GOOD ? null : "said so");
        message.add(
            reading, null, new EventClock.Stamp(reading.timeNs(), reading.reason()), timed, null);
        Place place =
            new Place(
                reading.series(),
                reading.metric(),
                reading.quality(),
                Math.floorDiv(reading.timeNs(), STEP_NS));
        Reading other = first.putIfAbsent(place, reading);
        if (other == null) {
          kept.add(reading);
        } else if (timed && other.value().equals(reading.value())) {
          again++;
        }
      }
      List<Reading> told = new ArrayList<>();
      message.end(
          new Normalizer.Fates() {
            @Override
            public void kept(Reading reading) {
              told.add(reading);
            }

            @Override
            public void rejected(Rejected rejected) {}

            @Override
            public void filtered(String why) {}
          });
      assertThat(message.readings()).as("seed " + seed).isEqualTo(kept).isEqualTo(told);
      assertThat(message.filtered()).as("seed " + seed).isEqualTo(again);
    }
  }
}
