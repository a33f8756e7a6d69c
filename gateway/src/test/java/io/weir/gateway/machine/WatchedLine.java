package io.weir.gateway.machine;

import io.weir.peers.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The line between two programs, as a proxy on loopback that can be cut, frozen or slow, and that
 * shows a witness what passes. A connection that is frozen stays up and moves no byte.
 */
public final class WatchedLine implements AutoCloseable {

  /** Sees the bytes of one connection, those of a direction in order. */
  public interface Witness {

    Witness NONE =
        new Witness() {
          @Override
          public void fromServer(byte[] bytes, int count) {}

          @Override
          public void fromClient(byte[] bytes, int count) {}
        };

    /** Called before the client gets them. */
    void fromServer(byte[] bytes, int count);

    /** Called before the server gets them. */
    void fromClient(byte[] bytes, int count);
  }

  private enum Direction {
    FROM_SERVER,
    FROM_CLIENT
  }

  private static final int UNLIMITED = 8192;
  private static final int SLICE_MS = 20;

  private final ServerSocket server;
  private final int target;
  private final Supplier<Witness> witnesses;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean frozen;
  private volatile boolean cut;

  /** Bytes in a slice of time. */
  private volatile int pace = UNLIMITED;

  /**
   * @param target port of the server
   * @param witnesses makes one for each connection
   */
  public WatchedLine(int target, Supplier<Witness> witnesses) throws IOException {
    this.target = target;
    this.witnesses = witnesses;
    server = new ServerSocket(Ports.free(), 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** No byte moves until {@link #heal}; new connections are accepted and say nothing. */
  void freeze() {
    frozen = true;
  }

  void slow(int bytesPerSecond) {
    pace = Math.max(1, bytesPerSecond * SLICE_MS / 1000);
  }

  /** Ends every connection, and each new one at once, until {@link #heal}. */
  public void cut() {
    cut = true;
    sockets.forEach(WatchedLine::end);
    sockets.clear();
  }

  public void heal() {
    frozen = false;
    cut = false;
    pace = UNLIMITED;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        if (cut) {
          end(client);
        } else {
          connect(client);
        }
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void connect(Socket client) {
    Socket behind;
    try {
      behind = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException serverIsAway) {
      end(client);
      return;
    }
    Witness witness = witnesses.get();
    sockets.add(client);
    sockets.add(behind);
    daemon(() -> pump(client, behind, Direction.FROM_CLIENT, witness));
    daemon(() -> pump(behind, client, Direction.FROM_SERVER, witness));
  }

  private void pump(Socket from, Socket to, Direction direction, Witness witness) {
    byte[] buffer = new byte[UNLIMITED];
    try {
      while (true) {
        while (frozen) {
          sleep();
        }
        int limit = pace;
        int n = from.getInputStream().read(buffer, 0, limit);
        if (n < 0) {
          break;
        }
        while (frozen) {
          sleep();
        }
        if (direction == Direction.FROM_SERVER) {
          witness.fromServer(buffer, n);
        } else {
          witness.fromClient(buffer, n);
        }
        to.getOutputStream().write(buffer, 0, n);
        if (limit < UNLIMITED) {
          sleep();
        }
      }
    } catch (IOException e) {
      // One of the two ended, or the line was cut; the other end must see it too.
    }
    end(from);
    end(to);
    sockets.remove(from);
    sockets.remove(to);
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(SLICE_MS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a line must not be interrupted", e);
    }
  }

  private static void daemon(Runnable run) {
    Thread thread = new Thread(run, "line");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    frozen = false;
  }
}
