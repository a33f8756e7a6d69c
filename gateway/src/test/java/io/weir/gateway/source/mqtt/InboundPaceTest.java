package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.model.LargeMessages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboundPaceTest {

  private static final int LARGE = LargeMessages.LARGE_BYTES;

  private final InboundPace pace = new InboundPace();
  private final Thread receiver = new Thread(() -> pace.begins(LARGE), "receiver");

  @AfterEach
  void end() throws InterruptedException {
    pace.close();
    receiver.join();
  }

  private void awaitWaiting() {
    await().until(() -> receiver.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void aLargeMessageIsReadOnceThoseBeforeItWereHandedOver() throws InterruptedException {
    pace.begins(10);
    pace.begins(LARGE - 1);
    receiver.start();
    awaitWaiting();
    pace.handedOver();
    awaitWaiting();
    pace.handedOver();
    receiver.join();
  }

  @Test
  void theFirstLargeMessageAndSmallOnesDoNotWait() {
    pace.begins(LARGE);
    pace.begins(LARGE - 1);
    pace.begins(1);
  }

  @Test
  void nothingWaitsOnceTheConnectionEnds() throws InterruptedException {
    pace.begins(LARGE);
    receiver.start();
    awaitWaiting();
    pace.close();
    receiver.join();
    assertThat(receiver.isAlive()).isFalse();
  }
}
