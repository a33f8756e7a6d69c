package io.weir.gateway.source.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/**
 * A TCP proxy on loopback that can cut the line, hold it, or fall silent with the line still up.
 */
final class Proxy implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean silent;
  private final Semaphore open = new Semaphore(1);

  Proxy(int target) throws IOException {
    this.target = target;
    daemon(this::accept);
  }

  String url() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  /** Swallows all bytes of the connections there are; new connections work. */
  void silenceOpenConnections() {
    silent = true;
    sockets.clear();
  }

  /** Lets new connections wait for an answer until {@link #release}. */
  void hold() throws InterruptedException {
    open.acquire();
  }

  void release() {
    open.release();
  }

  /** Resets every connection. */
  void cut() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.acquire();
        open.release();
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
        silent = false;
        sockets.add(client);
        sockets.add(broker);
        daemon(() -> pump(client, broker));
        daemon(() -> pump(broker, client));
      }
    } catch (IOException | InterruptedException e) {
      // closed
    }
  }

  private void pump(Socket from, Socket to) {
    byte[] buffer = new byte[8192];
    try {
      for (int n = from.getInputStream().read(buffer);
          n >= 0;
          n = from.getInputStream().read(buffer)) {
        if (sockets.contains(from) && !silent) {
          to.getOutputStream().write(buffer, 0, n);
        }
      }
      if (sockets.contains(from)) {
        to.close();
      }
    } catch (IOException e) {
      // cut
    }
  }

  private static void daemon(Runnable run) {
    Thread thread = new Thread(run, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
