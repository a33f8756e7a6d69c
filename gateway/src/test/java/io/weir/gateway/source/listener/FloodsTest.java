package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.weir.gateway.source.KnownSessions;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
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
      byte[] packet = HexFormat.of().parseHex(hex.replace(" ", ""));
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

  /** It is not read from, so its silence says nothing of it; it has asked for no keep-alive. */
  @Test
  void whoTakesNoAnswersIsClosedAfterAMinute() {
    SteppedListener.Connection slow = connected(4, "slow");
    SteppedListener.Connection client = connected(5, "deaf");
    takesNothing(client, true);
    for (int seconds = 0; seconds < 55; seconds += 5) {
      takesNothing(slow, true);
      listener.settle(5_000);
      takesNothing(slow, false);
    }
    assertThat(client.channel.isOpen()).isTrue();
    listener.settle(10_000);
    byte[] last = client.read();
    assertThat(List.of(last[0], last[2])).containsExactly((byte) 0xE0, Codes.UNSPECIFIED);
    assertThat(client.channel.isOpen()).isFalse();
    assertThat(slow.channel.isOpen()).isTrue();
    listener.settle(120_000);
    assertThat(slow.channel.isOpen()).isTrue();
  }

  /**
   * A close by TLS waits until its goodbye is read, and writes a line of the log where it is not.
   */
  @Test
  void whoTakesNothingIsClosedWithoutAGoodbyeOfTls() {
    for (int version : new int[] {4, 5}) {
      SteppedListener.Connection client = connected(version, "deaf");
      client
          .channel
          .pipeline()
          .addFirst(
              new ChannelOutboundHandlerAdapter() {
                @Override
                public void close(ChannelHandlerContext ctx, ChannelPromise promise) {}
              });
      takesNothing(client, true);
      listener.settle(60_000);
      listener.settle(2_000);
      assertThat(client.channel.isOpen()).as("MQTT " + version).isFalse();
    }
  }

  @Test
  void whatComesWithTheConnectIsTakenOnceThatIsAccepted() {
    SteppedListener.Connection client = listener.connect();
    client.send(
        RawClient.bytes(
            RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "c")),
            RawClient.packet(0x32, RawClient.bytes("t", (short) 1)),
            new byte[] {(byte) 0xC0, 0}));
    for (int i = 0; i < 6; i++) {
      log.sync(10);
      listener.settle(100);
    }
    assertThat(client.read()[0]).isEqualTo((byte) 0x20);
    assertThat(answers(client)).isEqualTo(2);
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

  private static byte[] withAlias(int alias, String topic) {
    return RawClient.packet(0x30, RawClient.bytes(topic, 3, 0x23, (short) alias));
  }

  /** The rig has room for 17 of them. */
  @Test
  void theTopicsOfAllAliasesHaveABound() {
    String topic = "x".repeat(30_000);
    List<SteppedListener.Connection> greedy = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      greedy.add(connected(5, "g" + i));
      greedy.get(i).send(withAlias(1, topic));
      log.sync(1);
      greedy.get(i).step();
    }
    assertThat(greedy.stream().filter(each -> each.channel.isOpen())).hasSizeBetween(10, 20);

    SteppedListener.Connection good = connected(5, "good");
    for (int alias = 1; alias <= 10; alias++) {
      good.send(withAlias(alias, "line/" + alias));
    }
    goOn();
    assertThat(good.channel.isOpen()).isTrue();
    greedy.forEach(SteppedListener.Connection::close);
    good.send(withAlias(1, topic));
    goOn();
    assertThat(good.channel.isOpen()).isTrue();
  }

  /** The rig has room for 16 of them, whatever part of them is long. */
  @Test
  void aContentTypeCountsAmongTheBytesUnderWay() {
    SteppedListener.Connection client = connected(5, "c");
    byte[] type = RawClient.bytes(3, "x".repeat(60_000));
    byte[] length = {(byte) (type.length | 128), (byte) (type.length >> 7 | 128), 3};
    for (int i = 0; i < 100 && client.isRead(); i++) {
      client.send(RawClient.packet(0x30, RawClient.bytes("t", length, type)));
      client.step();
    }
    assertThat(log.unsynced()).isBetween(8, 20);
  }

  // ---- What stays behind a connection

  private SteppedListener.Connection withWill(String client) {
    return withWill(client, "x".repeat(60_000));
  }

  private SteppedListener.Connection withWill(String client, String text) {
    SteppedListener.Connection made = listener.connect();
    byte[] will = RawClient.bytes("line/state", text);
    made.send(RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 6, (short) 0, client, will)));
    made.step();
    return made;
  }

  /** The rig has room for 16 of them. */
  @Test
  void theWillsOfAllClientsHaveABoundAlsoWhereTheLogTakesNone() {
    log.full(true);
    List<SteppedListener.Connection> clients = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      SteppedListener.Connection client = withWill("w" + i);
      if (client.read()[3] == 0) {
        clients.add(client);
      } else {
        client.close();
      }
    }
    assertThat(clients).hasSizeBetween(10, 20);
    clients.forEach(SteppedListener.Connection::close);
    listener.settle(100);
    assertThat(withWill("late").read()[3]).isEqualTo((byte) 3); // the server is not available

    log.full(false);
    listener.settle(100);
    log.sync(100);
    listener.settle(100);
    assertThat(log.times("x".repeat(60_000))).isEqualTo(clients.size());
    SteppedListener.Connection polite = withWill("late");
    assertThat(polite.read()[3]).isZero();
    polite.send(new byte[] {(byte) 0xE0, 0});
    polite.close();
    assertThat(withWill("later").read()[3]).isZero();
  }

  /** Else a few with large ones would keep out all devices that have any. */
  @Test
  void aSmallWillAlwaysHasRoom() {
    for (int letters : new int[] {60_000, 2_000}) {
      byte code = 0;
      for (int i = 0; code == 0; i++) {
        code = withWill(letters + "w" + i, "x".repeat(letters)).read()[3];
      }
    }
    for (int i = 0; i < 50; i++) {
      assertThat(withWill("s" + i, "OFFLINE").read()[3]).isZero();
    }
    assertThat(withWill("late").read()[3]).isEqualTo((byte) 3);
  }

  /** Each of a connection that has ended: as of devices whose pings are not answered meanwhile. */
  @Test
  void smallWillsThatTheLogDoesNotTakeHaveABoundToo() {
    log.full(true);
    int accepted = 0;
    for (int i = 0; i < 4_000; i++) {
      SteppedListener.Connection client = withWill("s" + i, "x".repeat(500));
      accepted += client.read()[3] == 0 ? 1 : 0;
      client.close();
    }
    assertThat(accepted).isBetween(1_000, 2_000);

    log.full(false);
    listener.settle(100);
    log.sync(4_000);
    listener.settle(100);
    assertThat(log.times("x".repeat(500))).isEqualTo(accepted);
    assertThat(withWill("late", "OFFLINE").read()[3]).isZero();
  }

  private SteppedListener.Connection kept(String client) {
    SteppedListener.Connection made = listener.connect();
    made.send(
        RawClient.packet(
            0x10, RawClient.bytes("MQTT", 5, 0, (short) 0, 5, RawClient.expiry(1_000), client)));
    made.step();
    return made;
  }

  @Test
  void whatAClientHasToSendAgainIsNotHeldForIt() {
    String text = "x".repeat(50_000);
    byte[] publish = RawClient.bytes("t", (short) 1, 0, text.getBytes(UTF_8));
    SteppedListener.Connection client = kept("c");
    log.sync(1);
    client.step();
    client.send(RawClient.packet(0x32, publish));
    client.close();
    ClientSession session = Objects.requireNonNull(listener.sessions.of("c"));
    log.sync(1);
    Exchange left = Objects.requireNonNull(session.takeUnanswered(1));
    assertThat(left.delivery().payload()).isEmpty();
  }

  @Test
  void whoHasGoneWaitsForNoRoom() {
    SharedWindow window = listener.shared.window();
    window.hold(2 * ListenerRig.CONFIG.windowBytes());
    for (int i = 0; i < 100; i++) {
      SteppedListener.Connection client = connected(4, "c" + i);
      client.step();
      assertThat(window.waiting()).isEqualTo(1);
      client.close();
    }
    assertThat(window.waiting()).isZero();
  }

  /** The rig keeps 1,000 sessions. */
  @Test
  void sessionsThatTheLogNeverTookLeaveNothingBehind() {
    log.full(true);
    for (int i = 0; i < 3_000; i++) {
      kept("c" + i).close();
    }
    assertThat(listener.sessions.size()).isEqualTo(1_000);
    log.full(false);
    listener.sessions.tick();
    assertThat(log.unsynced()).isZero();
  }

  private static byte[] qos2(int from, int to) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id = from; id <= to; id++) {
      all.writeBytes(RawClient.packet(0x34, RawClient.bytes("t", (short) id)));
    }
    return all.toByteArray();
  }

  private static byte[] released(int from, int to) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int id = from; id <= to; id++) {
      all.writeBytes(RawClient.packet(0x62, RawClient.bytes((short) id)));
    }
    return all.toByteArray();
  }

  private void goOn() {
    for (int i = 0; i < 8; i++) {
      log.sync(Integer.MAX_VALUE);
      listener.settle(10);
    }
  }

  /** The rig has room for 4,096 packet ids that are not released, and ten more for each session. */
  @Test
  void whoReleasesNoMessageOfQos2TakesNoRoomFromThoseWhoDo() {
    SteppedListener.Connection greedy = connected(4, "greedy");
    greedy.send(qos2(1, 4_096));
    goOn();
    assertThat(answers(greedy)).isEqualTo(4_096);
    SteppedListener.Connection good = connected(4, "good");
    for (int i = 0; i < 3; i++) {
      good.send(qos2(1, 10));
      goOn();
      good.send(released(1, 10));
      goOn();
      assertThat(answers(good)).isEqualTo(20);
    }

    greedy.send(qos2(4_097, 4_097));
    goOn();
    assertThat(greedy.channel.isOpen()).isFalse();
    SteppedListener.Connection other = connected(4, "other"); // the session has ended with it
    other.send(qos2(1, 100));
    goOn();
    assertThat(answers(other)).isEqualTo(100);
  }

  private SteppedListener.Connection kept4(String client) {
    SteppedListener.Connection made = listener.connect();
    made.send(RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 0, (short) 0, client)));
    made.step();
    goOn();
    assertThat(made.read()[0]).isEqualTo((byte) 0x20);
    return made;
  }

  /** The rig has room for 4,096 of them, and ten more for each session. */
  @Test
  void messagesOfQos1ThatAreLeftUnansweredHaveABoundOverAllClients() {
    int clients = 40;
    int each = 400;
    for (int i = 0; i < clients; i++) {
      SteppedListener.Connection client = kept4("c" + i);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (int id = 1; id <= each; id++) {
        all.writeBytes(RawClient.packet(0x32, RawClient.bytes("t", (short) id)));
      }
      client.send(all.toByteArray());
      client.close();
      log.sync(Integer.MAX_VALUE);
    }
    int left = 0;
    int leastLeft = each;
    for (int i = 0; i < clients; i++) {
      ClientSession session = Objects.requireNonNull(listener.sessions.of("c" + i));
      int own = 0;
      for (int id = 1; id <= each; id++) {
        own += session.takeUnanswered(id) == null ? 0 : 1;
      }
      left += own;
      leastLeft = Math.min(leastLeft, own);
    }
    assertThat(left).isLessThan(4_096 + 10 * clients + 1).isGreaterThan(4_000);
    assertThat(leastLeft).isEqualTo(10);
  }

  private static byte[] subscribe(String filter) {
    return RawClient.packet(0x82, RawClient.bytes((short) 1, filter, 0));
  }

  /** The rig has room for 1 MiB of them. */
  @Test
  void theFiltersOfAllClientsHaveABound() {
    long letters = 0;
    for (int i = 0; i < 40; i++) {
      SteppedListener.Connection greedy = kept4("g" + i);
      for (int filter = 0; filter < 64; filter++) {
        greedy.send(subscribe("STATE/" + filter + "x".repeat(1_000)));
      }
      greedy.step();
      greedy.close();
      ClientSession session = Objects.requireNonNull(listener.sessions.of("g" + i));
      letters += session.filters().stream().mapToInt(String::length).sum();
    }
    assertThat(letters).isLessThan(1 << 20).isGreaterThan(1 << 18);

    SteppedListener.Connection good = kept4("good");
    for (String filter : List.of("STATE/weir", "spBv1.0/a/NCMD/b", "spBv1.0/a/DCMD/b/#")) {
      good.send(subscribe(filter));
      assertThat(good.read()[4]).as(filter).isZero();
    }
  }
}
