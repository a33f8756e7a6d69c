package io.weir.gateway.sink.mqtt;

import io.weir.gateway.log.AtomicFile;
import io.weir.gateway.model.Failure;
import io.weir.gateway.model.Reason;
import io.weir.gateway.mqtt.Codes;
import io.weir.gateway.mqtt.Link;
import io.weir.gateway.mqtt.LinkException;
import io.weir.gateway.mqtt.Publication;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.tahu.protobuf.SparkplugBProto.DataType;
import org.eclipse.tahu.protobuf.SparkplugBProto.Payload;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An edge node of Sparkplug B (3.0): the gateway is the node, each asset a device, each field a
 * metric. What the host must know first, it is told before the data: NBIRTH at each connection, a
 * DBIRTH of each device, and of one again that has got a metric.
 *
 * <p>Sparkplug demands QoS 0. After each write the broker is asked for a PINGRESP: it has read then
 * what came before. So what a broken connection has swallowed is sent again by the drain.
 *
 * <p>While a primary host is not online nothing is published. What the gateway received before the
 * birth is sent as historical.
 *
 * <p>One lock for all logs, since they share the sequence of the node. A thread of its own, {@code
 * edge-<sink>}, answers to the host and connects again; it begins with the first write.
 */
final class EdgeNode implements StreamSink {

  private static final Logger LOG = LoggerFactory.getLogger(EdgeNode.class);

  private static final String REBIRTH = "Node Control/Rebirth";
  private static final int SEQUENCE = 256;
  private static final Duration ASK_AGAIN = Duration.ofSeconds(2);
  private static final long CONNECT_AGAIN_S = 5;

  private final MqttSinkConfig config;
  private final MqttSinkConfig.Edge edge;
  private final SinkContext context;
  private final BirthSequence births;
  private final EdgeMetrics metrics = new EdgeMetrics();
  private final @Nullable HostSeen host;
  private final ScheduledThreadPoolExecutor thread;

  /** What came and is not dealt with yet; the thread of the link adds to it. */
  private final Queue<Message> heard = new ConcurrentLinkedQueue<>();

  private @Nullable Link link;
  private int birthNumber;

  /** Whether the node is born on the connection. */
  private boolean born;

  private long bornAtNs;
  private int next;
  private boolean begun;
  private boolean closed;

