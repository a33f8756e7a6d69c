package io.weir.gateway.source.listener;

import static io.weir.gateway.source.listener.RawClient.CONNACK;
import static io.weir.gateway.source.listener.RawClient.PINGRESP;
import static io.weir.gateway.source.listener.RawClient.PUBACK;
import static io.weir.gateway.source.listener.RawClient.PUBREC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.passwords.Passwords;
import io.weir.gateway.peers.Certificates;
import io.weir.gateway.tls.ServerFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, and to which topics. */
@Tag("server")
class ListenerAccessTest {

  private static final String SECRET = "correct horse";
  private static final DeviceLogin PRESS =
      new DeviceLogin(
          "press-01", Passwords.hash(SECRET, 4), List.of("factory/{user}/#", "c/{client}/#"));

  @TempDir static Path home;
  private static Certificates certificates;

  @BeforeAll
  static void sign() throws Exception {
    certificates = new Certificates(home.resolve("certificates"));
    certificates.sign("server", "EC", "IP:127.0.0.1");
    certificates.sign("other", "EC", "IP:127.0.0.1");
    certificates.sign("press-07", "EC", "DNS:device");
    certificates.sign("stranger", "EC", "DNS:device");
  }

  private static ListenerRig withUsers() {
    return new ListenerRig(new ListenerSetup().users(PRESS));
  }

  private static int connect(RawClient raw) throws IOException {
    return raw.read(CONNACK).u8(1);
  }

  // ---- Users

  @Test
  void inMqtt31ALoginThatIsNotThereLetsNobodyIn() throws Exception {
    try (ListenerRig rig = withUsers()) {
      for (byte[] login : new byte[][] {{}, RawClient.bytes("press-01")}) {
        byte[] connect = RawClient.bytes("MQIsdp", 3, 0xC2, (short) 60, "c", login);
        try (RawClient raw = rig.client().send(0x10, connect)) {
          assertThat(raw.read(CONNACK).u8(1)).isEqualTo(5);
          assertThat(raw.isClosed()).isTrue();
        }
      }
    }
  }

  @Test
  void onlyWhoHasAPasswordIsLetIn() throws Exception {
    try (ListenerRig rig = withUsers()) {
      try (RawClient none = rig.client().connect5("c", true)) {
        assertThat(connect(none)).isEqualTo(0x87);
        assertThat(none.isClosed()).isTrue();
      }
      try (RawClient wrong = rig.client().login5("c", "press-01", "wrong horse")) {
        assertThat(connect(wrong)).isEqualTo(0x86);
      }
      try (RawClient unknown = rig.client().login5("c", "nobody", SECRET)) {
        assertThat(connect(unknown)).isEqualTo(0x86);
      }
      try (RawClient old =
          rig.client()
              .send(
                  0x10,
                  RawClient.bytes("MQTT", 4, 0xC2, (short) 60, "c", "press-01", "wrong horse"))) {
        assertThat(connect(old)).isEqualTo(4);
      }
      for (int i = 0; i < 2; i++) { // the second time from memory
        try (RawClient right = rig.client().login5("c", "press-01", SECRET)) {
          assertThat(connect(right)).isZero();
        }
      }
      assertThat(rig.shelf.taken()).isEmpty();
      assertThat(rig.meters.counter("weir.source.refused.connections", "source", "direct").count())
          .isEqualTo(4);
    }
  }

  @Test
  void aClientThatPublishesBeforeItIsLetInIsNotHeard() throws Exception {
    try (ListenerRig rig = withUsers();
        RawClient wrong = rig.client().login5("c", "press-01", "wrong horse")) {
      wrong.publish5(2, 1, "factory/press-01/a", "x");
      assertThat(connect(wrong)).isEqualTo(0x86);
      assertThat(rig.shelf.taken()).isEmpty();
    }
  }

