package io.weir.gateway.mqtt;

import io.weir.gateway.config.Tls;
import io.weir.gateway.config.TlsFiles;
import io.weir.gateway.config.TlsReasons;
import io.weir.gateway.model.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
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
  private static final int OUTPUT = 64 << 10;
  private static final int CLOSING_MS = 1_000;
  private static final byte[] PINGREQ = {(byte) 0xC0, 0};
  private static final byte[] DISCONNECT = {(byte) 0xE0, 0};

  private final Broker broker;
  private final Events events;

  /** Below TLS. */
  private final Socket raw;

  private final Socket socket;
  private final PacketInput in;
  private final OutputStream out;
  private final BrokerLimits limits;
  private final ReentrantLock writing = new ReentrantLock();
  private final Queue<byte[]> urgent = new ConcurrentLinkedQueue<>();
  private final Set<Integer> idsInUse = ConcurrentHashMap.newKeySet();
  private final Map<Integer, CompletableFuture<int[]>> questions = new ConcurrentHashMap<>();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Pings pings = new Pings();
  private final AtomicReference<@Nullable String> gone = new AtomicReference<>();

  private volatile long wroteAtNs = System.nanoTime();

  /** Since when a write is under way, or 0. */
  private volatile long writingSinceNs;

  private Link(Broker broker, @Nullable Publication will, Events events, Socket raw, Socket socket)
      throws IOException {
    this.broker = broker;
    this.events = events;
    this.raw = raw;
    this.socket = socket;
    this.in = new PacketInput(socket.getInputStream());
    this.out = new BufferedOutputStream(socket.getOutputStream(), OUTPUT);
    this.limits = Handshake.perform(broker, will, in, out);
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
      Socket socket = broker.hasTls() ? secured(broker, raw) : raw;
      Link link = new Link(broker, will, events, raw, socket);
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
          "no connection to "
              + broker.url()
              + ": "
              + Failure.withoutClasses(TlsReasons.of(e, TlsReasons.Peer.BROKER))
              + (TlsReasons.isClosed(e) ? hint(broker) : ""),
          e);
    } catch (IOException | IllegalArgumentException e) {
      drop(raw);
      throw away(broker, Failure.inWords(e) + hint(broker), e);
    }
  }

  /** A broker that misses our certificate may just close the connection. */
  private static String hint(Broker broker) {
    boolean withoutOwn = broker.tls() == null || broker.tls().cert() == null;
    return broker.hasTls() && withoutOwn ? TlsReasons.ifAsked(TlsReasons.Peer.BROKER) : "";
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

  /** What the broker allows. */
  public BrokerLimits limits() {
    return limits;
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
      id = lastId.updateAndGet(last -> last % Packet.MOST_IDS + 1);
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
      throw unanswered(what);
    } catch (ExecutionException e) {
      throw new LinkException(LinkException.Kind.AWAY, reason(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } finally {
      questions.remove(id);
      idsInUse.remove(id);
    }
  }

  private LinkException unanswered(String what) {
    end("the broker did not answer %s for %d ms".formatted(what, broker.timeout().toMillis()));
    return new LinkException(LinkException.Kind.AWAY, reason());
  }

  private static LinkException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new LinkException(LinkException.Kind.AWAY, "interrupted", cause);
  }

  /**
   * Sends all, and waits until the broker has read it: it answers to what comes in its order, so a
   * PINGRESP says that all before it has arrived.
   */
  public void arrive() throws LinkException {
    try {
      if (!pings.await(ping(), broker.timeout().toNanos(), this::isOpen)) {
        throw unanswered("a ping");
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private long ping() throws LinkException {
    writing.lock();
    try {
      long number = pings.sent();
      write(PINGREQ, true);
      return number;
    } finally {
      writing.unlock();
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
        take(in.next(this::tick));
        if (in.isEmpty()) {
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
      case Packet.PINGRESP -> pings.answered();
      case Packet.DISCONNECT -> {
        int code = packet.hasMore() ? packet.oneByte() : 0;
        end("the broker disconnected: " + packet.propertiesIfAny().words(code));
      }
      default -> throw new IOException("the broker sent a packet of type " + packet.type());
    }
  }

  /** Nothing came for a moment. */
  private void tick() throws IOException {
    long now = System.nanoTime();
    long limit = broker.timeout().toNanos();
    long silence = now - in.readAtNs();
    long since = writingSinceNs;
    if (silence > limit && since != 0 && now - since > limit) {
      throw new IOException(
          "the broker read nothing for %d ms".formatted(broker.timeout().toMillis()));
    }
    long unanswered = pings.unansweredNs(now);
    if (silence > limit && unanswered > limit) {
      throw new IOException(
          "the broker did not answer a ping for %d ms".formatted(broker.timeout().toMillis()));
    }
    boolean isDue = Math.max(silence, now - wroteAtNs) > limits.keepAlive().toNanos() / 2;
    if (isDue && unanswered < 0 && writing.tryLock()) {
      try {
        pings.sent();
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
    pings.ended();
    events.closed(why);
  }

  /** DISCONNECT: the broker drops the will. Waits a second at most for a write under way. */
  @Override
  public void close() {
    boolean locked = false;
    try {
      locked = writing.tryLock(CLOSING_MS, TimeUnit.MILLISECONDS);
      if (locked && isOpen()) {
        write(DISCONNECT, true);
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
