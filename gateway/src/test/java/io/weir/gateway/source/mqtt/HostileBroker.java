package io.weir.gateway.source.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A broker for one client that answers as it must, except where its conduct says something else,
 * byte by byte. It reads whole packets, so that a broken one from the client shows, and it keeps
 * account of which messages the client acknowledged.
 */
public final class HostileBroker implements AutoCloseable {

  static final int CONNECT = 1;
  static final int SUBSCRIBE = 8;
  static final int UNSUBSCRIBE = 10;
  static final int PINGREQ = 12;

  /** What it sends on a connection, after the first SUBACK. */
  public interface Script {
    void play(Line line) throws IOException;
  }

  /** What it does on a connection that a broker must not do. */
  public interface Conduct extends Script {

    /** The connection as it is served, such as inside TLS; {@code null} if it was ended. */
    default @Nullable Socket opened(Socket socket) throws IOException {
      return socket;
    }

    /** Before anything was read. */
    default void begun(Line line) throws IOException {}

    /** A packet came. Returns whether this was the answer; if not, the usual one is sent. */
    default boolean answers(Line line, int type, byte[] body) throws IOException {
      return false;
    }

    @Override
    default void play(Line line) throws IOException {}

    /** Whether it behaves again on this connection after its script. */
    default boolean isGoodInTheEnd() {
      return true;
    }

    /** Whether it behaves until its script, so that it can begin at any time. */
    default boolean isOnlyScript() {
      return false;
    }
  }

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Queue<Conduct> conducts = new ConcurrentLinkedQueue<>();
  private final Conduct afterwards;
  private final String topic;
  private final boolean sendsReadings;

  private final AtomicInteger connections = new AtomicInteger();
  private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  private final AtomicInteger lastReading = new AtomicInteger();
  private final Set<Integer> acknowledgedReadings = ConcurrentHashMap.newKeySet();
  private final Set<String> acknowledgedTopics = ConcurrentHashMap.newKeySet();
  private final Set<Integer> lastOnes = ConcurrentHashMap.newKeySet();
  private volatile boolean recovered;

  /** One that plays a script on every connection. */
  HostileBroker(Script script) throws IOException {
    this(
        List.of(),
        new Conduct() {
          @Override
          public void play(Line line) throws IOException {
            script.play(line);
          }
        },
        "");
  }

