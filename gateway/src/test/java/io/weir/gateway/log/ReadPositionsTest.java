package io.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The ring of positions against a list of them. */
class ReadPositionsTest {

  private static final LogPosition NONE = new LogPosition(null, -1, -1, -1);

  private final ReadPositions positions = new ReadPositions();
  private final List<LogPosition> model = new ArrayList<>();

  private void add(LogPosition position) {
    positions.add(position.segment(), position.filePosition(), position.offset(), position.units());
    if (model.size() == ReadPositions.MOST) {
      List<LogPosition> left = new ArrayList<>();
      for (int i = 1; i < model.size(); i += 2) {
        left.add(model.get(i));
      }
      model.clear();
      model.addAll(left);
    }
    model.add(position);
  }

  private LogPosition atOrBefore(long offset) {
    LogPosition last = NONE;
    for (LogPosition each : model) {
      last = each.offset() <= offset ? each : last;
    }
    return last;
  }

  @Test
  void keepsWhatWasReadAndNotCommitted() {
    Random random = new Random(11);
    long offset = 0;
    long committed = 0;
    for (int step = 0; step < 3_000; step++) {
      int what = random.nextInt(20);
      if (what == 0) {
        committed += random.nextLong(offset - committed + 1);
        long to = committed;
        positions.committed(to);
        model.removeIf(each -> each.offset() <= to);
      } else if (what == 1) {
        long to = committed + random.nextLong(offset - committed + 1);
        positions.backTo(to);
        model.removeIf(each -> each.offset() > to);
        offset = to;
      } else {
        for (int i = random.nextInt(random.nextInt(10) == 0 ? 3_000 : 30); i >= 0; i--) {
          offset += 1 + random.nextInt(3);
          add(new LogPosition(null, offset * 100, offset, offset * 7));
        }
      }
      long asked = committed + random.nextLong(offset - committed + 2);
      assertThat(positions.atOrBefore(asked, NONE)).isEqualTo(atOrBefore(asked));
      assertThat(positions.atOrBefore(committed, NONE)).isEqualTo(atOrBefore(committed));
    }
  }

  @Test
  void ofVeryManyEverySecondIsKeptAndTheNewest() {
    for (long offset = 1; offset <= 3 * ReadPositions.MOST; offset++) {
      add(new LogPosition(null, offset * 100, offset, offset * 7));
    }
    for (long offset = 0; offset <= 3 * ReadPositions.MOST; offset += 5) {
      assertThat(positions.atOrBefore(offset, NONE)).isEqualTo(atOrBefore(offset));
    }
    assertThat(positions.atOrBefore(Long.MAX_VALUE, NONE).offset())
        .isEqualTo(3L * ReadPositions.MOST);
  }
}
