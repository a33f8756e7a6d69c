package io.weir.gateway.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes at QoS 1 at a steady rate on one connection of MQTT 3.1.1, and times each PUBACK from
 * the moment at which its message was due: so a stall is counted for all that it delays.
 */
final class PacedPublisher implements AutoCloseable {

  private static final int WINDOW = 1000;
  private static final int IDS = 60_000;

  private final Socket socket;

  PacedPublisher(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
  }

  /** Milliseconds from due to PUBACK, of each message. */
  double[] run(int count, double perSecond) throws Exception {
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    out.write(packet(0x10, "\0\4MQTT\4\2\0\0\0\5paced".getBytes(UTF_8)));
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
    long began = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long dueNs = began + (long) (i * 1e9 / perSecond);
      while (dueNs - System.nanoTime() > 0) {
        LockSupport.parkNanos(Math.max(1, dueNs - System.nanoTime()));
      }
      window.acquire();
      int id = 1 + i % IDS;
      due.set(id, dueNs);
      out.write(publish(id, i));
    }
    reader.join();
    return ms;
  }

  private static byte[] publish(int id, int number) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(body);
    data.writeUTF("factory/s/a/l/m" + number % 100 + "/telemetry");
    data.writeShort(id);
    data.write(
        ("{\"ts\":%d,\"temperature\":21.5,\"pressure\":3.25,\"speed\":1200,\"power\":7.5,"
                + "\"good\":%d,\"scrap\":3}")
            .formatted(System.currentTimeMillis(), number)
            .getBytes(UTF_8));
    return packet(0x32, body.toByteArray());
  }

  private static byte[] packet(int first, byte[] body) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(first);
    int rest = body.length;
    do {
      all.write(rest % 128 | (rest >= 128 ? 128 : 0));
      rest /= 128;
    } while (rest > 0);
    all.writeBytes(body);
    return all.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