  /** The rig has room for 1 MiB of it. */
  @ParameterizedTest
  @ValueSource(strings = {"will", "user", "password"})
  void whatStrangersBringIsBoundedUntilTheyAreKnown(String where) throws Exception {
    String large = "x".repeat(60_000);
    byte[] connect =
        where.equals("will")
            ? RawClient.bytes(
                "MQTT", 5, 0xC6, (short) 60, 0, "c", 0, "t", large, "press-01", "wrong horse")
            : RawClient.bytes(
                "MQTT",
                5,
                0xC2,
                (short) 60,
                0,
                "c",
                where.equals("user") ? large : "press-01",
                where.equals("password") ? large : "wrong horse");
    List<RawClient> strangers = new ArrayList<>();
    try (ListenerRig rig = withUsers()) {
      for (int i = 0; i < 60; i++) {
        strangers.add(rig.client().send(0x10, connect));
      }
      try (RawClient good =
          rig.client()
              .send(
                  0x10,
                  RawClient.bytes(
                      "MQTT", 4, 0xC6, (short) 60, "g", "c/g/state", "OFF", "press-01", SECRET))) {
        assertThat(connect(good)).isZero();
      }
      int refused = 0;
      for (RawClient each : strangers) {
        refused += connect(each) == 0x89 ? 1 : 0; // the others wait for their word
        each.close();
      }
      assertThat(refused).isBetween(15, 55);
      try (RawClient later = rig.client().send(0x10, connect)) { // all of it is free again
        assertThat(connect(later)).isEqualTo(0x86);
      }
    }
  }

  @Test
  void aUserPublishesToItsOwnTopicsOnly() throws Exception {
    try (ListenerRig rig = withUsers()) {
      try (RawClient raw = rig.client().login5("id-1", "press-01", SECRET)) {
        assertThat(connect(raw)).isZero();
        raw.publish5(2, 1, "factory/press-01/a", "yes");
        assertThat(raw.read(PUBACK).reason()).isZero();
        raw.publish5(2, 2, "factory/press-02/a", "no");
        assertThat(raw.read(PUBACK).reason()).isEqualTo(0x87);
        raw.publish5(4, 3, "factory", "no");
        assertThat(raw.read(PUBREC).reason()).isEqualTo(0x87);
        raw.publish5(0, 0, "factory/press-02/a", "no");
        raw.publish5(2, 4, "c/id-1/b", "yes");
        assertThat(raw.read(PUBACK).reason()).isZero();
      }
      try (RawClient greedy = rig.client().login5("+", "press-01", SECRET)) {
        assertThat(connect(greedy)).isZero();
        greedy.publish5(2, 1, "c/id-1/b", "no");
        assertThat(greedy.read(PUBACK).reason()).isEqualTo(0x87);
      }
      try (RawClient will =
          rig.client()
              .send(
                  0x10,
                  RawClient.bytes(
                      "MQTT",
                      5,
                      0xC6,
                      (short) 60,
                      0,
                      "w",
                      0,
                      "elsewhere",
                      "DEAD",
                      "press-01",
                      SECRET))) {
        assertThat(connect(will)).isEqualTo(0x87);
      }
      assertThat(rig.shelf.texts()).containsExactly("yes", "yes");
    }
  }

  @Test
  void aUserCannotTakeTheSessionOfAnotherOver() throws Exception {
    DeviceLogin saw = new DeviceLogin("saw-01", Passwords.hash(SECRET, 4), List.of());
    ListenerSetup both = new ListenerSetup().users(PRESS, saw);
    try (ListenerRig rig = new ListenerRig(both);
        RawClient press = rig.client().login5("same", "press-01", SECRET)) {
      assertThat(connect(press)).isZero();
      try (RawClient other = rig.client().login5("same", "saw-01", SECRET)) {
        assertThat(connect(other)).isZero();
        press.ping();
        press.read(PINGRESP);
      }
      try (RawClient again = rig.client().login5("same", "press-01", SECRET)) {
        assertThat(connect(again)).isZero();
        assertThat(press.read(14).u8(0)).isEqualTo(0x8E);
      }
    }
  }

