package io.weir.gateway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Many connections of MQTT 3.1.1 that publish in turn, together at a steady rate. All are served by
 * the thread that calls it.
 */
final class PacedDevices implements AutoCloseable {

  private static final int IDS = 60_000;
  private static final int CONNACK_BYTES = 4;
  private static final int PUBACK_BYTES = 4;
  private static final long LIMIT_NS = 120_000_000_000L;

  private final List<SocketChannel> channels = new ArrayList<>();
  private final Selector selector = Selector.open();
  private final ByteBuffer read = ByteBuffer.allocateDirect(64 << 10);
  private final DevicePackets packets;
  private long sent;
  private long answeredBytes;

  PacedDevices(int port, int connections, int topics) throws IOException {
    packets = new DevicePackets(topics);
    InetSocketAddress gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    for (int i = 0; i < connections; i++) {
      SocketChannel channel = SocketChannel.open(gateway);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ);
      channels.add(channel);
      write(channel, DevicePackets.connect("device-" + i));
    }
    awaitAnswers((long) connections * CONNACK_BYTES);
  }

  /** Publishes, and waits for every PUBACK. */
  void run(int messages, double perSecond) throws IOException {
    answeredBytes = 0;
    long beganNs = System.nanoTime();
    long beganMs = System.currentTimeMillis();
    for (int i = 0; i < messages; i++) {
      long dueNs = beganNs + (long) (i * 1e9 / perSecond);
      while (System.nanoTime() < dueNs) {
        answers(1);
      }
      SocketChannel channel = channels.get((int) (sent % channels.size()));
      int id = 1 + (int) (sent / channels.size() % IDS);
      write(channel, packets.publish(id, sent, beganMs + (dueNs - beganNs) / 1_000_000));
      sent++;
    }
    awaitAnswers((long) messages * PUBACK_BYTES);
  }

  private void awaitAnswers(long bytes) throws IOException {
    long deadline = System.nanoTime() + LIMIT_NS;
    while (answeredBytes < bytes) {
      if (System.nanoTime() > deadline) {
        throw new IOException(answeredBytes + " of " + bytes + " bytes of answers came");
      }
      answers(100);
    }
  }

  private void answers(int waitMs) throws IOException {
    selector.select(waitMs);
    Set<SelectionKey> ready = selector.selectedKeys();
    for (SelectionKey key : ready) {
      SocketChannel channel = (SocketChannel) key.channel();
      read.clear();
      int bytes = channel.read(read);
      if (bytes < 0) {
        throw new IOException("the gateway has closed a connection");
      }
      answeredBytes += bytes;
    }
    ready.clear();
  }

  /** A socket that is full is read by the gateway in a moment. */
  private void write(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      if (channel.write(rest) == 0) {
        answers(1);
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
    selector.close();
  }
}
