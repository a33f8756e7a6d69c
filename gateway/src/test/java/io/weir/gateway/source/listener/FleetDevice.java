package io.weir.gateway.source.listener;

import static io.weir.gateway.source.listener.RawClient.CONNACK;
import static io.weir.gateway.source.listener.RawClient.PUBACK;
import static io.weir.gateway.source.listener.RawClient.PUBCOMP;
import static io.weir.gateway.source.listener.RawClient.PUBREC;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device that publishes to the listener until it is stopped, and keeps an account of the answers.
 * Whenever its connection breaks it connects again, with its session, and sends again what has no
 * last answer: PUBLISH with DUP, or PUBREL where PUBREC had come. It uses the lowest free packet
 * id, so ids are used again at once.
 *
 * <p>Two of three messages are of QoS 2 and have no time of their own: taken twice, they would be
 * two rows. One in seven is broken JSON.
 */
final class FleetDevice implements AutoCloseable {

  private static final Pattern SEQUENCE = Pattern.compile("\"seq\":(\\d+)");
  private static final int WINDOW = 10;
  private static final int BROKEN_EVERY = 7;
  private static final int QOS1_EVERY = 3;
  private static final long FIRST_TS = 1_790_000_000_000L;
  private static final int DUP = 8;

  private static final int V5 = 5;
  private static final int V31 = 3;
  private static final int REJECTED = 0x83;

  private final String name;
  private final int version;
  private final int port;
  private final Runnable progress;
  private final Thread thread;
  private final Map<Integer, Flight> flights = new LinkedHashMap<>();
  private final BitSet accepted = new BitSet();
  private final BitSet refused = new BitSet();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private int next;
  private int connections;
  private volatile boolean stopping;

  /** A message without its last answer; released once PUBREC has come. */
  private record Flight(int sequence, boolean released) {}

  /**
   * @param version of the protocol: 3, 4 (that is 3.1.1) or 5
   * @param progress called after each last answer
   */
  FleetDevice(String name, int version, int port, Runnable progress) {
    this.name = name;
    this.version = version;
    this.port = port;
    this.progress = progress;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
    thread.start();
  }

  // ---- What it sends

  static int qos(int sequence) {
    return sequence % QOS1_EVERY == 0 ? 1 : 2;
  }

  static boolean isBroken(int sequence) {
    return sequence % BROKEN_EVERY == 0;
  }

  static double value(int sequence) {
    return sequence * 0.5;
  }

  /** The number in a payload. */
  static int sequence(String payload) {
    Matcher matcher = SEQUENCE.matcher(payload);
    if (!matcher.find()) {
      throw new AssertionError("not of a device: " + payload);
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static String payload(int sequence) {
    String time = qos(sequence) == 1 ? "\"ts\":" + (FIRST_TS + sequence) + "," : "";
    String value = isBroken(sequence) ? "" : String.valueOf(value(sequence));
    return "{" + time + "\"seq\":" + sequence + ",\"v\":" + value + "}";
  }

  String topic() {
    return "factory/a/b/c/" + name + "/telemetry";
  }

  // ---- The connection

  private void run() {
    while (!stopping || !flights.isEmpty()) {
      try (RawClient line = new RawClient(port)) {
        connect(line);
        talk(line);
      } catch (IOException e) {
        pause(); // the gateway is dead, or not up yet
      } catch (RuntimeException | AssertionError e) {
        faults.add(name + ": " + e);
        return;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a device must not be interrupted", e);
    }
  }

  private void connect(RawClient line) throws IOException {
    switch (version) {
      case V5 -> line.connect5(name, false, RawClient.expiry(3600));
      case V31 -> line.send(0x10, RawClient.bytes("MQIsdp", V31, 0, (short) 60, name));
      default -> line.connect4(name, false);
    }
    RawClient.Packet answer = line.read(CONNACK);
    if (answer.u8(1) != 0) {
      throw new AssertionError("CONNACK " + answer);
    }
    // Before the first message it cannot tell whether the CONNACK before this one was lost.
    if (version != V31 && next > 0 && answer.u8(0) != 1) {
      throw new AssertionError("the session was forgotten: CONNACK " + answer);
    }
    connections++;
    for (Map.Entry<Integer, Flight> each : List.copyOf(flights.entrySet())) {
      if (each.getValue().released()) {
        line.pubrel(each.getKey());
      } else {
        publish(line, each.getKey(), each.getValue().sequence(), DUP);
      }
    }
  }

  /** Until it is stopped and nothing is under way. */
  private void talk(RawClient line) throws IOException {
    while (true) {
      while (!stopping && flights.size() < WINDOW) {
        int id = 1;
        while (flights.containsKey(id)) {
          id++;
        }
        flights.put(id, new Flight(next, false));
        publish(line, id, next++, 0);
      }
      if (flights.isEmpty()) {
        line.send(0xE0, new byte[0]);
        return;
      }
      take(line, line.read());
    }
  }

  private void publish(RawClient line, int id, int sequence, int dup) throws IOException {
    int flags = dup | qos(sequence) << 1;
    if (version == V5) {
      line.publish5(flags, id, topic(), payload(sequence));
    } else {
      line.publish(flags, id, topic(), payload(sequence));
    }
  }

  private void take(RawClient line, RawClient.Packet answer) throws IOException {
    int id = answer.u16(0);
    Flight flight = flights.get(id);
    boolean fits =
        flight != null
            && switch (answer.type()) {
              case PUBACK -> qos(flight.sequence()) == 1;
              case PUBREC -> qos(flight.sequence()) == 2;
              case PUBCOMP -> flight.released();
              default -> false;
            };
    if (!fits) {
      throw new AssertionError(answer + " does not answer " + flight);
    }
    boolean isLast = answer.type() != PUBREC || answer.reason() >= 0x80;
    if (isLast) {
      flights.remove(id);
      last(flight.sequence(), answer);
    } else {
      flights.put(id, new Flight(flight.sequence(), true));
      line.pubrel(id);
    }
  }

  private synchronized void last(int sequence, RawClient.Packet answer) {
    boolean isRefusal = answer.type() != PUBCOMP && answer.reason() == REJECTED;
    boolean said = version == V5; // MQTT 3 has no codes
    if (isRefusal != (said && isBroken(sequence))) {
      faults.add("%s: %s answers message %d".formatted(name, answer, sequence));
    }
    (isRefusal ? refused : accepted).set(sequence);
    progress.run();
  }

  // ---- Its account

  String name() {
    return name;
  }

  /** The messages with PUBACK or PUBCOMP. */
  synchronized BitSet accepted() {
    return (BitSet) accepted.clone();
  }

  /** The messages whose PUBACK or PUBREC said 0x83. */
  synchronized BitSet refused() {
    return (BitSet) refused.clone();
  }

  /** Messages sent so far; of the device's own thread, or after its end. */
  int sent() {
    return next;
  }

  /** Connections made so far; of the device's own thread, or after its end. */
  int connections() {
    return connections;
  }

  List<String> faults() {
    return new ArrayList<>(faults);
  }

  void stop() {
    stopping = true;
  }

  /** Waits until the last message is answered. */
  void join() throws InterruptedException {
    thread.join(120_000);
    if (thread.isAlive()) {
      faults.add(name + ": messages under way are not answered");
    }
  }

  @Override
  public void close() {
    stop();
  }
}
