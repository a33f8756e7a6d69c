package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.KnownSessions;
import org.junit.jupiter.api.Test;

/** Whether the log is told that a client waits for its answers before it sends more. */
class ClientWindowTest {

  private static final int ALL = Integer.MAX_VALUE;

  private final ManualInbox log = new ManualInbox();
  private final SteppedListener listener =
      new SteppedListener(ListenerRig.CONFIG, log, KnownSessions.NONE);
  private final SteppedListener.Connection client = listener.connect();
  private int id;

  ClientWindowTest() {
    client.send(RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "c"))); // not kept
    listener.settle(1);
  }

  private void publish(int count) {
    for (int i = 0; i < count; i++) {
      client.send(RawClient.packet(0x32, RawClient.bytes("t", (short) ++id, new byte[] {'1'})));
      listener.settle(1);
    }
  }

  private void syncAfter(int millis) {
    listener.settle(millis);
    log.sync(ALL);
    listener.settle(1);
  }

  private void learn() {
    for (int i = 0; i < 3; i++) {
      publish(3);
      syncAfter(900);
    }
    assertThat(log.lingersEnded()).isZero();
  }

  /** As a bridge does that may have three messages under way, where a sync waits for a second. */
  @Test
  void aClientThatSendsAsManyAtOnceAndThenWaitsEndsTheLinger() {
    learn();
    for (int round = 1; round <= 5; round++) {
      publish(2);
      assertThat(log.lingersEnded()).isEqualTo(round - 1);
      publish(1);
      assertThat(log.lingersEnded()).isEqualTo(round);
      syncAfter(5);
    }
  }

  @Test
  void itsWindowIsStillKnownWhereItIsAnsweredInParts() {
    learn();
    publish(3);
    log.sync(2);
    listener.settle(1);
    publish(2);
    assertThat(log.lingersEnded()).isEqualTo(2);
  }

  @Test
  void aClientThatSendsOnDoesNot() {
    for (int i = 0; i < 100; i++) {
      publish(1);
      listener.settle(50);
      if (i % 20 == 19) {
        log.sync(ALL);
      }
    }
    assertThat(log.lingersEnded()).isZero();
  }

  @Test
  void aClientThatSendsNowAndThenDoesNot() {
    for (int i = 0; i < 20; i++) {
      publish(3);
      syncAfter(900);
      listener.settle(500);
    }
    assertThat(log.lingersEnded()).isZero();
  }

  /** Its period is just that of the log: each time it sends when it was answered. */
  @Test
  void aDeviceInStepWithTheLogEndsOneLingerAndIsThenOutOfStep() {
    learn();
    publish(3);
    syncAfter(5);
    listener.settle(900);
    for (int i = 0; i < 2; i++) {
      publish(3);
      syncAfter(900);
    }
    assertThat(log.lingersEnded()).isEqualTo(1);
  }

  @Test
  void aWindowThatWasTakenTooSmallIsForgotten() {
    learn();
    publish(5);
    assertThat(log.lingersEnded()).isEqualTo(1);
    syncAfter(5);
    publish(3);
    assertThat(log.lingersEnded()).isEqualTo(1);
  }
}
