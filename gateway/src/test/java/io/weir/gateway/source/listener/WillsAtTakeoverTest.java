package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a client's will and messages where a newer connection takes its place. */
class WillsAtTakeoverTest {

  private static RawClient withWill(RawClient client, int version, int expiry, int delay)
      throws Exception {
    byte[] head = RawClient.bytes("MQTT", version, 0x0C | (expiry == 0 ? 2 : 0), (short) 60);
    byte[] will = RawClient.bytes("t", "will");
    byte[] wait = RawClient.bytes(5, 0x18, (short) 0, (short) delay);
    byte[] body =
        version == 5
            ? RawClient.bytes(head, 5, RawClient.expiry(expiry), "c", wait, will)
            : RawClient.bytes(head, "c", will);
    return client.send(0x10, body);
  }

  /** A will waits for its delay, or until the session ends, whichever comes first. */
  @ParameterizedTest
  @CsvSource({
    "5, 0, 60, false, true",
    "5, 0, 60, true, true",
    "5, 100, 0, false, true",
    "5, 100, 60, true, true",
    "5, 100, 60, false, false",
    "4, 0, 0, false, true",
    "4, 100, 0, false, true"
  })
  void itIsSentUnlessTheSessionGoesOn(
      int version, int expiry, int delay, boolean fresh, boolean isSent) throws Exception {
    try (ListenerRig rig = new ListenerRig();
        RawClient first = withWill(rig.client(), version, expiry, delay)) {
      first.read(RawClient.CONNACK);
      try (RawClient second =
          version == 5
              ? rig.client().connect5("c", fresh, RawClient.expiry(100))
              : rig.client().connect4("c", fresh)) {
        boolean present = second.read(RawClient.CONNACK).u8(0) == 1;
        assertThat(present).isEqualTo(expiry > 0 && !fresh);
        first.readToTheEnd();
        second.publish(0, 0, "t", version == 5 ? "\0last" : "last");
        await().until(() -> rig.shelf.texts().contains("last"));
        if (isSent) {
          await().until(() -> rig.shelf.texts().contains("will"));
        } else {
          assertThat(rig.shelf.texts()).doesNotContain("will");
        }
      }
    }
  }

  /** Each time until it is released, and never once more than it was sent. */
  @Test
  void aMessageOfQos2ThatComesAgainAndAgainIsAnsweredEachTime() throws Exception {
    try (ListenerRig rig = new ListenerRig();
        RawClient raw = rig.client().connect5("c", false, RawClient.expiry(100))) {
      raw.read(RawClient.CONNACK);
      raw.publish5(4, 1, "t", "once").read(RawClient.PUBREC);
      for (int i = 0; i < 20; i++) {
        raw.publish5(12, 1, "t", "once");
        assertThat(raw.read(RawClient.PUBREC).reason()).isZero();
      }
      raw.pubrel(1).read(RawClient.PUBCOMP);
      raw.pubrel(1).read(RawClient.PUBCOMP); // its answer was lost
      raw.pubrel(9).read(RawClient.PUBCOMP);
      raw.ping().read(RawClient.PINGRESP);
      assertThat(rig.shelf.texts()).containsExactly("once");
    }
  }

  @Test
  void aClientOfMqtt3WithoutAnIdThatWantsItsSessionKeptIsRefusedAndOneOfMqtt5IsNamed()
      throws Exception {
    try (ListenerRig rig = new ListenerRig();
        RawClient three = rig.client().connect4("", false);
        RawClient five = rig.client().connect5("", false, RawClient.expiry(100));
        RawClient other = rig.client().connect5("", false, RawClient.expiry(100))) {
      assertThat(three.read(RawClient.CONNACK).u8(1)).isEqualTo(2);
      assertThat(three.isClosed()).isTrue();
      assertThat(five.read(RawClient.CONNACK).u8(1)).isZero();
      assertThat(other.read(RawClient.CONNACK).u8(1)).isZero();
      five.ping().read(RawClient.PINGRESP); // not taken over
    }
  }
}
