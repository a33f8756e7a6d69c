package io.weir.gateway.source.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.weir.gateway.source.KnownSessions;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

/** What one client can make the listener hold, step by step. */
class FloodsTest {

  private static final int PACKETS = 15_000;

  private final ManualInbox log = new ManualInbox();
  private final SteppedListener listener =
      new SteppedListener(ListenerRig.CONFIG, log, KnownSessions.NONE);

  private SteppedListener.Connection connected(int version, String client) {
    SteppedListener.Connection made = listener.connect();
    byte[] head = RawClient.bytes("MQTT", version, 2, (short) 0);
    made.send(
        RawClient.packet(
            0x10, version == 5 ? RawClient.bytes(head, 0, client) : RawClient.bytes(head, client)));
    made.step();
    assertThat(made.read()[0]).isEqualTo((byte) 0x20);
    return made;
  }

  private static byte[] many(byte[] packet) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < PACKETS; i++) {
      all.writeBytes(packet);
    }
    return all.toByteArray();
  }

  private static int answers(SteppedListener.Connection from) {
    int count = 0;
    while (from.read().length > 0) {
      count++;
    }
    return count;
  }

  private static void takesNothing(SteppedListener.Connection client, boolean deaf) {
    client.channel.unsafe().outboundBuffer().setUserDefinedWritability(1, !deaf);
    client.step();
  }

  @Test
  void whoTakesNoAnswersIsAnsweredNoMore() {
    for (String hex : new String[] {"c000", "62020001", "82060001 0001 61 00", "50020001"}) {
      byte[] packet = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
      SteppedListener.Connection client = connected(4, "c");
      client.send(packet);
      takesNothing(client, true);
      client.send(many(packet));
      client.step();
      assertThat(answers(client)).as(hex).isLessThan(10);

      takesNothing(client, false);
      int rest = answers(client);
      assertThat(rest).as(hex).isGreaterThanOrEqualTo(PACKETS - 10);
      client.close();
    }
  }

  /** What it sent before it closed counts, as much of it as there is room for. */
  @Test
  void aClientThatTakesNoAnswersMayStillSayGoodbye() {
    SteppedListener.Connection client = listener.connect();
    byte[] will = RawClient.bytes("line/state", "DEAD");
    client.send(RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 6, (short) 0, "w", will)));
    client.step();
    takesNothing(client, true);
    client.send(RawClient.bytes(many(new byte[] {(byte) 0xC0, 0}), new byte[] {(byte) 0xE0, 0}));
    client.close();
    listener.settle(100);
    log.sync(10);

    assertThat(log.times("DEAD")).isZero();
  }

  @Test
  void messagesBeyondThoseThatMayBeUnderWayAreNotDecoded() {
    SteppedListener.Connection client = connected(4, "c");
    client.send(many(RawClient.packet(0x32, RawClient.bytes("t", (short) 1))));
    client.step();
    assertThat(log.unsynced()).isEqualTo(2_000);
    for (int i = 0; i < 10; i++) {
      log.sync(2_000);
      client.step();
    }
    assertThat(answers(client)).isEqualTo(PACKETS);
  }
}
