package io.weir.gateway.source.listener;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps to MQTT and is as awkward as that allows: it takes the lowest packet id that
 * is free, breaks off, takes its own session over, and drops it.
 */
final class SimulatedDevice {

  private static final int MOST_UNDER_WAY = 6;

  private enum Stage {
    SENT,
    RECEIVED
  }

  private static final class Message {
    final String payload;
    final int qos;
    final int packetId;
    Stage stage = Stage.SENT;

    Message(String payload, int qos, int packetId) {
      this.payload = payload;
      this.qos = qos;
      this.packetId = packetId;
    }
  }

  private final String id;
  private final boolean five;

  /** Whether it is told what goes to the quarantine. */
  private final boolean told;

  private final Random random;
  private final ManualInbox log;
  private final Map<Integer, Message> underWay = new LinkedHashMap<>();
  private final ArrayDeque<byte[]> outbox = new ArrayDeque<>();
  private final ArrayDeque<Integer> awaited = new ArrayDeque<>();

  /** What must be durable in the end, and of that what must be there once only. */
  private final List<String> answered = new ArrayList<>();

  private final Set<String> once = new TreeSet<>();

  private SteppedListener.@Nullable Connection connection;
  private boolean accepted;
  private boolean wantsFresh = true;

  /** Whether the session ended, or ends, with its connection: 3.1.1 keeps no clean session. */
  private boolean isUnkept;

  private int number;

  SimulatedDevice(String id, boolean five, boolean told, Random random, ManualInbox log) {
    this.id = id;
    this.five = five;
    this.told = told;
    this.random = random;
    this.log = log;
  }

  boolean isConnected() {
    return connection != null;
  }

  boolean isDone() {
    return underWay.isEmpty();
  }

  // ---- What it does

  void connect(SteppedListener to, boolean fresh) {
    outbox.clear();
    awaited.clear();
    accepted = false;
    wantsFresh |= fresh;
    if (wantsFresh || isUnkept) {
      underWay.clear();
    }
    connection = to.connect();
    byte[] head =
        five
            ? RawClient.bytes("MQTT", 5, wantsFresh ? 2 : 0, (short) 0, 5, RawClient.expiry(1_000))
            : RawClient.bytes("MQTT", 4, wantsFresh ? 2 : 0, (short) 0);
    outbox.add(RawClient.packet(0x10, RawClient.bytes(head, id)));
  }

  void breakOff() {
    SteppedListener.Connection now = connection;
    connection = null;
    outbox.clear();
    if (now != null) {
      now.close();
    }
  }

  /** Says goodbye, in MQTT 5 with another time for which its session is kept. */
  void leave() {
    if (accepted) {
      byte[] body =
          five ? RawClient.bytes(0, 5, RawClient.expiry(500 + random.nextInt(500))) : new byte[0];
      outbox.add(RawClient.packet(0xE0, body));
    }
  }

  /** The gateway died. */
  void lost() {
    connection = null;
    outbox.clear();
  }

  void publish() {
    if (!accepted || underWay.size() >= MOST_UNDER_WAY) {
      return;
    }
    int qos = random.nextInt(3);
    String payload = (random.nextInt(6) == 0 ? "bad" : "good") + id + "-" + number++;
    if (qos == 0) {
      outbox.add(publish(payload, 0, 0, false));
      return;
    }
    int packetId = 1;
    while (underWay.containsKey(packetId)) {
      packetId++;
    }
    if (qos == 2) {
      once.add(payload);
    }
    send(new Message(payload, qos, packetId), false);
  }

  private void send(Message message, boolean again) {
    underWay.put(message.packetId, message);
    outbox.add(publish(message.payload, message.qos, message.packetId, again));
    awaited.add(message.packetId);
  }

  private byte[] publish(String payload, int qos, int packetId, boolean again) {
    byte[] head = qos == 0 ? RawClient.bytes("t") : RawClient.bytes("t", (short) packetId);
    byte[] rest = payload.getBytes(UTF_8);
    return RawClient.packet(
        0x30 | qos << 1 | (again ? 8 : 0),
        five ? RawClient.bytes(head, 0, rest) : RawClient.bytes(head, rest));
  }

