package io.weir.gateway.sink.mqtt;

import io.weir.gateway.model.Reason;
import io.weir.gateway.mqtt.Link;
import io.weir.gateway.mqtt.LinkException;
import io.weir.gateway.mqtt.Publication;
import io.weir.gateway.sink.Row;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.stream.JsonFormat;
import io.weir.gateway.sink.stream.Position;
import io.weir.gateway.sink.stream.TopicTemplate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Writes the entries of one log. It sends the messages in their order, as many at once as the
 * broker takes, and waits for each PUBACK.
 *
 * <p>Where a write fails, what the broker has acknowledged is not sent again with it: of each topic
 * the first messages, up to one that it has not. Behind that one all are, so that a topic gets its
 * messages in order, each perhaps again behind the first.
 */
final class LogWriter {

  /** A connection to write on. */
  interface Lines {
    Line get() throws LinkException;
  }

  private final MqttSinkConfig config;
  private final SinkContext context;
  private final String log;
  private final Lines lines;
  private final LastValues lastValues;
  private final JsonFormat format;
  private final TopicTemplate template;
  private final boolean byMetric;
  private final KnownTopics topics;

  /** What the broker has of the write that failed last. */
  private Set<Message.Key> done = Set.of();

  LogWriter(
      MqttSinkConfig config, SinkContext context, String log, Lines lines, LastValues lastValues) {
    this.config = config;
    this.context = context;
    this.log = log;
    this.lines = lines;
    this.lastValues = lastValues;
    this.format = new JsonFormat(config.gateway());
    this.template = config.topicOf(log);
    this.byMetric = template.has("metric");
    this.topics = new KnownTopics(config, log);
  }

  /** One write at a time. */
  synchronized Answer write(List<? extends Entry> entries)
      throws IOException, InterruptedException {
    String incarnation = context.incarnation().id();
    Line line = lines.get();
    Refusals refusals = new Refusals();
    List<Message> messages = messages(entries, refusals);
    if (config.retained()) {
      Set<String> named = new LinkedHashSet<>();
      messages.forEach(each -> named.add(each.topic()));
      lastValues.learn(line.link(), named);
    }
    Exchange exchange = new Exchange(messages, context.time());
    send(line, messages, exchange, refusals, incarnation);
    if (!exchange.awaitBelow(1, config.broker().timeout().toNanos())) {
      unconfirmed(line, exchange);
    }
    return answer(messages, exchange, refusals);
  }

  private void unconfirmed(Line line, Exchange exchange) {
    String why = "the broker confirmed nothing for " + config.broker().timeout().toMillis() + " ms";
    line.link().end(why);
    exchange.fail(new Answer.Down(why));
  }

  private void send(
      Line line, List<Message> messages, Exchange exchange, Refusals refusals, String incarnation)
      throws InterruptedException {
    Link link = line.link();
    try {
      for (int i = 0; i < messages.size() && exchange.failure() == null; i++) {
        Message message = messages.get(i);
        if (refusals.has(message.entry())) {
          continue;
        }
        if (!line.window().tryAcquire()) {
          link.flush();
          if (!room(line)) {
            unconfirmed(line, exchange);
            return;
          }
        }
        boolean retained =
            config.retained() && lastValues.isNewest(message.topic(), message.timeNs());
        Publication publication =
            Namespace.publication(message, retained, properties(message, incarnation));
        int id = link.takeId();
        byte[] packet = link.packet(publication, id);
        if (packet.length > link.limits().maxPacketSize()) {
          String size =
              "the packet has %,d bytes, and the broker takes at most %,d"
                  .formatted(packet.length, link.limits().maxPacketSize());
          refusals.add(message.entry(), Reason.TOO_LARGE, size);
          link.giveBack(id);
          line.window().release();
          continue;
        }
        line.answered().expect(id, exchange, i);
        exchange.sent();
        link.send(packet);
      }
      link.flush();
    } catch (LinkException e) {
      exchange.fail(Answers.of(e));
    }
  }