  @Test
  void aMessageOfVersion3WithoutRightEndsTheConnectionInsteadOfALie() throws Exception {
    try (ListenerRig rig = withUsers();
        RawClient raw =
            rig.client()
                .send(
                    0x10, RawClient.bytes("MQTT", 4, 0xC2, (short) 60, "c", "press-01", SECRET))) {
      assertThat(connect(raw)).isZero();
      raw.publish(2, 1, "factory/press-02/a", "no");
      assertThat(raw.isClosed()).isTrue();
      assertThat(rig.shelf.taken()).isEmpty();
    }
  }

  // ---- TLS and certificates

  private static ServerFiles files(ServerFiles.Clients clients) {
    return new ServerFiles(
        certificates.path("ca.pem"),
        certificates.path("server.pem"),
        certificates.path("server.key"),
        clients);
  }

  private static SSLSocket tls(ListenerRig rig, @Nullable String client) throws IOException {
    Path cert = client == null ? null : certificates.path(client + ".pem");
    Path key = client == null ? null : certificates.path(client + ".key");
    return shaken(rig, new TlsFiles(certificates.path("ca.pem"), cert, key));
  }

  private static SSLSocket shaken(ListenerRig rig, TlsFiles files) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            Tls.socketFactory(files)
                .createSocket(InetAddress.getLoopbackAddress(), rig.listener.port());
    socket.startHandshake();
    return socket;
  }

  @Test
  void aCertificateNamesItsDevice() throws Exception {
    DeviceLogin seven = new DeviceLogin("press-07", "", List.of("factory/{user}/#"));
    ListenerSetup setup =
        new ListenerSetup()
            .tls(files(ServerFiles.Clients.OPTIONAL))
            .users(PRESS)
            .certificates(seven);
    try (ListenerRig rig = new ListenerRig(setup)) {
      try (RawClient known = new RawClient(tls(rig, "press-07")).connect5("c", true)) {
        assertThat(connect(known)).isZero();
        known.publish5(2, 1, "factory/press-07/a", "yes");
        assertThat(known.read(PUBACK).reason()).isZero();
        known.publish5(2, 2, "factory/press-01/a", "no");
        assertThat(known.read(PUBACK).reason()).isEqualTo(0x87);
      }
      try (RawClient stranger = new RawClient(tls(rig, "stranger")).connect5("c", true)) {
        assertThat(connect(stranger)).isEqualTo(0x87);
      }
      try (RawClient user = new RawClient(tls(rig, null)).login5("c", "press-01", SECRET)) {
        assertThat(connect(user)).isZero();
      }
      try (RawClient plain = rig.client().connect5("c", true)) {
        assertThat(plain.isClosed()).isTrue();
      }
    }
  }

  @Test
  void aRenewedCertificateIsShownWithoutARestart() throws Exception {
    Path cert = Files.copy(certificates.path("server.pem"), home.resolve("live.pem"));
    Path key = Files.copy(certificates.path("server.key"), home.resolve("live.key"));
    ListenerSetup setup =
        new ListenerSetup()
            .tls(new ServerFiles(null, cert, key, ServerFiles.Clients.REQUIRED))
            .users(PRESS);
    try (ListenerRig rig = new ListenerRig(setup)) {
      String before = shown(rig);
      Files.copy(certificates.path("other.pem"), cert, StandardCopyOption.REPLACE_EXISTING);
      Files.copy(certificates.path("other.key"), key, StandardCopyOption.REPLACE_EXISTING);
      await().until(() -> !shown(rig).equals(before));
    }
  }

  @Test
  void whoseAuthorityIsTakenAwayIsCutOffAndOthersStay() throws Exception {
    Certificates second = new Certificates(home.resolve("second"));
    second.sign("press-08", "EC", "DNS:device");
    Path ca = home.resolve("both.pem");
    String first = Files.readString(certificates.path("ca.pem"));
    Files.writeString(ca, first + Files.readString(second.path("ca.pem")));
    ListenerSetup setup =
        new ListenerSetup()
            .tls(
                new ServerFiles(
                    ca,
                    certificates.path("server.pem"),
                    certificates.path("server.key"),
                    ServerFiles.Clients.REQUIRED))
            .certificates(new DeviceLogin(DeviceLogin.ANY, "", List.of()));
    try (ListenerRig rig = new ListenerRig(setup);
        RawClient stays = new RawClient(tls(rig, "press-07")).connect5("c", true);
        RawClient goes =
            new RawClient(
                    shaken(
                        rig,
                        new TlsFiles(
                            certificates.path("ca.pem"),
                            second.path("press-08.pem"),
                            second.path("press-08.key"))))
                .connect5("c", true)) {
      assertThat(connect(stays)).isZero();
      assertThat(connect(goes)).isZero();
      Files.writeString(ca, first);
      assertThat(goes.isClosed()).isTrue();
      stays.publish5(2, 1, "a", "yes");
      assertThat(stays.read(PUBACK).reason()).isZero();
    }
  }

  private static String shown(ListenerRig rig) throws IOException {
    try (SSLSocket socket = tls(rig, null)) {
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSerialNumber().toString();
    }
  }

  // ---- Limits

  @Test
  void whereThereAreTooManyConnectionsANewOneIsClosed() throws Exception {
    ListenerConfig.Limits two = new ListenerConfig.Limits(2, 0, 10, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().limits(two));
        RawClient first = rig.client().connect5("a", true);
        RawClient second = rig.client().connect5("b", true)) {
      assertThat(connect(first)).isZero();
      assertThat(connect(second)).isZero();
      try (RawClient third = rig.client()) {
        assertThat(third.isClosed()).isTrue();
      }
      second.close();
      await()
          .untilAsserted(
              () -> {
                try (RawClient again = rig.client().connect5("d", true)) {
                  assertThat(again.read(CONNACK).u8(1)).isZero();
                }
              });
      first.ping();
      first.read(PINGRESP);
    }
  }

  /** Else whoever reaches the port could keep all devices out, with no login. */
  @Test
  void whoHasNotConnectedMakesRoomTheOldestFirst() throws Exception {
    ListenerConfig.Limits three = new ListenerConfig.Limits(3, 0, 10, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().users(PRESS).limits(three));
        RawClient known = rig.client().login5("a", "press-01", SECRET)) {
      assertThat(connect(known)).isZero();
      try (RawClient oldest = arrived(rig, 2, rig.client());
          RawClient newer = arrived(rig, 3, rig.client())) {
        try (RawClient late = rig.client().login5("b", "press-01", SECRET)) {
          assertThat(connect(late)).isZero();
          assertThat(oldest.isClosed()).isTrue();
          try (RawClient last = rig.client().login5("c", "press-01", SECRET)) {
            assertThat(connect(last)).isZero();
            assertThat(newer.isClosed()).isTrue();
            try (RawClient more = rig.client()) { // all have logged in
              assertThat(more.isClosed()).isTrue();
            }
            known.ping().read(PINGRESP);
          }
        }
      }
    }
  }

  @Test
  void ofThoseWhoHaveNotConnectedTheAddressWithTheMostMakesRoom() throws Exception {
    ListenerConfig.Limits three = new ListenerConfig.Limits(3, 0, 10, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().proxied().limits(three));
        RawClient slow = arrived(rig, 1, proxied(rig, 1));
        RawClient first = arrived(rig, 2, proxied(rig, 2));
        RawClient second = arrived(rig, 3, proxied(rig, 2));
        RawClient late = proxied(rig, 3).connect5("late", true)) {
      assertThat(connect(late)).isZero();
      assertThat(first.isClosed()).isTrue();
      assertThat(connect(second.connect5("second", true))).isZero();
      assertThat(connect(slow.connect5("slow", true))).isZero();
    }
  }

  /** One that the listener has seen: of two that are under way either may be the older one. */
  private static RawClient arrived(ListenerRig rig, int connections, RawClient client) {
    await().until(() -> rig.meters.get("weir.source.connections").gauge().value() == connections);
    return client;
  }

  @Test
  void ofOneAddressWithAsManyAsItMayHaveTheOldestThatHasNotConnectedMakesRoom() throws Exception {
    ListenerConfig.Limits one = new ListenerConfig.Limits(10, 1, 10, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().limits(one));
        RawClient silent = arrived(rig, 1, rig.client())) {
      try (RawClient late = rig.client().connect5("late", true)) {
        assertThat(connect(late)).isZero();
        assertThat(silent.isClosed()).isTrue();
      }
    }
  }

  /** Else a device with a login keeps all others out by connections alone. */
  @Test
  void oneUserDoesNotHaveAllConnections() throws Exception {
    DeviceLogin greedy = new DeviceLogin("greedy", PRESS.hash(), List.of());
    ListenerConfig.Limits ten = new ListenerConfig.Limits(10, 0, 100, 0, 0);
    List<RawClient> held = new ArrayList<>();
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().users(PRESS, greedy).limits(ten))) {
      for (int i = 0; i < 9; i++) {
        held.add(rig.client().login5("c" + i, "greedy", SECRET));
        assertThat(connect(held.get(i))).isZero();
      }
      try (RawClient tenth = rig.client().login5("c9", "greedy", SECRET)) {
        assertThat(connect(tenth)).isEqualTo(0x97);
      }
      try (RawClient other = rig.client().login5("other", "press-01", SECRET)) {
        assertThat(connect(other)).isZero();
      }
      await().until(() -> rig.meters.get("weir.source.connections").gauge().value() == 9);
      try (RawClient again = rig.client().login5("c0", "greedy", SECRET)) {
        assertThat(connect(again)).isZero(); // its own connection before makes room
      }
    } finally {
      for (RawClient each : held) {
        each.close();
      }
    }
  }

  @Test
  void ofTooManySessionsTheOneThatEndsFirstMakesRoom() throws Exception {
    ListenerConfig.Limits two = new ListenerConfig.Limits(10, 0, 2, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().limits(two))) {
      for (String client : List.of("a", "b", "c")) {
        try (RawClient raw = rig.client().connect5(client, false, RawClient.expiry(100))) {
          assertThat(connect(raw)).isZero();
          raw.send(0xE0, new byte[0]);
          assertThat(raw.isClosed()).isTrue();
        }
        // the listener lets go of a session after it has closed the connection
        await().until(() -> isWithoutConnection(rig, client));
      }
      try (RawClient again = rig.client().connect5("c", false, RawClient.expiry(100))) {
        assertThat(again.read(CONNACK).u8(0)).isEqualTo(1);
      }
      try (RawClient gone = rig.client().connect5("a", false, RawClient.expiry(100))) {
        assertThat(gone.read(CONNACK).u8(0)).isZero();
      }
    }
  }

  private static void leavesOneUnreleased(ListenerRig rig, byte[] connect, String client)
      throws Exception {
    try (RawClient raw = rig.client().send(0x10, connect)) {
      assertThat(connect(raw)).isZero();
      raw.publish(4, 1, "factory/press-01/a", client).read(PUBREC);
    }
    await().until(() -> isWithoutConnection(rig, client));
  }

  /** Else who takes them all, and releases nothing, would shut all others out for a week. */
  @Test
  void sessionsWithMessagesThatAreNotReleasedMakeRoomTooTheOneThatEndsFirst() throws Exception {
    ListenerConfig.Limits three = new ListenerConfig.Limits(10, 0, 3, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().limits(three))) {
      for (String client : List.of("a", "b", "c", "d")) {
        leavesOneUnreleased(rig, RawClient.bytes("MQTT", 4, 0, (short) 60, client), client);
      }
      try (RawClient fresh = rig.client().connect5("fresh", true)) {
        assertThat(connect(fresh)).isZero();
      }
      try (RawClient again = rig.client().connect4("d", false)) {
        assertThat(again.read(CONNACK).u8(0)).isEqualTo(1);
        again.publish(12, 1, "factory/press-01/a", "d").read(PUBREC);
      }
      assertThat(rig.shelf.texts()).containsExactly("a", "b", "c", "d");
    }
  }

  @Test
  void whoHasTheMostSessionsMakesRoomForTheOthers() throws Exception {
    DeviceLogin greedy = new DeviceLogin("greedy", PRESS.hash(), List.of());
    ListenerConfig.Limits four = new ListenerConfig.Limits(10, 0, 4, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().users(PRESS, greedy).limits(four))) {
      byte[] first = RawClient.bytes("MQTT", 4, 0xC0, (short) 60, "c", "press-01", SECRET);
      leavesOneUnreleased(rig, first, "press-01\0c");
      for (String client : List.of("a", "b", "c", "d", "e")) {
        byte[] next = RawClient.bytes("MQTT", 4, 0xC0, (short) 60, client, "greedy", SECRET);
        leavesOneUnreleased(rig, next, "greedy\0" + client);
      }
      try (RawClient again = rig.client().send(0x10, first)) {
        assertThat(again.read(CONNACK).u8(0)).isEqualTo(1);
        again.publish(12, 1, "factory/press-01/a", "press-01\0c").read(PUBREC);
      }
      assertThat(rig.shelf.texts()).hasSize(6);
    }
  }

  private static boolean isWithoutConnection(ListenerRig rig, String client) {
    ClientSession session = rig.listener.sessions.of(client);
    return session != null && session.owner == null;
  }

  @Test
  void aClientAboveItsRateIsReadMoreSlowlyAndLosesNothing() throws Exception {
    ListenerConfig.Limits slow = new ListenerConfig.Limits(10, 0, 10, 5, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().limits(slow));
        RawClient raw = rig.client().connect5("a", true)) {
      assertThat(connect(raw)).isZero();
      for (int id = 1; id <= 10; id++) {
        raw.publish5(2, id, "t", Integer.toString(id));
      }
      for (int id = 1; id <= 10; id++) {
        assertThat(raw.read(PUBACK).u16(0)).isEqualTo(id);
      }
    }
  }

  // ---- A proxy

  @Test
  void behindAProxyTheAddressIsThatOfTheClient() throws Exception {
    ListenerConfig.Limits one = new ListenerConfig.Limits(10, 1, 10, 0, 0);
    try (ListenerRig rig = new ListenerRig(new ListenerSetup().proxied().limits(one));
        RawClient first = proxied(rig, 1).connect5("a", true);
        RawClient second = proxied(rig, 2).connect5("b", true)) {
      assertThat(connect(first)).isZero();
      assertThat(connect(second)).isZero();
      try (RawClient same = proxied(rig, 2)) {
        assertThat(same.isClosed()).isTrue();
      }
      try (RawClient direct = rig.client().connect5("c", true)) {
        assertThat(direct.isClosed()).isTrue();
      }
    }
  }

  /** Version 2 of the PROXY protocol: TCP over IPv4, from 10.0.0.N. */
  private static RawClient proxied(ListenerRig rig, int last) throws IOException {
    byte[] signature = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
    RawClient raw =
        new RawClient(new Socket(InetAddress.getLoopbackAddress(), rig.listener.port()));
    return raw.send(
        RawClient.bytes(
            signature,
            0x21,
            0x11,
            (short) 12,
            10,
            0,
            0,
            last,
            127,
            0,
            0,
            1,
            (short) 40_000,
            (short) 1883));
  }
}
