package io.weir.gateway.peers;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP proxy that makes tunnels ({@code CONNECT}) for those who log in (Basic). */
public final class LoginProxy implements AutoCloseable {

  private static final int MOST_HEAD = 8192;

  private final ServerSocket server;
  private final String login;
  private final List<Closeable> open = new ArrayList<>();
  private final AtomicInteger tunnels = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  /** Listens on a free port. */
  public LoginProxy(String username, String password) throws IOException {
    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    login = "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString(pair);
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Tunnels that it made. */
  public int tunnels() {
    return tunnels.get();
  }

  /** How often it asked for a login. */
  public int refused() {
    return refused.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket from = server.accept();
        keep(from);
        daemon(() -> serve(from));
      } catch (IOException e) {
        // who connects sees it
      }
    }
  }

  private void serve(Socket from) {
    try {
      while (true) {
        String head = head(from.getInputStream());
        OutputStream out = from.getOutputStream();
        if (!head.startsWith("CONNECT ")) {
          out.write("HTTP/1.1 405 Only tunnels\r\nContent-Length: 0\r\n\r\n".getBytes());
          from.close();
          return;
        }
        if (!head.contains(login + "\r\n")) {
          refused.incrementAndGet();
          out.write(
              ("HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"plant\"\r\n"
                      + "Content-Length: 0\r\n\r\n")
                  .getBytes());
          continue;
        }
        String address = head.split(" ")[1];
        int colon = address.lastIndexOf(':');
        Socket to =
            new Socket(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        keep(to);
        tunnels.incrementAndGet();
        out.write("HTTP/1.1 200 There it is\r\n\r\n".getBytes());
        daemon(() -> pump(to, from));
        pump(from, to);
        return;
      }
    } catch (IOException e) {
      // who connects sees it
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0 || head.size() > MOST_HEAD) {
        throw new IOException("no head of a request");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // both ends see it
    }
  }

  private void keep(Closeable each) {
    synchronized (open) {
      open.add(each);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (open) {
      for (Closeable each : open) {
        each.close();
      }
    }
  }
}
