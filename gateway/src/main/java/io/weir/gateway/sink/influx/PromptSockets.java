package io.weir.gateway.sink.influx;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that send at once (TCP_NODELAY) and read no more than the limit. OkHttp leaves Nagle's
 * algorithm on, and the last part of a body may then wait for the store's delayed acknowledgement,
 * some 40 ms. It also writes a body in pieces of 8 KiB, each a call of the system that wakes the
 * store; here they are put together until it flushes, which it does at the end of a request.
 */
final class PromptSockets extends SocketFactory {

  private final WireLimit limit;

  PromptSockets(WireLimit limit) {
    this.limit = limit;
  }

  @Override
  public Socket createSocket() throws IOException {
    Socket socket = new LimitedSocket(limit);
    socket.setTcpNoDelay(true);
    return socket;
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress from, int fromPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connected(new InetSocketAddress(host, port), null);
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
      throws IOException {
    return connected(new InetSocketAddress(host, port), new InetSocketAddress(from, fromPort));
  }

  private Socket connected(InetSocketAddress to, @Nullable InetSocketAddress from)
      throws IOException {
    Socket socket = createSocket();
    try {
      if (from != null) {
        socket.bind(from);
      }
      socket.connect(to);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  private static final class LimitedSocket extends Socket {

    private static final int SENT_AT_ONCE = 64 << 10;

    private final WireLimit limit;
    private @Nullable OutputStream out; // guarded by this

    LimitedSocket(WireLimit limit) {
      this.limit = limit;
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return limit.limit(super.getInputStream());
    }

    @Override
    public synchronized OutputStream getOutputStream() throws IOException {
      if (out == null) {
        out = new BufferedOutputStream(super.getOutputStream(), SENT_AT_ONCE);
      }
      return out;
    }
  }
}
