package io.weir.gateway.source.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.model.LargeMessages;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InboundPaceTest {

  private static final int LARGE = LargeMessages.LARGE_BYTES;

  private final InboundPace pace = new InboundPace(Duration.ofSeconds(60), () -> false);
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

  @Test
  void aFullWindowIsWaitedForOnceAndThenNotAgainBeforeItHadRoom() {
    AtomicInteger asked = new AtomicInteger();
    AtomicBoolean full = new AtomicBoolean(true);
    InboundPace briefly =
        new InboundPace(
            Duration.ofMillis(40),
            () -> {
              asked.incrementAndGet();
              return full.get();
            });
    briefly.begins(10);
    assertThat(asked.getAndSet(0)).as("looked again and again").isGreaterThan(2);
    briefly.begins(10);
    assertThat(asked.getAndSet(0)).as("it is closed by what follows").isEqualTo(1);
    full.set(false);
    briefly.begins(10);
    full.set(true);
    asked.set(0);
    briefly.begins(10);
    assertThat(asked.get()).as("it had room since").isGreaterThan(2);
  }
}
