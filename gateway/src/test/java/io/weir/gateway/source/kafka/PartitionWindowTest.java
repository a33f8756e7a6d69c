package io.weir.gateway.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.Delivery;
import io.weir.gateway.source.Inbox;
import io.weir.gateway.source.StreamRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which offset may be committed, by what is durable. */
class PartitionWindowTest {

  private static final Inbox.Receipt ONE = new Inbox.Receipt(1, 1, 0, List.of());

  private final AtomicInteger failures = new AtomicInteger();
  private final PartitionWindow window = new PartitionWindow();

  private HeldRecord record(int offset) {
    StreamRecord place = new StreamRecord("t", 0, offset, 0, false, false);
    return new HeldRecord(
        settled -> new Delivery("s", "t", new byte[0], null, null, place, settled),
        offset + 1,
        Optional.empty(),
        "",
        10,
        failures);
  }

  private List<HeldRecord> taken(int count) {
    List<HeldRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      HeldRecord record = record(i);
      window.add(record);
      records.add(record);
      assertThat(window.waiting()).isSameAs(record);
      record.offered();
      window.taken();
    }
    assertThat(window.waiting()).isNull();
    return records;
  }

  @Test
  void onlyWhatIsDurableWithAllBeforeItIsDue() {
    List<HeldRecord> records = taken(3);
    records.get(2).durable(ONE);
    records.get(1).durable(ONE);
    window.collect();
    assertThat(window.due()).isNull();
    assertThat(window.uncommitted()).isEqualTo(3);
    assertThat(window.isUnderWay()).isTrue();

    records.get(0).durable(ONE);
    window.collect();
    assertThat(window.due().offset().offset()).isEqualTo(3);
    assertThat(window.isUnderWay()).isFalse();
    assertThat(window.bytes()).isZero();
    assertThat(window.uncommitted()).as("until the broker has answered").isEqualTo(3);
    assertThat(window.committed(window.due())).isEqualTo(3);
    assertThat(window.uncommitted()).isZero();
    assertThat(window.due()).isNull();
  }

  @Test
  void whatFailedHoldsUpAllBehindIt() {
    List<HeldRecord> records = taken(2);
    records.get(0).failed(new IOException("disk gone"));
    records.get(1).durable(ONE);
    window.collect();
    assertThat(window.due()).isNull();
    assertThat(failures).hasValue(1);
    assertThat(records.get(0).state()).isEqualTo(HeldRecord.State.FAILED);

    records.get(0).offered();
    records.get(0).durable(ONE);
    window.collect();
    assertThat(window.due().offset().offset()).isEqualTo(2);
  }

  /** Also before one that came later and that the inbox has not taken. */
  @Test
  void whatFailedIsOfferedAgainInItsOrder() {
    List<HeldRecord> records = taken(4);
    records.get(0).durable(ONE);
    records.get(3).failed(new IOException("disk gone"));
    records.get(1).failed(new IOException("disk gone"));
    window.collect();
    HeldRecord later = record(4);
    window.add(later);
    window.offerAgain();

    List<HeldRecord> offered = new ArrayList<>();
    while (window.waiting() != null) {
      offered.add(window.waiting());
      window.waiting().offered();
      window.taken();
    }
    assertThat(offered).containsExactly(records.get(1), records.get(3), later);
    window.offerAgain();
    assertThat(window.waiting()).as("under way").isNull();
  }

  @Test
  void anAnswerCommitsWhatItWasAskedForAndNoMore() {
    List<HeldRecord> records = taken(2);
    records.get(0).durable(ONE);
    window.collect();
    PartitionWindow.Due first = window.due();
    records.get(1).durable(ONE);
    window.collect();
    PartitionWindow.Due both = window.due();
    assertThat(window.committed(first)).isEqualTo(1);
    assertThat(window.uncommitted()).isEqualTo(1);
    assertThat(window.committed(both)).isEqualTo(1);
    assertThat(window.committed(first)).as("an answer that comes late").isZero();
    assertThat(window.due()).isNull();
  }
}
