package io.weir.gateway.efficiency;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.efficiency.calendar.ShiftCalendar;
import io.weir.gateway.model.Asset;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresBookTest {

  private static final long HOUR = ShiftCalendar.HOUR;
  private static final Asset MACHINE = new Asset("s", "a", "l", "m");

  private final FiguresBook book = new FiguresBook(new MemoryBook(), false, HOUR);

  FiguresBookTest() throws IOException {}

  private void note() throws IOException {
    book.add(List.of(new RecomputeSpan(MACHINE, true, HOUR, 2 * HOUR, 0, true)));
  }

  private void done(List<RecomputeSpan> folded) throws IOException {
    book.done(folded, Collections.nCopies(folded.size(), null), List.of());
  }

  @Test
  void aSpanThatWasFoldedLeavesTheBook() throws IOException {
    note();
    done(book.spans());
    assertThat(book.spans()).isEmpty();
  }

  @Test
  void aSpanThatIsNotedAgainWhileItIsFoldedIsFoldedOnceMore() throws IOException {
    note();
    List<RecomputeSpan> folded = book.spans();
    note();
    assertThat(book.spans()).isEqualTo(folded);
    done(folded);
    assertThat(book.spans()).isEqualTo(folded);
    done(book.spans());
    assertThat(book.spans()).isEmpty();
  }
}