  /** Waits for a place in the window, which the other log uses too. */
  private boolean room(Line line) throws InterruptedException {
    long patienceNs = config.broker().timeout().toNanos();
    return line.window().tryAcquire(patienceNs, java.util.concurrent.TimeUnit.NANOSECONDS);
  }

  private Answer answer(List<Message> messages, Exchange exchange, Refusals refusals) {
    for (int i = 0; i < messages.size(); i++) {
      int code = exchange.code(i);
      Reason reason = Answers.ofMessage(code);
      if (reason != null) {
        refusals.add(
            messages.get(i).entry(),
            reason,
            "the broker: " + io.weir.gateway.mqtt.Codes.words(code));
      }
    }
    Answer failure = exchange.failure();
    done = failure == null ? Set.of() : acknowledged(messages, exchange, refusals);
    List<Answer.RefusedLine> refused = refusals.all();
    if (refused.isEmpty()) {
      return failure == null ? new Answer.Stored() : failure;
    }
    return new Answer.Refused(failure == null, refused, refused.get(0).detail());
  }

  /** Of each topic the first messages, up to one that the broker has not acknowledged. */
  private Set<Message.Key> acknowledged(
      List<Message> messages, Exchange exchange, Refusals refusals) {
    Set<Message.Key> acknowledged = new HashSet<>(done);
    Set<String> broken = new HashSet<>();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      int code = exchange.code(i);
      if (code >= 0 && code < io.weir.gateway.mqtt.Codes.FIRST_FAILURE) {
        if (!broken.contains(message.topic())) {
          acknowledged.add(message.key());
        }
      } else if (!refusals.has(message.entry())) {
        broken.add(message.topic());
      }
    }
    return acknowledged;
  }

  // ---- The messages

  private List<Message> messages(List<? extends Entry> entries, Refusals refusals) {
    List<Message> messages = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      List<Row.Field> fields = entry.row().fields();
      if (byMetric) {
        for (int part = 0; part < fields.size(); part++) {
          Row.Field field = fields.get(part);
          String topic = topics.of(entry.series(), field.key());
          add(messages, refusals, i, entry, part, topic, List.of(field));
        }
      } else {
        add(messages, refusals, i, entry, 0, topics.of(entry.series(), ""), fields);
      }
    }
    return messages;
  }

  private void add(
      List<Message> messages,
      Refusals refusals,
      int index,
      Entry entry,
      int part,
      String topic,
      List<Row.Field> fields) {
    Position position = Position.of(entry);
    if (!done.isEmpty() && done.contains(new Message.Key(position, part))) {
      return;
    }
    String fault = Publication.fault(topic);
    if (fault != null) {
      refusals.add(index, Reason.BAD_NAME, fault);
      return;
    }
    byte[] payload = format.value(entry, fields);
    messages.add(new Message(index, position, part, topic, payload, entry.row().timeNs()));
  }

  private List<String> properties(Message message, String incarnation) {
    return config.broker().isFive()
        ? List.of(
            "weir-gateway",
            config.gateway(),
            "weir-sink",
            config.name(),
            "weir-incarnation",
            incarnation,
            "weir-position",
            log + "/" + message.position() + (byMetric ? "/" + message.part() : ""),
            "weir-format",
            JsonFormat.NAME)
        : List.of();
  }

  /** Entries that are refused, the first reason of each. */
  private static final class Refusals {

    private final TreeMap<Integer, Answer.RefusedLine> byEntry = new TreeMap<>();

    void add(int entry, Reason reason, String detail) {
      byEntry.putIfAbsent(entry, new Answer.RefusedLine(entry, reason, detail));
    }

    boolean has(int entry) {
      return byEntry.containsKey(entry);
    }

    List<Answer.RefusedLine> all() {
      return List.copyOf(byEntry.values());
    }
  }
}
