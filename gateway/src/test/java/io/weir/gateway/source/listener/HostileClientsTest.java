package io.weir.gateway.source.listener;

import static io.weir.gateway.source.listener.RawClient.CONNACK;
import static io.weir.gateway.source.listener.RawClient.DISCONNECT;
import static io.weir.gateway.source.listener.RawClient.PUBACK;
import static io.weir.gateway.source.listener.RawClient.PUBCOMP;
import static io.weir.gateway.source.listener.RawClient.PUBREC;
import static io.weir.gateway.source.listener.RawClient.SUBACK;
import static io.weir.gateway.source.listener.RawClient.UNSUBACK;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.passwords.Passwords;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.peers.TlsBytes;
import io.weir.gateway.source.Shelf;
import io.weir.gateway.tls.ServerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that mean harm, or are broken, on real sockets. Afterwards a good one is served. */
@Tag("server")
class HostileClientsTest {

  private static final String SECRET = "correct horse";

  @TempDir static Path home;

  private static ListenerSetup setup() {
    return new ListenerSetup().limits(new ListenerConfig.Limits(2000, 0, 1000, 0, 0));
  }

  private static ListenerRig rig() {
    return new ListenerRig();
  }

  private static void servesAGoodOne(ListenerRig rig) throws IOException {
    try (RawClient good = rig.client().connect4("a good one", true)) {
      assertThat(good.read(CONNACK).u8(1)).isZero();
      assertThat(good.publish(2, 7, "t", "good").read(PUBACK).u16(0)).isEqualTo(7);
    }
    assertThat(rig.shelf.texts()).contains("good");
  }

  private static double connections(ListenerRig rig) {
    return rig.meters.get("weir.source.connections").gauge().value();
  }

  // ---- Who sends nothing, or too slowly

  @Test
  void whoSendsNoConnectIsClosed() throws Exception {
    try (ListenerRig rig = new ListenerRig(setup().connectTimeout(Duration.ofMillis(300)));
        RawClient silent = rig.client();
        RawClient begins = rig.client().send(new byte[] {0x10, 60, 0})) {
      assertThat(silent.isClosed()).isTrue();
      assertThat(begins.isClosed()).isTrue();
      servesAGoodOne(rig);
    }
  }

  private ServerFiles serverFiles() throws Exception {
    Certificates certificates = new Certificates(home);
    certificates.sign("server", "EC", "IP:127.0.0.1");
    return new ServerFiles(
        null,
        certificates.path("server.pem"),
        certificates.path("server.key"),
        ServerFiles.Clients.REQUIRED);
  }

  @Test
  void aTlsHandshakeThatDoesNotEndIsClosed() throws Exception {
    ServerFiles files = serverFiles();
    byte[] hello = {0x16, 3, 1, 0x40, 0, 1, 0, 0x3f, (byte) 0xfc, 3, 3};
    try (ListenerRig rig =
            new ListenerRig(setup().connectTimeout(Duration.ofMillis(300)).tls(files));
        RawClient silent = rig.client();
        RawClient begins = rig.client().send(hello);
        RawClient plain = rig.client().connect4("c", true)) {
      assertThat(silent.isClosed()).isTrue();
      assertThat(begins.isClosed()).isTrue();
      plain.readToTheEnd();
      await().untilAsserted(() -> assertThat(connections(rig)).isZero());
    }
  }

  private static byte[] many(int count, byte... part) {
    byte[] all = new byte[count * part.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = part[i % part.length];
    }
    return all;
  }

