package io.weir.gateway.source.mqtt;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A broker for one client that answers as it must and sends what the test says, byte by byte. It
 * reads whole packets, so that a broken one from the client shows.
 */
final class HostileBroker implements AutoCloseable {

  /** What it sends on a connection, after the first SUBACK. */
  interface Script {
    void play(Line line) throws IOException;
  }

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Integer> acknowledged = new CopyOnWriteArrayList<>();
  private final List<String> broken = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  HostileBroker(Script script) throws IOException {
    this.script = script;
    daemon(this::accept);
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
    try (socket) {
      new Line(socket, number).serve();
    } catch (IOException e) {
      // the client or the test closed it
    }
  }

  /** One connection. */
  final class Line {

    private final DataInputStream in;
    private final OutputStream out;
    private final Socket socket;
    private final int number;
    private boolean five;
    private boolean played;

    Line(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.number = number;
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

    synchronized void send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    /** Sends a packet in twenty pieces, a tenth of a second apart; answers wait for its end. */
    synchronized void sendSlowly(byte[] packet) throws IOException {
      int piece = packet.length / 20 + 1;
      for (int at = 0; at < packet.length; at += piece) {
        send(Arrays.copyOfRange(packet, at, Math.min(packet.length, at + piece)));
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
      }
    }

    void close() throws IOException {
      socket.close();
    }

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
        answer(first, body);
      }
    }

    private void answer(int first, byte[] body) throws IOException {
      switch (first >> 4) {
        case 1 -> {
          five = body[6] == 5;
          send(five ? new byte[] {0x20, 3, 1, 0, 0} : new byte[] {0x20, 2, 1, 0});
        }
        case 4 -> acknowledged.add((body[0] & 0xFF) << 8 | body[1] & 0xFF);
        case 8 -> {
          send(granted(body));
          if (!played) {
            played = true;
            daemon(this::play);
          }
        }
        case 10 -> send(unsubscribed(body));
        case 12 -> send(new byte[] {(byte) 0xD0, 0});
        case 14 -> socket.close();
        case 3 -> {} // Sparkplug's STATE
        default -> broken.add("type " + (first >> 4));
      }
    }

    private void play() {
      try {
        script.play(this);
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
          body.raw(payload.getBytes(StandardCharsets.UTF_8));
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
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
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