  private void pubrel(int packetId) {
    outbox.add(RawClient.packet(0x62, RawClient.bytes((short) packetId)));
  }

  /** Lets some of what it sends arrive, a packet or a part of several. */
  void deliver() {
    SteppedListener.Connection to = connection;
    while (to != null && !outbox.isEmpty() && to.isRead()) {
      byte[] next = outbox.removeFirst();
      if (random.nextInt(3) == 0 && !outbox.isEmpty()) {
        outbox.addFirst(RawClient.bytes(next, outbox.removeFirst()));
        continue;
      }
      to.send(next);
      if (random.nextBoolean()) {
        return;
      }
    }
  }

  // ---- What it is told

  void read() {
    SteppedListener.Connection from = connection;
    if (from == null) {
      return;
    }
    for (byte[] packet = from.read(); packet.length > 0; packet = from.read()) {
      take(packet);
    }
    if (!from.channel.isOpen()) {
      lost();
    }
  }

  private void take(byte[] packet) {
    int type = (packet[0] & 0xff) >> 4;
    switch (type) {
      case 2 -> accepted(packet);
      case 4, 5 -> answered(packet, type == 5);
      case 7 -> {
        Message done = underWay.remove(packetId(packet));
        check(done != null && done.stage == Stage.RECEIVED, "a PUBCOMP of nothing");
      }
      case 14 -> check((packet[2] & 0xff) == 0x8E, "is sent away with " + packet[2]);
      default -> check(false, "a packet of type " + type);
    }
  }

  private void accepted(byte[] packet) {
    check(packet[3] == 0, "refused with " + packet[3]);
    boolean present = packet[2] == 1;
    check(!present || !wantsFresh, "a session is present where none was wanted");
    check(present || wantsFresh || isUnkept, "the session is lost");
    accepted = true;
    isUnkept = !five && wantsFresh;
    wantsFresh = false;
    List<Message> again = List.copyOf(underWay.values());
    underWay.clear();
    for (Message each : again) {
      if (each.stage == Stage.RECEIVED) {
        underWay.put(each.packetId, each);
        pubrel(each.packetId);
      } else {
        // a receiver of QoS 2 goes by the packet id (MQTT 5, 4.3.3), unless a refusal freed it
        boolean mayLackDup = each.qos == 2 && !told;
        send(each, !mayLackDup || random.nextBoolean());
      }
    }
  }

  private void answered(byte[] packet, boolean isReceived) {
    int packetId = packetId(packet);
    Integer first = awaited.poll();
    check(first != null && first == packetId, "answers " + packetId + " and not " + first);
    Message message = underWay.get(packetId);
    check(message != null && message.qos == (isReceived ? 2 : 1), "another kind of answer");
    check(log.times(message.payload) > 0, message.payload + " is answered and not durable");
    answered.add(message.payload);
    boolean isRefused = packet.length > 4 && packet[4] < 0;
    check(isRefused == (told && message.payload.startsWith("bad")), "another code");
    if (!isReceived || isRefused) {
      underWay.remove(packetId);
    } else {
      message.stage = Stage.RECEIVED;
      pubrel(packetId);
    }
  }

  private static int packetId(byte[] packet) {
    return (packet[2] & 0xff) << 8 | packet[3] & 0xff;
  }

  /** What must hold in the end. */
  void check() {
    for (String payload : answered) {
      check(log.times(payload) > 0, payload + " was answered and is gone");
    }
    for (String payload : once) {
      check(log.times(payload) <= 1, payload + " was taken " + log.times(payload) + " times");
    }
  }

  int answers() {
    return answered.size();
  }

  private void check(boolean right, String otherwise) {
    if (!right) {
      throw new AssertionError(id + ": " + otherwise);
    }
  }
}
