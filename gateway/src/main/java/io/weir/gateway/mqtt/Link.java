package io.weir.gateway.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.config.Secret;
import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.model.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker, with a clean session that ends with it. What is published is written
 * by the caller's thread; a thread of the link reads what comes, and asks the broker now and then
 * whether it is there. That thread never waits for a writer: a broker that reads nothing while it
 * answers would hold both.
 */
public final class Link implements AutoCloseable {

  /** What a link reports; on the thread that reads, so it must not wait. */
  public interface Events {

    /**
     * PUBACK of a message at QoS 1.
     *
     * @param code a reason code of MQTT 5; 0 with 3.1.1, which has none
     */
    default void acknowledged(int packetId, int code) {}

    /** A message of what is subscribed to. */
    default void received(String topic, byte[] payload, boolean retained) {}

    /** The connection is gone; comes once, also after {@link Link#close}. */
    void closed(String reason);
  }

  private static final int TICK_MS = 200;
  private static final int MOST_INBOUND = 8 << 20;
  private static final int INBOUND_AT_ONCE = 100;
  private static final int OUTPUT = 64 << 10;
  private static final int MOST_IDS = 0xFFFF;
  private static final int ANY_QOS = 2;
  private static final int CLOSING_MS = 1_000;

  private static final int SESSION_PRESENT = 1;
  private static final int RECEIVE_MAXIMUM = 0x21;
  private static final int MAXIMUM_QOS = 0x24;
  private static final int RETAIN_AVAILABLE = 0x25;
  private static final int MAXIMUM_PACKET_SIZE = 0x27;
  private static final int SERVER_KEEP_ALIVE = 0x13;
  private static final int REASON_STRING = 0x1F;

  private final Broker broker;
  private final Events events;

  /** Below TLS. */
  private final Socket raw;

  private final Socket socket;
  private final OutputStream out;
  private final ReentrantLock writing = new ReentrantLock();
  private final Queue<byte[]> urgent = new ConcurrentLinkedQueue<>();
  private final Set<Integer> idsInUse = ConcurrentHashMap.newKeySet();
  private final Map<Integer, CompletableFuture<int[]>> questions = new ConcurrentHashMap<>();
  private final AtomicInteger lastId = new AtomicInteger();
  private final AtomicReference<@Nullable String> gone = new AtomicReference<>();

  private byte[] buffer = new byte[16 << 10];
  private int from;
  private int to;

  private int receiveMaximum = MOST_IDS;
  private int mostQos = ANY_QOS;
  private boolean retains = true;
  private int maxPacketSize;
  private long keepAliveNs;

  private volatile long readAtNs;
  private volatile long wroteAtNs;

  /** Since when a write is under way, or 0. */
  private volatile long writingSinceNs;

  private final Object pings = new Object();
  private long pingsSent;
  private long pingsAnswered;
  private long firstUnansweredNs;

  private Link(Broker broker, Events events, Socket raw, Socket socket) throws IOException {
    this.broker = broker;
    this.events = events;
    this.raw = raw;
    this.socket = socket;
    this.out = new BufferedOutputStream(socket.getOutputStream(), OUTPUT);
    this.maxPacketSize = broker.maxPacketSize();
    this.keepAliveNs = broker.keepAlive().toNanos();
    long now = System.nanoTime();
    readAtNs = now;
    wroteAtNs = now;
  }

  /**
   * Connects, and waits for the CONNACK.
   *
   * @param will what the broker publishes if the connection is lost
   * @throws LinkException if the broker is not reached, or does not let us in
   */
  public static Link open(Broker broker, @Nullable Publication will, Events events)
      throws LinkException {
    Socket raw = new Socket();
    try {
      int limit = (int) broker.timeout().toMillis();
      raw.setTcpNoDelay(true);
      raw.connect(new InetSocketAddress(broker.url().getHost(), broker.url().getPort()), limit);
      raw.setSoTimeout(limit);
      Link link = new Link(broker, events, raw, broker.hasTls() ? secured(broker, raw) : raw);
      link.handshake(will);
      link.start();
      return link;
    } catch (LinkException e) {
      drop(raw);
      throw e;
    } catch (UnknownHostException e) {
      drop(raw);
      throw away(broker, "its host is not known", e);
    } catch (SSLException e) {
      drop(raw);
      throw new LinkException(
          LinkException.Kind.REFUSED,
          "no TLS with " + broker.url() + ": " + Failure.inWords(e) + hint(broker),
          e);
    } catch (IOException | IllegalArgumentException e) {
      drop(raw);
      throw away(broker, Failure.inWords(e) + hint(broker), e);
    }
  }