  /**
   * One that follows one conduct after the other, each on a connection of its own if the one before
   * was ended by the client, and behaves in the end.
   *
   * @param afterwards how it behaves in the end
   * @param topic of the readings with which it finds out whether the client goes on; "" for none
   */
  public HostileBroker(List<Conduct> conducts, Conduct afterwards, String topic)
      throws IOException {
    this.conducts.addAll(conducts);
    this.afterwards = afterwards;
    this.topic = topic;
    this.sendsReadings = !topic.isEmpty();
    daemon(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  String url() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** The packet ids of the PUBACKs, in order, of all connections. */
  List<Integer> acknowledged() {
    return acknowledged;
  }

  /** What was wrong with packets of the client. */
  List<String> broken() {
    return broken;
  }

  /** The readings that the client acknowledged, by their numbers. */
  Set<Integer> acknowledgedReadings() {
    return acknowledgedReadings;
  }

  /** The topics of the messages that are no readings and that the client acknowledged. */
  Set<String> acknowledgedTopics() {
    return acknowledgedTopics;
  }

  /** How many of its conducts it has not begun. */
  int left() {
    return conducts.size();
  }

  /** Whether it did all, and a reading that it sent afterwards was acknowledged. */
  boolean isRecovered() {
    return recovered;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        int number = connections.incrementAndGet();
        daemon(() -> serve(socket, number));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket, int number) {
    Conduct next = conducts.poll();
    Conduct now = next == null ? afterwards : next;
    try (socket) {
      Socket open = now.opened(socket);
      if (open != null) {
        Line line = new Line(open, number, now);
        now.begun(line);
        line.serve();
      }
    } catch (IOException e) {
      // the client or the test closed it
    }
  }

  /** What was sent under a packet id: a reading by its number, or something else by its topic. */
  private record Sent(int reading, String topic) {}

  /** One connection. */
  public final class Line {

    private final DataInputStream in;
    private final OutputStream out;
    private final Socket socket;
    private final int number;
    private final Map<Integer, Deque<Sent>> sent = new HashMap<>();
    private int lastId;
    private volatile Conduct conduct;
    private boolean five;
    private boolean played;
    private boolean asked;
    private volatile boolean silent;

    Line(Socket socket, int number, Conduct conduct) throws IOException {
      this.socket = socket;
      this.number = number;
      this.conduct = conduct;
      in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      out = socket.getOutputStream();
    }

    /** Which connection it is, from 1. */
    int number() {
      return number;
    }

    boolean five() {
      return five;
    }

    /** True once. */
    boolean isFirstTime() {
      boolean first = !asked;
      asked = true;
      return first;
    }

    void fallSilent() {
      silent = true;
    }

    boolean isSilent() {
      return silent;
    }

    synchronized void send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Sends bytes given in hexadecimal. */
    void sendHex(String hex) throws IOException {
      send(java.util.HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    /** Sends a packet in twenty pieces, a fifth of a second apart; answers wait for its end. */
    synchronized void sendSlowly(byte[] packet) throws IOException {
      int piece = packet.length / 20 + 1;
      for (int at = 0; at < packet.length; at += piece) {
        send(Arrays.copyOfRange(packet, at, Math.min(packet.length, at + piece)));
        pause(200);
      }
    }

    // ---- Messages that are kept account of

    synchronized int nextId() {
      lastId = lastId % 65_535 + 1;
      return lastId;
    }

    /** Sends the next reading at QoS 1; returns its packet id. */
    int sendReading() throws IOException {
      int id = nextId();
      sendReading(id, 0x32);
      return id;
    }

    /** Sends the next reading under this packet id; returns the packet. */
    byte[] sendReading(int id, int first) throws IOException {
      byte[] packet = reading(id, first);
      send(packet);
      return packet;
    }

    /** The next reading as a packet that is accounted for from now on. */
    byte[] reading(int id, int first) {
      int reading = lastReading.incrementAndGet();
      expect(id, new Sent(reading, topic));
      return readingPacket(id, first, reading);
    }

    private byte[] readingPacket(int id, int first, int reading) {
      return packet(
          first,
          body -> {
            body.text(topic);
            if ((first & 6) != 0) {
              body.u16(id);
            }
            if (five) {
              body.u8(0);
            }
            body.raw("{\"n\":%d}".formatted(reading).getBytes(UTF_8));
          });
    }

    /** Sends what is no reading; if it is acknowledged, its topic stands in the quarantine. */
    void sendOdd(int id, String oddTopic, byte[] packet) throws IOException {
      expect(id, new Sent(0, oddTopic));
      send(packet);
    }

    private synchronized void expect(int id, Sent what) {
      sent.computeIfAbsent(id, any -> new ArrayDeque<>()).add(what);
    }

    private void acknowledge(byte[] body) throws IOException {
      int id = (body[0] & 0xFF) << 8 | body[1] & 0xFF;
      acknowledged.add(id);
      Sent what;
      synchronized (this) {
        Deque<Sent> queue = sent.get(id);
        what = queue == null ? null : queue.poll();
      }
      boolean refused = body.length > 2 && (body[2] & 0xFF) >= 0x80;
      if (what == null || refused) {
        return;
      }
      if (what.reading == 0) {
        acknowledgedTopics.add(what.topic);
      } else {
        acknowledgedReadings.add(what.reading);
        if (lastOnes.contains(what.reading)) {
          goOn();
        }
      }
    }

    /** The client works after what was done to it: it gets the next, or has seen it all. */
    private void goOn() throws IOException {
      Conduct next = conducts.peek();
      if (next == null) {
        recovered = true;
      } else if (next.isOnlyScript()) {
        conduct = conducts.remove();
        daemon(this::play);
      } else {
        close();
      }
    }

    void close() throws IOException {
      socket.close();
    }

    /** Ends it with a reset, so that what was sent last may get lost. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    // ---- What it answers

    private void serve() throws IOException {
      while (true) {
        int first = in.readUnsignedByte();
        int length = 0;
        int shift = 0;
        int digit;
        do {
          digit = in.readUnsignedByte();
          length |= (digit & 0x7F) << shift;
          shift += 7;
        } while (digit > 0x7F);
        byte[] body = in.readNBytes(length);
        if (first >> 4 == CONNECT && body.length > 6) {
          five = body[6] == 5;
        }
        if (!conduct.answers(this, first >> 4, body)) {
          answer(first, body);
        }
      }
    }

    void answer(int first, byte[] body) throws IOException {
      switch (first >> 4) {
        case CONNECT -> send(accepted());
        case 4 -> acknowledge(body);
        case SUBSCRIBE -> {
          send(granted(body));
          if (!played) {
            played = true;
            daemon(this::play);
          }
        }
        case UNSUBSCRIBE -> send(unsubscribed(body));
        case PINGREQ -> send(new byte[] {(byte) 0xD0, 0});
        case 14 -> socket.close();
        case 3, 5, 6, 7 -> {} // Sparkplug's STATE, and the answers at QoS 2
        default -> broken.add("type " + (first >> 4));
      }
    }

    /** A CONNACK that says that the session is there. */
    byte[] accepted() {
      return five ? new byte[] {0x20, 3, 1, 0, 0} : new byte[] {0x20, 2, 1, 0};
    }

    private void play() {
      try {
        conduct.play(this);
        if (sendsReadings && conduct.isGoodInTheEnd()) {
          int id = nextId();
          int reading = lastReading.incrementAndGet();
          lastOnes.add(reading);
          expect(id, new Sent(reading, topic));
          send(readingPacket(id, 0x32, reading));
        }
      } catch (IOException e) {
        // the client closed it
      }
    }

    /** One filter a packet is what the source asks in these tests. */
    private byte[] granted(byte[] body) {
      return five
          ? new byte[] {(byte) 0x90, 4, body[0], body[1], 0, 1}
          : new byte[] {(byte) 0x90, 3, body[0], body[1], 1};
    }

    private byte[] unsubscribed(byte[] body) {
      return five
          ? new byte[] {(byte) 0xB0, 4, body[0], body[1], 0, 0}
          : new byte[] {(byte) 0xB0, 2, body[0], body[1]};
    }
  }

  static void pause(int ms) throws IOException {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  // ---- Packets

  /** A packet of a first byte, and the body that the writer gives. */
  static byte[] packet(int first, Consumer<Bytes> writer) {
    Bytes body = new Bytes();
    writer.accept(body);
    return new Bytes().u8(first).varint(body.size()).raw(body.toByteArray()).toByteArray();
  }

  /** A PUBLISH at QoS 1, without properties. */
  static byte[] publish(boolean five, int id, String topic, String payload) {
    return publish(five, id, topic, new byte[0], payload);
  }

  static byte[] publish(boolean five, int id, String topic, byte[] properties, String payload) {
    return packet(
        0x32,
        body -> {
          body.text(topic).u16(id);
          if (five) {
            body.varint(properties.length).raw(properties);
          }
          body.raw(payload.getBytes(UTF_8));
        });
  }

  /** Bytes as MQTT writes them. */
  static final class Bytes extends ByteArrayOutputStream {

    Bytes u8(int value) {
      write(value);
      return this;
    }

    Bytes u16(int value) {
      return u8(value >> 8).u8(value);
    }

    Bytes varint(int value) {
      int rest = value;
      while (rest > 0x7F) {
        u8(rest & 0x7F | 0x80);
        rest >>= 7;
      }
      return u8(rest);
    }

    Bytes raw(byte[] bytes) {
      write(bytes, 0, bytes.length);
      return this;
    }

    Bytes text(String text) {
      byte[] bytes = text.getBytes(UTF_8);
      return u16(bytes.length).raw(bytes);
    }
  }

  private static void daemon(Runnable run) {
    Thread thread = new Thread(run, "hostile-broker");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
