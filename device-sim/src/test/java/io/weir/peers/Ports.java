package io.weir.peers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for the servers of tests. They are below the kernel's range for outgoing connections, no
 * port is handed out twice, and each concurrent test process has its own range. Otherwise another
 * server could take a port before its owner binds it, or while its owner restarts.
 */
public final class Ports {

  private static final int LOWEST = 10_000;
  static final int COUNT = 1_600;
  private static final int RANGES = 14;
  private static final int FIRST = first(Integer.getInteger("weir.test.process", 1));

  private static int next = ThreadLocalRandom.current().nextInt(COUNT);

  private Ports() {}

  /** Surefire numbers the processes of the gateway from 1, those of the simulator from 11. */
  static int first(int process) {
    return LOWEST + COUNT * ((process - 1) % RANGES);
  }

  /** The next port that nothing listens on. */
  public static synchronized int free() {
    for (int tried = 0; tried < COUNT; tried++) {
      int port = FIRST + next;
      next = (next + 1) % COUNT;
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no port is free from " + FIRST + " on");
  }

  /**
   * A socket that is bound and does not listen. A child process holds for a moment what its parent
   * had open; were that a listening socket, the port's owner could not bind meanwhile.
   */
  private static boolean isFree(int port) {
    try (Socket socket = new Socket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
