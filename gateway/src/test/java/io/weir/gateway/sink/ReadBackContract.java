package io.weir.gateway.sink;

import static io.weir.gateway.sink.MemoryFeed.reading;
import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.FoldedFigures;
import io.weir.gateway.log.Soak;
import io.weir.gateway.model.Quality;
import io.weir.gateway.model.Reading;
import io.weir.gateway.model.Series;
import io.weir.gateway.model.Value;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a sink promises whose store gives back what was written to it. */
public abstract class ReadBackContract extends SinkContract {

  @Test
  void figuresOfWhatItGivesBackAreThoseOfWhatWasWritten() throws IOException {
    StoreReadings store = Objects.requireNonNull(sink().readings());
    List<Reading> written = FoldedFigures.readings(Soak.count(5, 20));
    Bench bench = bench();
    for (int i = 0; i < written.size(); i += 50) {
      bench.feed.add(written.subList(i, Math.min(written.size(), i + 50)).toArray(new Reading[0]));
    }
    Series figure = new Series("efficiency", written.get(0).series().asset(), Map.of());
    bench.feed.add(reading(figure, "total", new Value.Whole(7), FoldedFigures.BEGIN));
    bench.settleAll();
    written.removeIf(reading -> reading.quality() == Quality.BAD);
    long signals = written.stream().filter(each -> isSignal(each)).count();
    List<Reading> given = new ArrayList<>();
    Awaitility.await()
        .untilAsserted(
            () -> {
              given.clear();
              StoredPages pages = pages(store, "s");
              for (List<Reading> page = pages.next(); !page.isEmpty(); page = pages.next()) {
                given.addAll(page);
              }
              assertThat(given.stream().filter(each -> isSignal(each)).count()).isEqualTo(signals);
            });
    assertThat(given).isSortedAccordingTo(Comparator.comparingLong(Reading::timeNs));
    assertThat(FoldedFigures.differences(FoldedFigures.of(written), FoldedFigures.of(given)))
        .isEmpty();
    assertThat(FoldedFigures.of(given)).hasSizeGreaterThan(Soak.count(1_250, 5_000));
    assertThat(pages(store, "another").next()).isEmpty();
  }

  private static boolean isSignal(Reading reading) {
    return FoldedFigures.metrics().contains(reading.metric());
  }

  private static StoredPages pages(StoreReadings store, String site) {
    return new StoredPages(
        store,
        FoldedFigures.metrics(),
        FoldedFigures.measurements(),
        site,
        FoldedFigures.BEGIN,
        FoldedFigures.BEGIN + 48 * FoldedFigures.HOUR);
  }
}
