package io.weir.gateway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SendingOrderTest {

  private final Oracle oracle = new Oracle(new Trace());
  private final SendingOrder order = new SendingOrder(oracle);

  private static String line(String machine, int number) {
    return "telemetry,machine=" + machine + " v=" + number + ".01 " + number;
  }

  private void arrives(int number) {
    oracle.arrives(new SentMessage(number, "plant/press/data", "", List.of()));
  }

  @Test
  void whatIsSentAgainOrOfAnotherSeriesOrAloneIsInOrder() {
    for (int number = 1; number <= 5; number++) {
      arrives(number);
    }
    order.written(List.of(line("press", 1), line("press", 2)));
    order.written(List.of(line("press", 1), line("press", 2), line("press", 3)));
    order.written(List.of(line("press", 5)));
    order.written(List.of(line("press", 4), line("press", 5)));
    order.written(List.of(line("mill", 1), line("mill", 4)));
    assertThat(order.faults()).isEmpty();
  }

  @Test
  void whatComesForTheFirstTimeBehindALaterOneIsAFault() {
    for (int number = 1; number <= 3; number++) {
      arrives(number);
    }
    order.written(List.of(line("press", 1), line("press", 3)));
    order.written(List.of(line("press", 2)));
    assertThat(order.faults()).singleElement().asString().contains(line("press", 2));
  }

  @Test
  void aMessageThatCameAgainMayBeSentAfterThoseBetween() {
    SentMessage again = new SentMessage(1, "plant/press/data", "", List.of());
    oracle.arrives(again);
    arrives(2);
    oracle.arrives(again);
    order.written(List.of(line("press", 2), line("press", 2)));
    order.written(List.of(line("press", 1)));
    assertThat(order.faults()).isEmpty();
  }
}
