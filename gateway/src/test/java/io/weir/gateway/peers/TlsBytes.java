package io.weir.gateway.peers;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A client of TLS that decides itself when it sends and reads the bytes on the wire, as no socket
 * of Java does. It trusts any server.
 */
public final class TlsBytes implements AutoCloseable {

  private static final int TIMEOUT_MS = 20_000;
  private static final int HEAD = 5;
  private static final int CHANGE_CIPHER_SPEC = 20;
  private static final int HANDSHAKE = 22;
  private static final int LONGEST_RECORD = 1 << 14;
  private static final int ROOM = 64 << 10;

  /** So that what is not read soon stays with the server. */
  private static final int RECEIVES = 4096;

  private static final int STEP = 200;
  private static final int STUCK_MS = 1500;

  private final Socket socket;
  private final SSLEngine engine;
  private final int mostOfARecord;
  private final ByteBuffer wrapped = ByteBuffer.allocate(ROOM);
  private final ByteBuffer plain = ByteBuffer.allocate(ROOM);

  private boolean isPlain = true;

  private TlsBytes(int port, String protocol, int mostOfARecord) throws Exception {
    this.mostOfARecord = mostOfARecord;
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    engine = context.createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {protocol});
    engine.setSSLParameters(parameters);
    socket = new Socket();
    socket.setReceiveBufferSize(RECEIVES);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
  }

  /** Connected, and with the handshake through. */
  public static TlsBytes connect(int port, String protocol) throws Exception {
    return connect(port, protocol, LONGEST_RECORD);
  }

  /**
   * The same, where each message of the handshake that is not encrypted comes in several records.
   *
   * @param mostOfARecord bytes of such a record
   */
  public static TlsBytes connect(int port, String protocol, int mostOfARecord) throws Exception {
    TlsBytes made = new TlsBytes(port, protocol, mostOfARecord);
    try {
      made.shakeHands();
    } catch (IOException e) {
      made.close();
      throw e;
    }
    return made;
  }

  /** Connected alone. */
  public static TlsBytes open(int port, String protocol) throws Exception {
    return new TlsBytes(port, protocol, LONGEST_RECORD);
  }

  /** What a client says first, in one record; nothing is sent. */
  public byte[] hello() throws SSLException {
    engine.beginHandshake();
    return wrap(ByteBuffer.allocate(0));
  }

  private void shakeHands() throws IOException {
    engine.beginHandshake();
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED) {
      switch (status) {
        case NEED_WRAP -> {
          byte[] record = wrap(ByteBuffer.allocate(0));
          isPlain &= record.length == 0 || record[0] != CHANGE_CIPHER_SPEC;
          send(inPieces(record));
        }
        case NEED_TASK -> engine.getDelegatedTask().run();
        default -> unwrap(record());
      }
      status = engine.getHandshakeStatus();
    }
  }

  private byte[] inPieces(byte[] record) {
    return isPlain && record.length > 0 && record[0] == HANDSHAKE
        ? inPieces(record, mostOfARecord)
        : record;
  }

  /** The same message in records of at most so many bytes. */
  public static byte[] inPieces(byte[] record, int mostOfARecord) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = HEAD; at < record.length; at += mostOfARecord) {
      int length = Math.min(mostOfARecord, record.length - at);
      all.write(record, 0, HEAD - 2);
      all.write(length >> 8);
      all.write(length);
      all.write(record, at, length);
    }
    return all.toByteArray();
  }

  /** What goes over the wire for these bytes; nothing is sent. */
  public byte[] wrap(ByteBuffer bytes) throws SSLException {
    wrapped.clear();
    engine.wrap(bytes, wrapped);
    return Arrays.copyOf(wrapped.array(), wrapped.position());
  }

  /** Records, each of which asks the server for new keys (RFC 8446, 4.6.3); nothing is sent. */
  public byte[] keyUpdates(int count) throws SSLException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      engine.beginHandshake();
      all.writeBytes(wrap(ByteBuffer.allocate(0)));
    }
    return all.toByteArray();
  }

  /**
   * Asks for new keys again and again, and reads nothing.
   *
   * @return whether the server stops reading before {@code most} of them
   */
  public boolean isLeftUnread(int most) throws InterruptedException {
    AtomicInteger asked = new AtomicInteger();
    Thread asking =
        new Thread(
            () -> {
              try {
                while (asked.get() < most) {
                  send(keyUpdates(STEP));
                  asked.addAndGet(STEP);
                }
              } catch (IOException e) {
                return; // the server has closed the connection
              }
            });
    asking.setDaemon(true);
    asking.start();
    int before = -1;
    while (asking.isAlive() && asked.get() > before) {
      before = asked.get();
      asking.join(STUCK_MS);
    }
    return asking.isAlive();
  }

  /** Bytes on the wire, whatever they are. */
  public void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  /** Bytes for the server. */
  public void write(byte[] bytes) throws IOException {
    send(wrap(ByteBuffer.wrap(bytes)));
  }

  /** What the next record with anything for the client holds. */
  public byte[] read() throws IOException {
    byte[] read = unwrap(record());
    while (read.length == 0) {
      read = unwrap(record());
    }
    return read;
  }

  /** The next record as it comes. */
  public byte[] record() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] head = in.readNBytes(HEAD);
    if (head.length < HEAD) {
      throw new EOFException("the server closed the connection");
    }
    int length = (head[3] & 0xff) << 8 | head[4] & 0xff;
    byte[] record = Arrays.copyOf(head, HEAD + length);
    if (in.readNBytes(record, HEAD, length) < length) {
      throw new EOFException("the server closed the connection");
    }
    return record;
  }

  private byte[] unwrap(byte[] record) throws IOException {
    ByteBuffer from = ByteBuffer.wrap(record);
    plain.clear();
    engine.unwrap(from, plain);
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      engine.getDelegatedTask().run();
    }
    return Arrays.copyOf(plain.array(), plain.position());
  }

  public Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static final class Anybody implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
