package io.weir.gateway.source.listener.conformance;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/** One connection: sends bytes, and says where something else comes back than it expects. */
final class Client implements AutoCloseable {

  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private final int version;
  private final Duration patience;
  private final Socket socket = new Socket();
  private final InputStream in;
  private String sent = "nothing";

  Client(int port, int version, Duration patience) throws IOException {
    this.version = version;
    this.patience = patience;
    int limitMs = Math.toIntExact(patience.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), limitMs);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(limitMs);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** Also where the server has closed meanwhile: what it sent before that is still to be read. */
  void send(byte[] bytes) throws IOException {
    sent = HEX.formatHex(bytes);
    try {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      sent += " (which failed: " + e.getMessage() + ")";
    }
  }

  void expect(String meaning) throws Unexpected, IOException {
    Optional<Packet> came = next(meaning);
    if (came.isEmpty()) {
      throw new Unexpected(after() + "expected " + meaning + ", and the server closed", false);
    }
    if (!came.get().meaning().equals(meaning)) {
      throw new Unexpected(after() + "expected " + meaning + ", came " + came.get(), false);
    }
  }

  void expectClosed() throws Unexpected, IOException {
    Optional<Packet> came = next("that the server closes");
    if (came.isPresent()) {
      throw new Unexpected(after() + "the server was to close, came " + came.get(), false);
    }
  }

  /** Empty where the connection has ended. */
  private Optional<Packet> next(String expected) throws Unexpected, IOException {
    try {
      return Packet.read(in, version);
    } catch (SocketTimeoutException e) {
      throw new Unexpected(
          after() + "expected " + expected + ", and nothing came in " + patience, true);
    } catch (EOFException e) {
      throw new Unexpected(after() + "expected " + expected + ", came " + e.getMessage(), false);
    } catch (SocketException reset) {
      // Closed, with something unread.
      return Optional.empty();
    }
  }

  private String after() {
    return "after " + sent + ": ";
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What came other than expected. */
  static final class Unexpected extends Exception {

    private static final long serialVersionUID = 1;

    private final boolean silence;

    private Unexpected(String message, boolean silence) {
      super(message);
      this.silence = silence;
    }

    /** Nothing came at all, after the longest wait. */
    boolean isSilence() {
      return silence;
    }
  }
}