  /** A broker that misses our certificate may just close the connection. */
  private static String hint(Broker broker) {
    boolean withoutOwn = broker.tls() == null || broker.tls().cert() == null;
    return broker.hasTls() && withoutOwn
        ? "; if the broker asks for a certificate, set tls.cert and tls.key"
        : "";
  }

  private static LinkException away(Broker broker, String why, Exception cause) {
    return new LinkException(
        LinkException.Kind.AWAY, "no broker answers at " + broker.url() + ": " + why, cause);
  }

  private static Socket secured(Broker broker, Socket raw) throws IOException {
    TlsFiles files = broker.tls() == null ? new TlsFiles(null, null, null) : broker.tls();
    SSLSocket secured;
    try {
      secured =
          (SSLSocket)
              Tls.socketFactory(files)
                  .createSocket(raw, broker.url().getHost(), broker.url().getPort(), true);
    } catch (IOException e) { // a file; the socket is connected already
      throw new LinkException(LinkException.Kind.REFUSED, String.valueOf(e.getMessage()), e);
    }
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    secured.startHandshake();
    return secured;
  }

  private static void drop(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return; // it is gone already
    }
  }

  // ---- CONNECT and CONNACK

  private void handshake(@Nullable Publication will) throws IOException {
    out.write(connect(will));
    out.flush();
    Packet answer = next(false);
    if (answer.type() != Packet.CONNACK) {
      throw new IOException("it does not speak MQTT");
    }
    int flags = answer.oneByte();
    int code = answer.oneByte();
    if (!broker.isFive()) {
      if (code != 0) {
        throw new LinkException(
            Codes.oldKind(code), "the broker refuses the connection: " + Codes.oldWords(code));
      }
      return;
    }
    Map<Integer, Object> said = answer.hasMore() ? answer.properties() : Map.of();
    if (code >= Codes.FIRST_FAILURE) {
      throw new LinkException(
          Codes.kind(code), "the broker refuses the connection: " + inWords(code, said));
    }
    if ((flags & SESSION_PRESENT) != 0) {
      throw new IOException("the broker has a session where a clean one was asked for");
    }
    receiveMaximum = (int) number(said, RECEIVE_MAXIMUM, MOST_IDS);
    mostQos = (int) number(said, MAXIMUM_QOS, ANY_QOS);
    retains = number(said, RETAIN_AVAILABLE, 1) != 0;
    maxPacketSize = (int) Math.min(maxPacketSize, number(said, MAXIMUM_PACKET_SIZE, MOST_SIZE));
    long keepAlive = number(said, SERVER_KEEP_ALIVE, 0);
    if (keepAlive > 0) {
      keepAliveNs = Math.min(keepAliveNs, TimeUnit.SECONDS.toNanos(keepAlive));
    }
  }

  private static final long MOST_SIZE = Broker.LARGEST_PACKET;

  private static long number(Map<Integer, Object> said, int id, long otherwise) {
    return said.get(id) instanceof Long value ? value : otherwise;
  }

  private static String inWords(int code, Map<Integer, Object> said) {
    return Codes.words(code) + (said.get(REASON_STRING) instanceof String why ? ": " + why : "");
  }

  private byte[] connect(@Nullable Publication will) {
    Secret password = broker.password();
    String username = broker.username();
    int flags = 2; // a clean session
    if (will != null) {
      flags |= 4 | will.qos() << 3 | (will.retained() ? 0x20 : 0);
    }
    flags |= (password == null ? 0 : 0x40) | (username == null ? 0 : 0x80);
    PacketBytes body = new PacketBytes(256);
    body.text("MQTT").oneByte(broker.isFive() ? 5 : 4).oneByte(flags);
    body.twoBytes((int) broker.keepAlive().toSeconds());
    if (broker.isFive()) {
      PacketBytes asked = new PacketBytes(16);
      asked.oneByte(RECEIVE_MAXIMUM).twoBytes(INBOUND_AT_ONCE);
      asked.oneByte(MAXIMUM_PACKET_SIZE).fourBytes(MOST_INBOUND);
      body.number(asked.length()).bytes(asked.toBytes());
    }
    body.text(broker.clientId());
    if (will != null) {
      if (broker.isFive()) {
        body.number(0);
      }
      body.text(will.topic()).sized(will.payload());
    }
    if (username != null) {
      body.text(username);
    }
    if (password != null) {
      body.sized(password.value().getBytes(UTF_8));
    }
    return body.packet(0x10);
  }

  // ---- What the broker says of itself

  /** Messages at QoS 1 that may be without their PUBACK at once. */
  public int receiveMaximum() {
    return receiveMaximum;
  }

  /** Bytes of a packet at most. */
  public int maxPacketSize() {
    return maxPacketSize;
  }

  /** Whether it takes messages at QoS 1. */
  public boolean confirms() {
    return mostQos > 0;
  }

  /** Whether it keeps retained messages. */
  public boolean retains() {
    return retains;
  }

  /** Whether it is open, as far as is known. */
  public boolean isOpen() {
    return gone.get() == null;
  }

  // ---- What is sent

  /** An id that no message has which is under way. */
  public int takeId() {
    int id;
    do {
      id = lastId.updateAndGet(last -> last % MOST_IDS + 1);
    } while (!idsInUse.add(id));
    return id;
  }

  /** The message of this id is not sent after all. */
  public void giveBack(int packetId) {
    idsInUse.remove(packetId);
  }

  /**
   * The bytes of a message.
   *
   * @param packetId of {@link #takeId}, or 0 at QoS 0
   */
  public byte[] packet(Publication message, int packetId) {
    return message.packet(packetId, broker.isFive());
  }

  /** Sends what {@link #packet} made; it may stay in memory until {@link #flush}. */
  public void send(byte[] packet) throws LinkException {
    write(packet, false);
  }

  /** Gives all to the network. */
  public void flush() throws LinkException {
    write(new byte[0], true);
  }

  /**
   * SUBSCRIBE, and waits for the answer.
   *
   * @param qos 0 or 1
   * @return the codes, one for each filter
   */
  public int[] subscribe(Iterable<String> filters, int qos) throws LinkException {
    PacketBytes body = new PacketBytes(256);
    int id = takeId();
    body.twoBytes(id);
    if (broker.isFive()) {
      body.number(0);
    }
    for (String filter : filters) {
      body.text(filter).oneByte(qos);
    }
    return ask(id, body.packet(0x82), "a subscription");
  }

  /** UNSUBSCRIBE, and waits for the answer. */
  public void unsubscribe(Iterable<String> filters) throws LinkException {
    PacketBytes body = new PacketBytes(256);
    int id = takeId();
    body.twoBytes(id);
    if (broker.isFive()) {
      body.number(0);
    }
    for (String filter : filters) {
      body.text(filter);
    }
    ask(id, body.packet(0xA2), "the end of a subscription");
  }

  private int[] ask(int id, byte[] packet, String what) throws LinkException {
    CompletableFuture<int[]> answer = new CompletableFuture<>();
    questions.put(id, answer);
    try {
      write(packet, true);
      return answer.get(broker.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw unanswered(what, e);
    } catch (ExecutionException e) {
      throw new LinkException(LinkException.Kind.AWAY, reason(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException(LinkException.Kind.AWAY, "interrupted", e);
    } finally {
      questions.remove(id);
      idsInUse.remove(id);
    }
  }

  private LinkException unanswered(String what, @Nullable Exception cause) {
    Duration waited = broker.timeout();
    String why = "the broker did not answer %s for %d ms".formatted(what, waited.toMillis());
    end(why);
    LinkException failure = new LinkException(LinkException.Kind.AWAY, why);
    if (cause != null) {
      failure.initCause(cause);
    }
    return failure;
  }

  /**
   * Sends all, and waits until the broker has read it: it answers to what comes in its order, so a
   * PINGRESP says that all before it has arrived.
   */
  public void arrive() throws LinkException {
    long target = ping();
    long until = System.nanoTime() + broker.timeout().toNanos();
    synchronized (pings) {
      while (pingsAnswered < target && isOpen()) {
        long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
        if (left <= 0) {
          throw unanswered("a ping", null);
        }
        try {
          pings.wait(Math.min(left, TICK_MS));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new LinkException(LinkException.Kind.AWAY, "interrupted", e);
        }
      }
      if (pingsAnswered < target) {
        throw new LinkException(LinkException.Kind.AWAY, reason());
      }
    }
  }

  private static final byte[] PINGREQ = {(byte) 0xC0, 0};

  private long ping() throws LinkException {
    writing.lock();
    try {
      long target = notedPing();
      write(PINGREQ, true);
      return target;
    } finally {
      writing.unlock();
    }
  }

  private long notedPing() {
    synchronized (pings) {
      if (pingsSent == pingsAnswered) {
        firstUnansweredNs = System.nanoTime();
      }
      return ++pingsSent;
    }
  }

  private void write(byte[] packet, boolean flush) throws LinkException {
    writing.lock();
    try {
      if (!isOpen()) {
        throw new LinkException(LinkException.Kind.AWAY, reason());
      }
      writingSinceNs = System.nanoTime();
      out.write(packet);
      if (flush || !urgent.isEmpty()) {
        writeUrgent();
      }
    } catch (LinkException e) {
      throw e;
    } catch (IOException e) {
      end("the connection is lost: " + Failure.inWords(e));
      throw new LinkException(LinkException.Kind.AWAY, reason(), e);
    } finally {
      writingSinceNs = 0;
      writing.unlock();
    }
  }

  private void writeUrgent() throws IOException {
    byte[] next = urgent.poll();
    while (next != null) {
      out.write(next);
      next = urgent.poll();
    }
    out.flush();
    wroteAtNs = System.nanoTime();
  }

  /** Sends what is urgent, unless somebody writes, who then does. */
  private void tryUrgent() throws IOException {
    if (!urgent.isEmpty() && writing.tryLock()) {
      try {
        writeUrgent();
      } finally {
        writing.unlock();
      }
    }
  }

  // ---- What comes

  private void start() throws IOException {
    socket.setSoTimeout(TICK_MS);
    Thread reader = new Thread(this::read, "mqtt-out-" + broker.name());
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    try {
      while (isOpen()) {
        take(next(true));
        if (from == to) {
          tryUrgent();
        }
      }
    } catch (IOException e) {
      end("the connection is lost: " + Failure.inWords(e));
    } catch (RuntimeException | Error e) {
      end("a defect ended the connection: " + Failure.inWords(e));
      throw e;
    }
  }

  private void take(Packet packet) throws IOException {
    switch (packet.type()) {
      case Packet.PUBACK -> {
        int id = packet.twoBytes();
        int code = packet.hasMore() ? packet.oneByte() : 0;
        if (idsInUse.remove(id)) {
          events.acknowledged(id, code);
        }
      }
      case Packet.PUBLISH -> {
        String topic = packet.text();
        int id = packet.qos() == 0 ? 0 : packet.twoBytes();
        if (broker.isFive()) {
          packet.properties();
        }
        events.received(topic, packet.rest(), packet.isRetained());
        if (packet.qos() == 1) {
          urgent.add(new PacketBytes(4).twoBytes(id).packet(0x40));
        }
      }
      case Packet.SUBACK, Packet.UNSUBACK -> {
        CompletableFuture<int[]> answer = questions.get(packet.twoBytes());
        if (broker.isFive()) {
          packet.properties();
        }
        byte[] codes = packet.rest();
        int[] said = new int[codes.length];
        for (int i = 0; i < codes.length; i++) {
          said[i] = codes[i] & 0xFF;
        }
        if (answer != null) {
          answer.complete(said);
        }
      }
      case Packet.PINGRESP -> {
        synchronized (pings) {
          pingsAnswered = Math.min(pingsSent, pingsAnswered + 1);
          firstUnansweredNs = System.nanoTime();
          pings.notifyAll();
        }
      }
      case Packet.DISCONNECT -> {
        int code = packet.hasMore() ? packet.oneByte() : 0;
        Map<Integer, Object> said = packet.hasMore() ? packet.properties() : Map.of();
        end("the broker disconnected: " + inWords(code, said));
      }
      default -> throw new IOException("the broker sent a packet of type " + packet.type());
    }
  }

  /** The next packet. */
  private Packet next(boolean started) throws IOException {
    fill(2, started);
    int length = 0;
    int head = 1;
    int digit;
    do {
      fill(head + 1, started);
      digit = buffer[from + head] & 0xFF;
      length |= (digit & 0x7F) << 7 * (head - 1);
      head++;
    } while (digit >= 0x80 && head < 5);
    if (digit >= 0x80 || length > MOST_INBOUND) {
      throw new IOException("the broker sent a packet of %,d bytes".formatted(length));
    }
    fill(head + length, started);
    byte[] body = new byte[length];
    System.arraycopy(buffer, from + head, body, 0, length);
    int first = buffer[from] & 0xFF;
    from += head + length;
    return new Packet(first, body);
  }

  /**
   * Waits until so many bytes are there. The buffer grows with what has come, not with a length.
   */
  private void fill(int count, boolean started) throws IOException {
    while (to - from < count) {
      if (to == buffer.length) {
        int used = to - from;
        byte[] target = used > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
        System.arraycopy(buffer, from, target, 0, used);
        buffer = target;
        from = 0;
        to = used;
      }
      try {
        int read = socket.getInputStream().read(buffer, to, buffer.length - to);
        if (read < 0) {
          throw new IOException("the broker closed the connection without a reason");
        }
        readAtNs = System.nanoTime();
        to += read;
      } catch (java.net.SocketTimeoutException e) {
        if (!started) {
          throw new IOException("no answer for %d ms".formatted(broker.timeout().toMillis()), e);
        }
        tick();
      }
    }
  }

  /** Nothing came for a moment. */
  private void tick() throws IOException {
    long now = System.nanoTime();
    long limit = broker.timeout().toNanos();
    long since = writingSinceNs;
    if (since != 0 && now - since > limit && now - readAtNs > limit) {
      throw new IOException(
          "the broker read nothing for %d ms".formatted(broker.timeout().toMillis()));
    }
    boolean due = now - readAtNs > keepAliveNs / 2 || now - wroteAtNs > keepAliveNs / 2;
    synchronized (pings) {
      if (pingsSent > pingsAnswered) {
        if (now - firstUnansweredNs > limit && now - readAtNs > limit) {
          throw new IOException(
              "the broker did not answer a ping for %d ms".formatted(broker.timeout().toMillis()));
        }
        due = false;
      }
    }
    if (due && writing.tryLock()) {
      try {
        notedPing();
        urgent.add(PINGREQ);
        writeUrgent();
      } finally {
        writing.unlock();
      }
    }
    tryUrgent();
  }

  // ---- The end

  private String reason() {
    String why = gone.get();
    return why == null ? "the connection is gone" : why;
  }

  /** Ends the connection at once. The broker publishes the will. */
  public void end(String why) {
    if (!gone.compareAndSet(null, why)) {
      return;
    }
    drop(raw);
    questions.values().forEach(each -> each.completeExceptionally(new IOException(why)));
    synchronized (pings) {
      pings.notifyAll();
    }
    events.closed(why);
  }

  /** DISCONNECT: the broker drops the will. Waits a second at most for a write under way. */
  @Override
  public void close() {
    boolean locked = false;
    try {
      locked = writing.tryLock(CLOSING_MS, TimeUnit.MILLISECONDS);
      if (locked && isOpen()) {
        write(new byte[] {(byte) 0xE0, 0}, true);
      }
    } catch (LinkException e) {
      return; // it has ended
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (locked) {
        writing.unlock();
      }
      end("disconnected");
    }
  }
}
