package io.weir.gateway.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes at QoS 1 at a steady rate on one connection of MQTT 3.1.1, and times each PUBACK from
 * the moment at which its message was due: so a stall is counted for all that it delays. That
 * moment is the time in the message as well.
 */
final class PacedPublisher implements AutoCloseable {

  private static final int WINDOW = 1000;
  private static final int IDS = 60_000;
  private static final int TOPICS = 100;

  private final Socket socket;

  PacedPublisher(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
  }

  /** Milliseconds from due to PUBACK, of each message. */
  double[] run(int count, double perSecond) throws Exception {
    OutputStream out = socket.getOutputStream();
    DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out.write(DevicePackets.connect("paced"));
    in.readFully(new byte[4]);
    AtomicLongArray due = new AtomicLongArray(IDS + 1);
    Semaphore window = new Semaphore(WINDOW);
    double[] ms = new double[count];
    Thread reader =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < count; i++) {
                  in.readShort();
                  int id = in.readUnsignedShort();
                  ms[i] = (System.nanoTime() - due.get(id)) / 1e6;
                  window.release();
                }
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    reader.start();
    DevicePackets packets = new DevicePackets(TOPICS);
    long began = System.nanoTime();
    long beganMs = System.currentTimeMillis();
    for (int i = 0; i < count; i++) {
      long dueNs = began + (long) (i * 1e9 / perSecond);
      while (dueNs - System.nanoTime() > 0) {
        LockSupport.parkNanos(Math.max(1, dueNs - System.nanoTime()));
      }
      window.acquire();
      int id = 1 + i % IDS;
      due.set(id, dueNs);
      out.write(packets.publish(id, i, beganMs + (dueNs - began) / 1_000_000));
    }
    reader.join();
    return ms;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
