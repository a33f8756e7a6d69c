package io.weir.gateway.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A broker of MQTT 5 that gives to each message the answer that a test wants. */
final class AnsweringBroker implements AutoCloseable {

  /** No answer at all. */
  static final int NONE = -1;

  /** The connection ends in place of an answer. */
  static final int CLOSE = -2;

  /** Says the reason code for a message. */
  interface Answers {
    int code(String topic, int number);
  }

  private final ServerSocket server;
  private final byte[] connackProperties;
  private final List<String> topics = new ArrayList<>();
  private volatile Answers answers;
  private volatile int connackCode;
  private volatile boolean slow;
  private int mostAtOnce;

  /**
   * @param connackProperties what it says of itself
   */
  AnsweringBroker(Answers answers, int... connackProperties) throws IOException {
    this.answers = answers;
    this.connackProperties = new byte[connackProperties.length];
    for (int i = 0; i < connackProperties.length; i++) {
      this.connackProperties[i] = (byte) connackProperties[i];
    }
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Bench.thread("answering-broker", this::accept);
  }

  String url() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  void answer(Answers next) {
    answers = next;
  }

  void refuse(int code) {
    connackCode = code;
  }

  /** Answers only when nothing more comes, as far as its window goes. */
  void beSlow() {
    slow = true;
  }

  /** Topics of all messages, in their order. */
  synchronized List<String> topics() {
    return List.copyOf(topics);
  }

  /** Messages that were without an answer at once, at most. */
  synchronized int mostAtOnce() {
    return mostAtOnce;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Bench.thread("answering-broker-connection", () -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      OutputStream out = socket.getOutputStream();
      List<byte[]> waiting = new ArrayList<>();
      while (true) {
        int first = in.readUnsignedByte();
        int length = 0;
        int shift = 0;
        int digit;
        do {
          digit = in.readUnsignedByte();
          length |= (digit & 0x7F) << shift;
          shift += 7;
        } while (digit >= 0x80);
        byte[] body = new byte[length];
        in.readFully(body);
        switch (first >> 4) {
          case 1 -> connack(out);
          case 3 -> {
            if (!publish(first, body, waiting)) {
              return;
            }
            if (!slow || in.available() == 0) {
              if (slow) {
                Thread.sleep(20);
              }
              for (byte[] each : waiting) {
                out.write(each);
              }
              waiting.clear();
              out.flush();
            }
          }
          case 12 -> out.write(new byte[] {(byte) 0xD0, 0});
          case 14 -> {
            return;
          }
          default -> throw new IOException("packet " + first);
        }
      }
    } catch (IOException e) {
      return; // the sink went
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void connack(OutputStream out) throws IOException {
    byte[] packet = new byte[5 + connackProperties.length];
    packet[0] = 0x20;
    packet[1] = (byte) (3 + connackProperties.length);
    packet[3] = (byte) connackCode;
    packet[4] = (byte) connackProperties.length;
    System.arraycopy(connackProperties, 0, packet, 5, connackProperties.length);
    out.write(packet);
  }

  private synchronized boolean publish(int first, byte[] body, List<byte[]> waiting) {
    int topicLength = (body[0] & 0xFF) << 8 | body[1] & 0xFF;
    String topic = new String(body, 2, topicLength, UTF_8);
    topics.add(topic);
    if ((first >> 1 & 3) == 0) {
      return true;
    }
    int code = answers.code(topic, topics.size() - 1);
    if (code == CLOSE) {
      return false;
    }
    if (code != NONE) {
      waiting.add(
          new byte[] {0x40, 4, body[2 + topicLength], body[3 + topicLength], (byte) code, 0});
      mostAtOnce = Math.max(mostAtOnce, waiting.size());
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
