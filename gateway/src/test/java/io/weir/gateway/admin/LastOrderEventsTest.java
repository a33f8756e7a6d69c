package io.weir.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.correction.CorrectionLogs;
import io.weir.gateway.correction.OrderEvent;
import io.weir.gateway.correction.OrderEvent.Step;
import io.weir.gateway.correction.Origin;
import io.weir.gateway.correction.Undo;
import io.weir.gateway.log.MemoryDisk;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is at hand of the events of orders is what the whole log says. */
class LastOrderEventsTest {

  private static final Origin ANNA = new Origin("anna", 1, "::1");

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void itIsWhatTheWholeLogSaysWhateverIsSaidAndUndone(int seed) throws IOException {
    Random random = new Random(seed);
    MemoryDisk disk = new MemoryDisk(random);
    CorrectionLogs logs = CorrectionLogs.open(disk);
    List<OrderEvent> holding = new ArrayList<>();
    int undone = 0;
    LastOrderEvents last = new LastOrderEvents(logs.log());
    for (int i = 0; i < 600; i++) {
      boolean undoes = i % 200 > 100 && !holding.isEmpty();
      if (undoes) {
        OrderEvent event = holding.remove(newest(holding, random));
        logs.keep(new Undo(0, event.id(), "", ANNA));
        undone++;
      } else {
        Asset machine = new Asset("s", "a", "l", "m" + random.nextInt(3));
        Step step = Step.values()[random.nextInt(3)];
        OrderEvent event =
            new OrderEvent(0, machine, random.nextInt(50), step, "" + i, "", Double.NaN, "", ANNA);
        holding.add((OrderEvent) logs.keep(event));
      }
      if (random.nextInt(4) > 0) {
        int open = disk.openFiles();
        assertThat(last.all()).as("after %d", i).isEqualTo(byAsset(holding));
        assertThat(disk.openFiles()).as("open between two requests").isEqualTo(open);
      }
    }
    assertThat(undone).isGreaterThan(LastOrderEvents.MOST_OF_ASSET * 6);
  }

  /** The place of an event that is mostly the last one of its machine. */
  private static int newest(List<OrderEvent> holding, Random random) {
    if (random.nextInt(5) == 0) {
      return random.nextInt(holding.size());
    }
    List<OrderEvent> all = new ArrayList<>(byAsset(holding).values());
    return holding.indexOf(all.get(random.nextInt(all.size())));
  }

  private static Map<Asset, OrderEvent> byAsset(List<OrderEvent> holding) {
    Map<Asset, OrderEvent> last = new HashMap<>();
    for (OrderEvent event : holding) {
      last.merge(event.asset(), event, (one, other) -> one.isBefore(other) ? other : one);
    }
    return last;
  }
}