  private static byte[] userProperties(int count) {
    byte[] all = many(count, (byte) 0x26, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    return RawClient.bytes(all.length % 128 | 128, all.length / 128, all);
  }

  private static byte[] subscribe(int filters) {
    return RawClient.bytes((short) 1, 0, many(filters, (byte) 0, (byte) 1, (byte) 'a', (byte) 0));
  }

  private static byte[] unsubscribe(int filters) {
    return RawClient.bytes((short) 1, 0, many(filters, (byte) 0, (byte) 1, (byte) 'a'));
  }

  private static byte[] publish(int properties) {
    return RawClient.bytes("t", (short) 1, userProperties(properties), new byte[] {'x'});
  }

  /** Each takes thirty times its bytes in memory: two packets of a million ended the process. */
  @Test
  void whoSendsAPacketOfThousandsOfPartsIsSentAway() throws Exception {
    try (ListenerRig rig = rig()) {
      Map<Integer, byte[]> tooMany =
          Map.of(0x82, subscribe(1_025), 0xA2, unsubscribe(1_025), 0x32, publish(1_025));
      for (Map.Entry<Integer, byte[]> each : tooMany.entrySet()) {
        try (RawClient five = rig.client().connect5("c", true)) {
          five.read(CONNACK);
          five.send(each.getKey(), each.getValue());
          assertThat(five.read(DISCONNECT).u8(0)).isEqualTo(0x97);
        }
      }
      try (RawClient stranger =
          rig.client()
              .send(0x10, RawClient.bytes("MQTT", 5, 2, (short) 60, userProperties(1_025), "c"))) {
        assertThat(stranger.read(CONNACK).u8(1)).isEqualTo(0x97);
      }
      try (RawClient four = rig.client().connect4("c", true)) {
        four.read(CONNACK);
        byte[] filters = many(1_025, (byte) 0, (byte) 1, (byte) 'a', (byte) 0);
        four.send(0x82, RawClient.bytes((short) 1, filters));
        assertThat(four.isClosed()).isTrue();
      }
      servesAGoodOne(rig);
    }
  }

  @Test
  void aThousandPartsAreTaken() throws Exception {
    try (ListenerRig rig = rig();
        RawClient five =
            rig.client()
                .send(
                    0x10, RawClient.bytes("MQTT", 5, 2, (short) 60, userProperties(1_024), "c"))) {
      assertThat(five.read(CONNACK).u8(1)).isZero();
      assertThat(five.send(0x82, subscribe(1_024)).read(SUBACK).body()).hasSize(3 + 1_024);
      assertThat(five.send(0xA2, unsubscribe(1_024)).read(UNSUBACK).body()).hasSize(3 + 1_024);
      assertThat(five.send(0x32, publish(1_024)).read(PUBACK).reason()).isZero();
    }
  }

  /** Java answers each with a record of its own, before and after the CONNECT. */
  @Tag("soak")
  @Test
  void whoAsksForNewKeysWithoutEndAndReadsNothingIsNotReadFromEither() throws Exception {
    ServerFiles files = serverFiles();
    byte[] connect = RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 600, "c"));
    try (ListenerRig rig =
            new ListenerRig(setup().connectTimeout(Duration.ofSeconds(600)).tls(files));
        TlsBytes before = TlsBytes.connect(rig.listener.port(), "TLSv1.3");
        TlsBytes client = TlsBytes.connect(rig.listener.port(), "TLSv1.3")) {
      client.write(connect);
      assertThat(client.read()).startsWith(0x20);
      assertThat(before.isLeftUnread(300_000)).isTrue();
      assertThat(client.isLeftUnread(300_000)).isTrue();
    }
  }

  @Test
  void aPacketThatComesByteByByteIsTaken() throws Exception {
    try (ListenerRig rig = rig();
        RawClient slow = rig.client().connect4("slow", true)) {
      slow.read(CONNACK);
      for (byte each : RawClient.packet(0x32, RawClient.bytes("t", (short) 1, new byte[300]))) {
        slow.send(new byte[] {each});
      }
      assertThat(slow.read(PUBACK).u16(0)).isEqualTo(1);
    }
  }

  @Test
  void whoIsSilentLongerThanItSaidIsSentAway() throws Exception {
    try (ListenerRig rig = rig();
        RawClient silent =
            rig.client().send(0x10, RawClient.bytes("MQTT", 5, 2, (short) 1, 0, "silent"))) {
      silent.read(CONNACK);
      assertThat(silent.read(DISCONNECT).u8(0)).isEqualTo(0x8D);
      assertThat(silent.isClosed()).isTrue();
      servesAGoodOne(rig);
    }
  }

  // ---- Who does not listen

  @Test
  void whoNeverReadsIsClosedWhereItsSessionIsTakenOver() throws Exception {
    try (ListenerRig rig = rig();
        RawClient deaf = rig.client().connect5("deaf", false, RawClient.expiry(100))) {
      deaf.read(CONNACK);
      Thread flood = flooded(deaf);
      try (RawClient next = rig.client().connect5("deaf", false, RawClient.expiry(100))) {
        assertThat(next.read(CONNACK).u8(0)).isEqualTo(1);
        await().untilAsserted(() -> assertThat(connections(rig)).isEqualTo(1));
        flood.join(20_000);
        assertThat(flood.isAlive()).isFalse();
      }
      servesAGoodOne(rig);
    }
  }

  /** Neither its silence nor its flood says anything of it; MQTT 3 need not have a keep-alive. */
  @Tag("soak")
  @Test
  void whoNeverReadsIsClosedAfterAMinute() throws Exception {
    try (ListenerRig rig = rig();
        RawClient deaf =
            rig.client().send(0x10, RawClient.bytes("MQTT", 4, 2, (short) 0, "deaf"))) {
      deaf.read(CONNACK);
      Thread flood = flooded(deaf);
      await()
          .atMost(Duration.ofSeconds(75))
          .untilAsserted(() -> assertThat(connections(rig)).isZero());
      flood.join(20_000);
      assertThat(flood.isAlive()).isFalse();
      servesAGoodOne(rig);
    }
  }

  /** Sends pings and reads nothing. Returns once nothing more gets through. */
  private static Thread flooded(RawClient deaf) {
    byte[] pings = many(32 << 10, (byte) 0xC0, (byte) 0);
    AtomicInteger sent = new AtomicInteger();
    Thread flood =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 2_000; i++) {
                  deaf.send(pings);
                  sent.incrementAndGet();
                }
              } catch (IOException e) {
                return; // it is closed in the end
              }
            });
    flood.start();
    await() // both directions are full then
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              int before = sent.get();
              Thread.sleep(500);
              return before > 0 && before == sent.get();
            });
    return flood;
  }

  // ---- Storms

  @Test
  void twoThatFightForASessionLoseNothingOfAThird() throws Exception {
    try (ListenerRig rig = rig();
        RawClient third = rig.client().connect5("third", false, RawClient.expiry(100))) {
      third.read(CONNACK);
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger accepted = new AtomicInteger();
      List<Thread> fighters = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Thread fighter = new Thread(() -> fight(rig, over, accepted));
        fighter.start();
        fighters.add(fighter);
      }
      for (int id = 1; id <= 50; id++) {
        third.publish5(4, id, "t", "m" + id).read(PUBREC);
        if (id % 10 == 0) { // its connection breaks while the message is held
          third.publish5(12, id, "t", "m" + id).read(PUBREC);
        }
        third.pubrel(id).read(PUBCOMP);
      }
      await().until(() -> accepted.get() > 100);
      over.set(true);
      for (Thread fighter : fighters) {
        fighter.join();
      }
      for (int id = 1; id <= 50; id++) {
        assertThat(rig.shelf.texts()).containsOnlyOnce("m" + id);
      }
      servesAGoodOne(rig);
    }
  }

  private static void fight(ListenerRig rig, AtomicBoolean over, AtomicInteger accepted) {
    while (!over.get()) {
      try (RawClient fighter = rig.client().connect5("same", false, RawClient.expiry(100))) {
        fighter.publish5(4, 1, "t", "fight").read(CONNACK);
        accepted.incrementAndGet();
        fighter.read(); // PUBREC, or that it is sent away
      } catch (IOException e) {
        continue; // it was taken over before it was accepted
      }
    }
  }

  /** More than may wait, all from the address of the right one. */
  @Test
  void wrongLoginsDoNotKeepARightOneOut() throws Exception {
    DeviceLogin press = new DeviceLogin("press-01", Passwords.hash(SECRET, 6), List.of("#"));
    try (ListenerRig rig = new ListenerRig(setup().users(press))) {
      List<RawClient> wrong = new ArrayList<>();
      for (int i = 0; i < 1_400; i++) {
        wrong.add(rig.client().login5("w" + i, "nobody-" + i, "wrong horse"));
      }
      try (RawClient right = rig.client().login5("c", "press-01", SECRET)) {
        assertThat(right.read(CONNACK).u8(1)).isZero();
        assertThat(right.publish5(2, 1, "t", "x").read(PUBACK).reason()).isZero();
      }
      for (RawClient each : wrong) {
        each.close();
      }
    }
  }

  @Test
  void aNameOrPasswordWithoutEndIsWrong() throws Exception {
    DeviceLogin press = new DeviceLogin("press-01", Passwords.hash(SECRET, 4), List.of("#"));
    try (ListenerRig rig = new ListenerRig(setup().users(press));
        RawClient name = rig.client().login5("c", "x".repeat(30_000), SECRET);
        RawClient password = rig.client().login5("c", "press-01", "x".repeat(30_000))) {
      assertThat(name.read(CONNACK).u8(1)).isEqualTo(0x86);
      assertThat(password.read(CONNACK).u8(1)).isEqualTo(0x86);
    }
  }

  @Test
  void aSecondTakeoverInTheMiddleOfQos2TakesTheMessageOnce() throws Exception {
    try (ListenerRig rig = rig();
        RawClient first = rig.client().connect5("c", false, RawClient.expiry(100))) {
      first.read(CONNACK);
      rig.shelf.mode(Shelf.Mode.HOLD);
      first.publish5(4, 1, "t", "once");
      await().until(() -> rig.shelf.offers() > 0);
      try (RawClient second = rig.client().connect5("c", false, RawClient.expiry(100));
          RawClient third = rig.client()) {
        first.readToTheEnd();
        third.connect5("c", false, RawClient.expiry(100)).publish5(12, 1, "t", "once");
        second.readToTheEnd();
        rig.shelf.mode(Shelf.Mode.DURABLE);
        rig.shelf.settle();
        assertThat(third.read(CONNACK).u8(0)).isEqualTo(1);
        assertThat(third.read(PUBREC).u16(0)).isEqualTo(1);
        assertThat(third.pubrel(1).read(PUBCOMP).u16(0)).isEqualTo(1);
      }
      assertThat(rig.shelf.texts()).containsExactly("once");
    }
  }

  // ---- Proxies

  @Test
  void thePathOfASocketIsNoAddress() throws Exception {
    byte[] path = new byte[216];
    byte[] name = "a.host.that.would.be.looked.up".getBytes(UTF_8);
    System.arraycopy(name, 0, path, 0, name.length);
    byte[] header = RawClient.bytes(signature(), 0x21, 0x31, (short) path.length, path);
    try (ListenerRig rig = new ListenerRig(setup().proxied());
        RawClient raw = rig.client().send(header).connect4("c", true)) {
      assertThat(raw.read(CONNACK).u8(1)).isZero();
    }
  }

  @Test
  void theWordOfAProxyIsNotBelievedWhereThereIsNone() throws Exception {
    byte[] address = RawClient.bytes(10, 0, 0, 1, 127, 0, 0, 1, (short) 40_000, (short) 1883);
    byte[] header = RawClient.bytes(signature(), 0x21, 0x11, (short) address.length, address);
    try (ListenerRig rig = rig();
        RawClient raw = rig.client()) {
      raw.sendToTheEnd(
          header, RawClient.packet(0x10, RawClient.bytes("MQTT", 4, 2, (short) 60, "c")));
      servesAGoodOne(rig);
    }
  }

  private static byte[] signature() {
    return new byte[] {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
  }

  // ---- The log

  @Test
  void whereTheLogIsFullASessionThatIsKeptWaitsAndNobodyIsSentAwayForSilence() throws Exception {
    try (ListenerRig rig = rig()) {
      rig.shelf.mode(Shelf.Mode.NO_ROOM);
      byte[] connect = RawClient.bytes("MQTT", 5, 0, (short) 1, 5, RawClient.expiry(100), "kept");
      try (RawClient kept = rig.client().send(0x10, connect);
          RawClient open =
              rig.client().send(0x10, RawClient.bytes("MQTT", 5, 2, (short) 1, 0, "open"))) {
        open.read(CONNACK);
        open.publish5(2, 1, "t", "waits");
        int offers = rig.shelf.offers();
        await().until(() -> rig.shelf.offers() > offers + 60); // 50 ms each: over the keep-alive
        rig.shelf.mode(Shelf.Mode.DURABLE);
        assertThat(open.read(PUBACK).u16(0)).isEqualTo(1);
        assertThat(kept.read(CONNACK).u8(1)).isZero();
      }
    }
  }

  @Test
  void aSyncThatFailsWhileASessionOpensIsTriedAgain() throws Exception {
    try (ListenerRig rig = rig()) {
      rig.shelf.mode(Shelf.Mode.HOLD);
      try (RawClient kept = rig.client().connect5("kept", false, RawClient.expiry(100))) {
        await().until(() -> rig.shelf.notes().size() == 1);
        rig.shelf.failAll();
        await().until(() -> rig.shelf.notes().size() == 2);
        rig.shelf.settle();
        assertThat(kept.read(CONNACK).u8(1)).isZero();
        kept.publish5(4, 1, "t", "x");
        await().until(() -> rig.shelf.taken().size() == 1);
        rig.shelf.settle();
        kept.read(PUBREC);
        kept.pubrel(1);
        await().until(() -> rig.shelf.notes().size() == 3);
        rig.shelf.failAll();
        await().until(() -> rig.shelf.notes().size() == 4);
        rig.shelf.settle();
        assertThat(kept.read(PUBCOMP).u16(0)).isEqualTo(1);
      }
    }
  }

  @Test
  void aStopWithMessagesUnderWayAnswersNoneThatIsNotDurable() throws Exception {
    ListenerRig rig = rig();
    rig.shelf.mode(Shelf.Mode.HOLD);
    try (RawClient raw = rig.client().connect5("c", true)) {
      raw.read(CONNACK);
      for (int id = 1; id <= 10; id++) {
        raw.publish5(2, id, "t", "m" + id);
      }
      await().until(() -> rig.shelf.taken().size() == 10);
      rig.listener.close();
      assertThat(raw.read(DISCONNECT).u8(0)).isEqualTo(0x8B);
      assertThat(raw.isClosed()).isTrue();
      rig.shelf.settle(); // nobody is there to be told
    } finally {
      rig.close();
    }
  }
}
