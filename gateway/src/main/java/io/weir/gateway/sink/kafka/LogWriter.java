package io.weir.gateway.sink.kafka;

import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.kafka.RecordMaker.Planned;
import io.weir.gateway.sink.stream.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the entries of one log by a producer of its own. One write at a time; {@link #close} may
 * come from another thread meanwhile.
 *
 * <p>A write gives all its records to the producer and waits. Where one fails for another reason
 * than itself, or nothing is confirmed for too long, the producer is closed with what it still has,
 * and the next write makes another one. A broker takes the records of a producer in their order
 * only, and there is one request under way for each broker, so what is stored of a key is a
 * beginning of what was given, and writing all of it again leaves the first of each record in the
 * order of the log.
 */
final class LogWriter {

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  private final KafkaConfig config;
  private final SinkContext context;
  private final Time time;
  private final String log;
  private final RecordMaker maker;

  private volatile @Nullable Producer<byte[], byte[]> producer;
  private volatile boolean closed;

  /** Where each record is written once. */
  private @Nullable Committed committed;

  LogWriter(KafkaConfig config, SinkContext context, String log) {
    this.config = config;
    this.context = context;
    this.time = context.time();
    this.log = log;
    this.maker = new RecordMaker(config, log);
  }

  /**
   * Writes entries and waits for the confirmations.
   *
   * @param again whether they were written before, and are wanted once more
   */
  Answer write(List<? extends Entry> entries, boolean again) {
    Confirmations confirmations = new Confirmations(time);
    try {
      String incarnation = context.incarnation().id();
      Producer<byte[], byte[]> open = open(incarnation);
      List<Planned> records = maker.plan(entries, again ? null : committed, confirmations);
      Set<String> topics = topics(records);
      topics.forEach(open::partitionsFor); // else a topic that is not there is found halfway
      Answer answer =
          config.transactional()
              ? inTransaction(open, entries, records, incarnation, topics, again, confirmations)
              : sent(open, records, incarnation, topics, confirmations);
      return remembered(answer, entries);
    } catch (SchemaRegistry.RegistryException e) { // nothing of this write is given to the producer
      return remembered(e.answer(), entries);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      discard();
      return new Answer.Down("interrupted");
    } catch (InterruptException e) { // it has set the flag of the thread
      discard();
      return new Answer.Down("interrupted");
    } catch (IOException | KafkaException | IllegalStateException e) {
      discard();
      Throwable first = confirmations.failure(); // the others follow from it
      return remembered(failed(first == null ? e : first, confirmations), entries);
    } catch (RuntimeException e) { // a defect: the next write begins anew
      discard();
      throw e;
    }
  }

  private static Set<String> topics(List<Planned> records) {
    Set<String> topics = new TreeSet<>();
    String last = "";
    for (Planned each : records) {
      String topic = each.topic();
      if (!topic.equals(last)) {
        topics.add(topic);
        last = topic;
      }
    }
    return topics;
  }

  private Answer remembered(Answer answer, List<? extends Entry> entries) {
    Committed known = committed;
    if (known != null && answer instanceof Answer.Refused some) {
      some.refused().forEach(each -> known.refuse(Position.of(entries.get(each.index()))));
    }
    return answer;
  }

  private Answer sent(
      Producer<byte[], byte[]> open,
      List<Planned> records,
      String incarnation,
      Set<String> topics,
      Confirmations confirmations)
      throws InterruptedException {
    send(open, records, incarnation, confirmations);
    if (!confirmations.await(() -> patienceNs(open))) {
      return unconfirmed(open, topics);
    }
    Throwable failure = confirmations.failure();
    if (failure != null) {
      discard();
      return failed(failure, confirmations);
    }
    return othersStored(confirmations);
  }

  private Answer inTransaction(
      Producer<byte[], byte[]> open,
      List<? extends Entry> entries,
      List<Planned> records,
      String incarnation,
      Set<String> topics,
      boolean again,
      Confirmations confirmations)
      throws InterruptedException {
    Committed known = Objects.requireNonNull(committed, "known since the producer is open");
    Answer answer = othersStored(confirmations);
    if (records.isEmpty()) {
      return answer;
    }
    remembered(answer, entries); // before it is stored how far all is done
    int before = confirmations.refused().size();
    open.beginTransaction();
    send(open, records, incarnation, confirmations);
    if (!confirmations.await(() -> patienceNs(open))) {
      return unconfirmed(open, topics);
    }
    Throwable failure = confirmations.failure();
    if (failure != null || confirmations.refused().size() > before) {
      discard(); // the next producer ends the transaction, which nobody has read
      return failed(
          failure == null ? new KafkaException("a record is refused") : failure, confirmations);
    }
    Position last = records.get(records.size() - 1).position();
    if (!again) {
      open.sendOffsetsToTransaction(
          Map.of(
              new TopicPartition(records.get(0).topic(), 0),
              new OffsetAndMetadata(known.offset(), known.upTo(last))),
          new ConsumerGroupMetadata(ClientSettings.groupOf(config, log)));
    }
    open.commitTransaction();
    if (!again) {
      known.committed(last);
    }
    return answer;
  }

  private static Answer othersStored(Confirmations confirmations) {
    List<Answer.RefusedLine> refused = confirmations.refused();
    return refused.isEmpty()
        ? new Answer.Stored()
        : new Answer.Refused(true, refused, refused.get(0).detail());
  }

  private void send(
      Producer<byte[], byte[]> open,
      List<Planned> records,
      String incarnation,
      Confirmations confirmations)
      throws InterruptedException {
    maker.make(
        records,
        incarnation,
        confirmations,
        each -> {
          if (confirmations.failure() != null) {
            return false;
          }
          confirmations.given();
          open.send(
              each.content(),
              (metadata, problem) -> {
                if (confirmations.done(each.index(), problem)) {
                  open.close(Duration.ZERO); // before the producer sends what follows
                }
              });
          return true;
        });
    maker.flush(open);
  }

  /** A broker that delays us for a quota confirms nothing meanwhile, and is well. */
  private long patienceNs(Producer<byte[], byte[]> open) {
    return config.timeout().toNanos()
        + TimeUnit.MILLISECONDS.toNanos((long) Math.ceil(throttledMs(open)));
  }

  private static double throttledMs(Producer<byte[], byte[]> open) {
    for (Metric each : open.metrics().values()) {
      if (each.metricName().name().equals("produce-throttle-time-max")
          && each.metricValue() instanceof Double ms
          && ms > 0) { // NaN where there is none
        return ms;
      }
    }
    return 0;
  }

  private Answer unconfirmed(Producer<byte[], byte[]> open, Set<String> topics) {
    double throttled = throttledMs(open);
    discard();
    if (closed) {
      return new Answer.Down("the sink is closed");
    }
    return throttled > 0
        ? new Answer.Busy(null, "the brokers delay what we write, for a quota")
        : new ClusterQuestions(config).whyNothingIsConfirmed(topics, config.timeout().toMillis());
  }

  /** What is refused is set aside now; the others are written again without it. */
  private Answer failed(Throwable failure, Confirmations confirmations) {
    List<Answer.RefusedLine> refused = confirmations.refused();
    if (!refused.isEmpty()) {
      return new Answer.Refused(false, refused, refused.get(0).detail());
    }
    if (closed) {
      return new Answer.Down("the sink is closed");
    }
    if (failure instanceof org.apache.kafka.common.errors.TimeoutException
        && Failures.answer(failure) instanceof Answer.Down) {
      return new ClusterQuestions(config)
          .whyNothingIsConfirmed(Set.of(), config.timeout().toMillis());
    }
    LOG.debug("Sink {} failed to write", config.name(), failure);
    return Failures.answer(failure);
  }

  // ---- The producer

  private Producer<byte[], byte[]> open(String incarnation) throws IOException {
    Producer<byte[], byte[]> open = producer;
    if (open != null) {
      return open;
    }
    if (closed) {
      throw new IllegalStateException("the sink is closed");
    }
    open =
        new KafkaProducer<>(
            ClientSettings.producer(config, log),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer = open;
    if (closed) { // meanwhile, without having seen it
      discard();
      throw new IllegalStateException("the sink is closed");
    }
    if (config.transactional()) {
      open.initTransactions(); // ends one that was under way
      Committed known = committed == null ? new Committed(incarnation) : committed;
      new ClusterQuestions(config)
          .committed(ClientSettings.groupOf(config, log))
          .values()
          .forEach(each -> known.learn(each == null ? null : each.metadata()));
      committed = known;
    }
    return open;
  }

  private void discard() {
    Producer<byte[], byte[]> open = producer;
    producer = null;
    if (open != null) {
      open.close(Duration.ZERO);
    }
  }

  /** What is not confirmed stays in the log. */
  void close() {
    closed = true;
    maker.close();
    Producer<byte[], byte[]> open = producer;
    if (open != null) {
      open.close(Duration.ZERO);
    }
  }
}
