package io.weir.gateway.systemd;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The datagram socket of a service manager, as {@code sd_notify(3)} describes it. The JDK has no
 * Unix datagrams; Netty's native transport, which the HTTP server brings along, does. So the
 * datagram comes from this process itself, which systemd checks, and no program is started for it.
 * For any thread.
 */
final class NotifySocket implements AutoCloseable {

  /** Longer than any address of a Unix socket. */
  private static final int LONGEST_TEXT = 1024;

  private final byte[] address;
  private final Socket socket;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(LONGEST_TEXT);

  private NotifySocket(byte[] address, Socket socket) {
    this.address = address;
    this.socket = socket;
  }

  /**
   * @param name a path, or a name that begins with {@code @} and is in no file system
   * @throws IOException if this machine has no native transport of Netty
   */
  static NotifySocket open(String name) throws IOException {
    if (!Epoll.isAvailable()) {
      throw new IOException("Netty has no native transport here", Epoll.unavailabilityCause());
    }
    byte[] address = name.getBytes(StandardCharsets.UTF_8);
    if (name.startsWith("@")) {
      address[0] = 0;
    }
    return new NotifySocket(address, Socket.newSocketDomainDgram());
  }

  /**
   * Sends one datagram. Never waits.
   *
   * @param text assignments such as {@code READY=1}, one a line
   * @throws IOException if it was not taken
   */
  synchronized void send(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    buffer.clear().put(bytes, 0, Math.min(bytes.length, LONGEST_TEXT));
    if (socket.sendToDomainSocket(buffer, 0, buffer.position(), address) <= 0) {
      throw new IOException("its queue is full");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