  /** Opens nothing yet. */
  EdgeNode(MqttSinkConfig config, MqttSinkConfig.Edge edge, SinkContext context) {
    this.config = config;
    this.edge = edge;
    this.context = context;
    this.births =
        new BirthSequence(
            new AtomicFile(
                context.files(), context.dataDir().resolve("sparkplug-" + config.name())));
    String named = edge.primaryHost();
    this.host = named == null ? null : new HostSeen(named);
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread made = new Thread(task, "edge-" + config.name());
              made.setDaemon(true);
              return made;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Dialect dialect() {
    return new Dialect(config.precision(), true, false);
  }

  @Override
  public boolean confirms() {
    return false;
  }

  @Override
  public Answer write(String log, List<? extends Entry> entries) {
    return write(entries, false);
  }

  /** What is asked for again is of the past. */
  @Override
  public Answer writeAgain(String log, List<? extends Entry> entries) {
    return write(entries, true);
  }

  private synchronized Answer write(List<? extends Entry> entries, boolean again) {
    try {
      Link open = link();
      if (!born) {
        return waiting();
      }
      List<Answer.RefusedLine> refused = new ArrayList<>();
      for (int i = 0; i < entries.size(); i++) {
        Answer.RefusedLine line = send(open, i, entries.get(i), again);
        if (line != null) {
          refused.add(line);
        }
      }
      open.arrive();
      if (host != null && !host.isOnline()) { // it went while this was on its way
        return waiting();
      }
      return refused.isEmpty()
          ? new Answer.Stored()
          : new Answer.Refused(true, refused, refused.get(0).detail());
    } catch (LinkException e) {
      return Answers.of(e);
    } catch (IOException e) {
      return new Answer.Down(Failure.inWords(e));
    }
  }

  private Answer waiting() {
    return new Answer.Busy(ASK_AGAIN, "the primary host " + edge.primaryHost() + " is not online");
  }

  /** Sends one entry; what says why it cannot be sent, or {@code null}. */
  private Answer.@Nullable RefusedLine send(Link open, int index, Entry entry, boolean again)
      throws LinkException {
    EdgeMetrics.Device device = metrics.deviceOf(entry);
    metrics.alive(device, context.time().elapsedNs());
    if (!device.born) {
      birth(open, device);
    }
    boolean historical = again || entry.receiveTimeNs() < bornAtNs;
    Payload.Builder data = metrics.data(device, entry, historical);
    byte[] packet = packet(open, edge.topic("DDATA") + "/" + device.id, data);
    if (packet.length > open.limits().maxPacketSize()) {
      return new Answer.RefusedLine(
          index,
          Reason.TOO_LARGE,
          "the packet has %,d bytes, and the broker takes at most %,d"
              .formatted(packet.length, open.limits().maxPacketSize()));
    }
    next = (next + 1) % SEQUENCE;
    open.send(packet);
    if (!again) {
      metrics.sent(device, entry);
    }
    return null;
  }

  // ---- Births and deaths

  /** A connection, on which the node is born unless its host is away. */
  private Link link() throws IOException {
    Link open = link;
    if (open != null && open.isOpen()) {
      return open;
    }
    if (closed) {
      throw new LinkException(LinkException.Kind.AWAY, "the sink is closed");
    }
    begin();
    born = false;
    if (host != null) {
      host.forget();
    }
    birthNumber = births.next();
    Publication will =
        new Publication(edge.topic("NDEATH"), death().build().toByteArray(), 1, false);
    open = Link.open(config.broker(), will, new Heard());
    link = open;
    List<String> filters = new ArrayList<>();
    filters.add(edge.topic("NCMD"));
    filters.add(edge.topic("DCMD") + "/#");
    if (edge.primaryHost() != null) {
      filters.addAll(HostSeen.topics(edge.primaryHost()));
    }
    int[] codes = open.subscribe(filters, 1);
    for (int i = 0; i < codes.length && i < filters.size(); i++) {
      if (codes[i] >= Codes.FIRST_FAILURE) {
        open.close();
        throw new LinkException(
            LinkException.Kind.REFUSED,
            "the broker refuses the subscription to "
                + filters.get(i)
                + ": "
                + Codes.words(codes[i]));
      }
    }
    open.arrive(); // and with it what the broker keeps of the host
    drainHeard();
    if (!born && (host == null || host.isOnline())) {
      births(open);
    }
    if (born) {
      open.arrive();
    }
    return open;
  }

  private Payload.Builder death() {
    return Payload.newBuilder()
        .setTimestamp(nowMs())
        .addMetrics(
            Payload.Metric.newBuilder()
                .setName("bdSeq")
                .setTimestamp(nowMs())
                .setDatatype(DataType.Int64_VALUE)
                .setLongValue(birthNumber));
  }

  /** NBIRTH, and the DBIRTH of each device that is known. */
  private void births(Link open) throws LinkException {
    next = 0;
    metrics.forgetBirths();
    Payload.Builder node =
        death()
            .addMetrics(
                Payload.Metric.newBuilder()
                    .setName(REBIRTH)
                    .setTimestamp(nowMs())
                    .setDatatype(DataType.Boolean_VALUE)
                    .setBooleanValue(false));
    publish(open, edge.topic("NBIRTH"), node);
    if (!born) {
      born = true;
      bornAtNs = context.time().wallNs();
    }
    for (EdgeMetrics.Device device : metrics.devices()) {
      birth(open, device);
    }
  }

  private void birth(Link open, EdgeMetrics.Device device) throws LinkException {
    publish(open, edge.topic("DBIRTH") + "/" + device.id, metrics.birth(device, nowMs()));
    device.born = true;
  }

  /** DDEATH of each device that has said nothing for too long. */
  private void sayWhoDied(Link open) throws LinkException {
    Duration limit = edge.deviceTimeout();
    if (limit == null) {
      return;
    }
    for (EdgeMetrics.Device device : metrics.died(context.time().elapsedNs() - limit.toNanos())) {
      publish(open, edge.topic("DDEATH") + "/" + device.id, Payload.newBuilder());
    }
    open.flush();
  }

  private void publish(Link open, String topic, Payload.Builder payload) throws LinkException {
    byte[] packet = packet(open, topic, payload);
    if (packet.length > open.limits().maxPacketSize()) {
      throw new LinkException(
          LinkException.Kind.REFUSED,
          "what is said on %s has %,d bytes, and the broker takes at most %,d"
              .formatted(topic, packet.length, open.limits().maxPacketSize()));
    }
    next = (next + 1) % SEQUENCE;
    open.send(packet);
  }

  private byte[] packet(Link open, String topic, Payload.Builder payload) {
    if (!payload.hasTimestamp()) {
      payload.setTimestamp(nowMs());
    }
    byte[] bytes = payload.setSeq(next).build().toByteArray();
    return open.packet(new Publication(topic, bytes, 0, false), 0);
  }

  private long nowMs() {
    return TimeUnit.NANOSECONDS.toMillis(context.time().wallNs());
  }

  /** NDEATH, then DISCONNECT, which drops the will. */
  private void die(Link open) {
    try {
      if (born && open.isOpen()) {
        Publication death =
            new Publication(edge.topic("NDEATH"), death().build().toByteArray(), 0, false);
        open.send(open.packet(death, 0));
      }
    } catch (LinkException e) {
      LOG.debug("Sink {}: {}", config.name(), e.reason());
    }
    born = false;
    open.close();
  }

  // ---- What comes from the host, on the thread of the node

  private record Message(String topic, byte[] payload) {}

  private final class Heard implements Link.Events {

    @Override
    public void received(String topic, byte[] payload, boolean retained) {
      heard.add(new Message(topic, payload));
      later(EdgeNode.this::hear, 0);
    }

    @Override
    public void closed(String reason) {
      LOG.debug("Sink {}: {}", config.name(), reason);
    }
  }

  private void later(Runnable task, long seconds) {
    try {
      thread.schedule(task, seconds, TimeUnit.SECONDS);
    } catch (RejectedExecutionException e) {
      return; // the sink is closed
    }
  }

  /** Begins to look after the connection while nothing is written. */
  private void begin() {
    if (!begun) {
      begun = true;
      thread.scheduleWithFixedDelay(
          this::lookAfter, CONNECT_AGAIN_S, CONNECT_AGAIN_S, TimeUnit.SECONDS);
    }
  }

  private synchronized void lookAfter() {
    try {
      if (!closed) {
        Link open = link();
        if (born) {
          sayWhoDied(open);
        }
      }
    } catch (IOException | RuntimeException e) { // the next write, or the next look, says why
      LOG.debug("Sink {}: {}", config.name(), Failure.inWords(e));
    }
  }

  private synchronized void hear() {
    try {
      drainHeard();
    } catch (LinkException | RuntimeException e) {
      LOG.warn("Sink {}: what its host said had no effect: {}", config.name(), e.toString());
    }
  }

  private void drainHeard() throws LinkException {
    Message message = heard.poll();
    while (message != null) {
      take(message);
      message = heard.poll();
    }
  }

  private void take(Message message) throws LinkException {
    Link open = link;
    if (open == null || !open.isOpen()) {
      return;
    }
    if (host != null && host.isOf(message.topic())) {
      host.says(message.payload());
      if (host.isOnline() && !born) {
        births(open);
        open.flush();
      } else if (!host.isOnline() && born) {
        LOG.warn("Sink {}: the primary host {} is offline", config.name(), edge.primaryHost());
        die(open);
      }
    } else if (born && message.topic().equals(edge.topic("NCMD")) && asksForBirth(message)) {
      births(open);
      open.flush();
    }
  }

  private boolean asksForBirth(Message message) {
    try {
      return Payload.parseFrom(message.payload()).getMetricsList().stream()
          .anyMatch(each -> each.getName().equals(REBIRTH) && each.getBooleanValue());
    } catch (IOException e) {
      LOG.warn("Sink {}: a command cannot be read: {}", config.name(), Failure.inWords(e));
      return false;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
    synchronized (this) {
      closed = true;
      Link open = link;
      if (open != null) {
        die(open);
      }
    }
  }
}
