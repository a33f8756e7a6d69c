package io.weir.gateway.sink.kafka;

import io.weir.gateway.log.Time;
import io.weir.gateway.sink.Begun;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.kafka.RecordMaker.Made;
import io.weir.gateway.sink.kafka.RecordMaker.Planned;
import io.weir.gateway.sink.stream.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the entries of one log by a producer of its own. One write is handed over at a time, and
 * may be behind one that waits for confirmations; {@link #close} may come from another thread
 * meanwhile.
 *
 * <p>A write gives all its records to the producer and waits. Where one fails for another reason
 * than itself, or nothing is confirmed for too long, the producer is closed with what it still has.
 * A write behind it is given to the same producer, or to none; the next one makes another. A broker
 * takes the records of a producer in their order only, and there is one request under way for each
 * broker, so what is stored of a key is a beginning of what was given, and what is confirmed is a
 * beginning of that. Writing all of it again but what is {@link Confirmed} leaves the first of each
 * record in the order of the log.
 */
final class LogWriter {

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  private final KafkaConfig config;
  private final SinkContext context;
  private final Time time;
  private final String log;
  private final RecordMaker maker;
  private final BrokerClock brokerClock;

  private final AtomicReference<@Nullable Opened> producer = new AtomicReference<>();
  private volatile boolean closed;

  /** Topics that we had no right to write to. Each attempt would fill the others with repeats. */
  private volatile Set<String> denied = Set.of();

  /** Where each record is written once. */
  private @Nullable Committed committed;

  /** Where it is not: what is confirmed of writes that failed. */
  private final Confirmed confirmed = new Confirmed();

  LogWriter(KafkaConfig config, SinkContext context, String log) {
    this.config = config;
    this.context = context;
    this.time = context.time();
    this.log = log;
    this.maker = new RecordMaker(config, log, time);
    this.brokerClock = new BrokerClock(config, log, time);
  }

  /**
   * A producer.
   *
   * @param failed the write whose failure closed it: the others failed by that
   * @param newest the write that was given to it last
   */
  private record Opened(
      Producer<byte[], byte[]> client,
      AtomicReference<@Nullable Confirmations> failed,
      AtomicReference<@Nullable Confirmations> newest) {

    void close(Confirmations because) {
      failed.compareAndSet(null, because);
      client.close(Duration.ZERO);
    }
  }

  /** A part of a write; returns the answer, or {@code null} where there is none yet. */
  private interface Part {
    @Nullable Answer done()
        throws IOException, InterruptedException, SchemaRegistry.RegistryException;
  }

  /** A write. It is handed over on one thread, and another may wait for its answer. */
  private final class Given implements Begun {
    private final List<? extends Entry> entries;
    private final boolean again;
    private final Confirmations confirmations;

    /** {@code null} once the answer is known: each would keep all that were before it else. */
    private @Nullable Given behind;

    private @Nullable Opened opened;
    private Set<String> topics = Set.of();
    private boolean isGiving;
    private boolean isGiven;

    /** Where it is not given as a whole. */
    private @Nullable Answer answer;

    Given(List<? extends Entry> entries, boolean again, @Nullable Given behind) {
      this.entries = entries;
      this.again = again;
      this.behind = behind;
      this.confirmations = new Confirmations(time, entries.size());
    }

    @Override
    public @Nullable Answer answer() {
      Opened by = opened;
      try {
        return isGiven && by != null ? tried(this, () -> confirmed(by, this)) : answer;
      } finally {
        behind = null;
      }
    }
  }

  /** Writes entries and waits for the answer, with no other write under way. */
  Answer write(List<? extends Entry> entries, boolean again) {
    Answer answer = begin(entries, again, null).answer();
    return answer == null ? new Answer.Down("another write has failed") : answer;
  }

  /**
   * Gives entries to the producer.
   *
   * @param again whether they were written before, and are wanted once more
   * @param behind the write before, of {@link #begin}, whose answer is not known yet, or {@code
   *     null}
   */
  Begun begin(List<? extends Entry> entries, boolean again, @Nullable Begun behind) {
    Given given = new Given(entries, again, (Given) behind);
    given.answer = tried(given, () -> give(given));
    return given;
  }

  private @Nullable Answer give(Given given)
      throws IOException, InterruptedException, SchemaRegistry.RegistryException {
    String incarnation = context.incarnation().id();
    if (given.behind != null && !given.behind.isGiven) {
      return null; // what is to be before it is not given, or only in part
    }
    Opened open =
        given.behind == null ? open(incarnation) : Objects.requireNonNull(given.behind.opened);
    given.opened = open;
    if (!given.again) {
      confirmed.forgetBefore((given.behind == null ? given : given.behind).entries.get(0));
    }
    List<Planned> records =
        maker.plan(given.entries, given.again ? entry -> false : standing(), given.confirmations);
    given.topics = topics(records);
    given.topics.forEach(open.client()::partitionsFor); // else one is found missing halfway
    if (!Collections.disjoint(denied, given.topics)) {
      Answer answer = new ClusterQuestions(config).wouldTake(denied);
      if (!(answer instanceof Answer.Stored)) {
        return answer;
      }
      denied = Set.of();
    }
    given.isGiving = true;
    open.newest().set(given.confirmations);
    if (config.transactional()) {
      return inTransaction(open, given, records, incarnation);
    }
    send(open, records, incarnation, given.confirmations);
    given.isGiven = true;
    return null;
  }

  /** The entries that are in their topics already. */
  private Predicate<Entry> standing() {
    Committed known = committed;
    if (known != null) {
      return entry -> known.holds(Position.of(entry));
    }
    return confirmed.isEmpty() ? entry -> false : confirmed::holds;
  }

  /** The drain will give a write again: only what of it is not confirmed is written then. */
  private void remember(Given given) {
    if (!config.transactional() && !given.again) { // what a transaction did not commit is not there
      given.confirmations.awaitEnd();
      confirmed.add(given.entries, given.confirmations);
    }
  }

  /** Does a part of a write, and says what its failure means. */
  private @Nullable Answer tried(Given given, Part part) {
    try {
      return remembered(part.done(), given.entries);
    } catch (SchemaRegistry.RegistryException e) { // nothing of this write is given to the producer
      return remembered(e.answer(), given.entries);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      discard(given);
      return new Answer.Down("interrupted");
    } catch (InterruptException e) { // it has set the flag of the thread
      discard(given);
      return new Answer.Down("interrupted");
    } catch (IOException | KafkaException | IllegalStateException e) {
      discard(given);
      Throwable first = given.confirmations.failure(); // the others follow from it
      return remembered(failed(first == null ? e : first, given), given.entries);
    } catch (RuntimeException e) { // a defect: the next write begins anew
      discard(given);
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

  private @Nullable Answer remembered(@Nullable Answer answer, List<? extends Entry> entries) {
    Committed known = committed;
    if (known != null && answer instanceof Answer.Refused some) {
      some.refused().forEach(each -> known.refuse(Position.of(entries.get(each.index()))));
    }
    return answer;
  }

  private @Nullable Answer confirmed(Opened open, Given given) throws InterruptedException {
    Confirmations confirmations = given.confirmations;
    boolean counts = true;
    if (given.behind != null) { // the brokers confirm that one first
      Confirmations first = given.behind.confirmations;
      counts = first.await(() -> patienceNs(open)) && first.failure() == null;
      confirmations.waitFromNow();
    }
    if (!confirmations.await(() -> patienceNs(open))) {
      return unconfirmed(open, given);
    }
    Throwable failure = confirmations.failure();
    if (failure != null) {
      discard(given);
      return failed(failure, given);
    }
    if (!counts) {
      remember(given);
    }
    return stored(given);
  }

  private @Nullable Answer inTransaction(
      Opened opened, Given given, List<Planned> records, String incarnation)
      throws InterruptedException {
    Confirmations confirmations = given.confirmations;
    Producer<byte[], byte[]> open = opened.client();
    Committed known = Objects.requireNonNull(committed, "known since the producer is open");
    Answer answer = stored(given);
    if (records.isEmpty()) {
      return answer;
    }
    remembered(answer, given.entries); // before it is stored how far all is done
    int before = confirmations.refused().size();
    open.beginTransaction();
    send(opened, records, incarnation, confirmations);
    maker.flush(open);
    if (!confirmations.await(() -> patienceNs(opened))) {
      return unconfirmed(opened, given);
    }
    Throwable failure = confirmations.failure();
    if (failure != null || confirmations.refused().size() > before) {
      discard(given); // the next producer ends the transaction, which nobody has read
      return failed(failure == null ? new KafkaException("a record is refused") : failure, given);
    }
    Position last = Position.of(records.get(records.size() - 1).entry());
    if (!given.again) {
      open.sendOffsetsToTransaction(
          Map.of(
              new TopicPartition(records.get(0).topic(), 0),
              new OffsetAndMetadata(known.offset(), known.upTo(last))),
          new ConsumerGroupMetadata(ClientSettings.groupOf(config, log)));
    }
    open.commitTransaction();
    if (!given.again) {
      known.committed(last);
    }
    return answer;
  }

  /** All is stored that is not refused. */
  private Answer stored(Given given) {
    List<Answer.RefusedLine> refused = given.confirmations.refused();
    return refused.isEmpty() ? new Answer.Stored() : refused(true, refused, given);
  }

  /** What is refused is set aside, unless it is for a clock: then all waits until that is right. */
  private Answer refused(boolean othersStored, List<Answer.RefusedLine> refused, Given given) {
    String clocks = brokerClock.differs(refused, given.entries);
    if (!clocks.isEmpty()) {
      remember(given);
      return new Answer.Misconfigured(clocks);
    }
    return new Answer.Refused(othersStored, refused, refused.get(0).detail());
  }

  private void send(
      Opened open, List<Planned> records, String incarnation, Confirmations confirmations)
      throws InterruptedException {
    Giver giver = new Giver(open, confirmations);
    try {
      maker.make(records, incarnation, confirmations, giver);
    } finally {
      confirmations.given(giver.given);
    }
  }

  /** Gives records to a producer, and counts them. */
  private static final class Giver implements RecordMaker.Taker {

    /** It looks as often whether the write has failed; the producer takes nothing more then. */
    private static final int LOOK_EVERY = 64;

    private final Opened open;
    private final Confirmations confirmations;
    private int given;

    Giver(Opened open, Confirmations confirmations) {
      this.open = open;
      this.confirmations = confirmations;
    }

    @Override
    public boolean take(Made record) {
      if (given % LOOK_EVERY == 0 && confirmations.failure() != null) {
        return false;
      }
      int index = record.index(); // the record itself is not kept until it is confirmed
      open.client()
          .send(
              record.content(),
              (metadata, problem) -> {
                if (confirmations.done(index, problem)) {
                  open.close(confirmations); // before the producer sends what follows
                }
              });
      given++; // not where it was not taken
      return true;
    }
  }

  /** A broker that delays us for a quota confirms nothing meanwhile, and is well. */
  private long patienceNs(Opened open) {
    return config.timeout().toNanos()
        + TimeUnit.MILLISECONDS.toNanos((long) Math.ceil(throttledMs(open.client())));
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

  private Answer unconfirmed(Opened open, Given given) {
    double throttled = throttledMs(open.client());
    discard(given);
    if (closed) {
      return new Answer.Down("the sink is closed");
    }
    return throttled > 0
        ? new Answer.Busy(null, "the brokers delay what we write, for a quota")
        : new ClusterQuestions(config)
            .whyNothingIsConfirmed(given.topics, config.timeout().toMillis());
  }

  /**
   * What is refused is set aside now; the others are written again without it.
   *
   * @return {@code null} where the write failed by what was refused of another
   */
  private @Nullable Answer failed(Throwable itsFailure, Given given) {
    Throwable failure = itsFailure;
    given.confirmations.awaitEnd();
    List<Answer.RefusedLine> refused = given.confirmations.refused();
    if (!refused.isEmpty()) {
      return refused(false, refused, given);
    }
    if (closed) {
      return new Answer.Down("the sink is closed");
    }
    Opened open = given.opened;
    if (open != null
        && (isRefused(open.failed(), given)
            || (given.isGiving && isRefused(open.newest(), given)))) { // what is behind it, if any
      return null;
    }
    Confirmations first = open == null ? null : open.failed().get();
    if (first != null && first.failure() != null) {
      failure = first.failure();
    }
    if (failure instanceof org.apache.kafka.common.errors.TimeoutException
        && Failures.answer(failure) instanceof Answer.Down) {
      return new ClusterQuestions(config)
          .whyNothingIsConfirmed(Set.of(), config.timeout().toMillis());
    }
    LOG.debug("Sink {} failed to write", config.name(), failure);
    if (Failures.cause(failure) instanceof TopicAuthorizationException topics) {
      denied = Set.copyOf(topics.unauthorizedTopics());
    }
    return Failures.answer(failure);
  }

  /**
   * Whether something of another write is refused. The brokers refuse all that is in a batch of
   * theirs with it, be it of the write before or behind.
   */
  private static boolean isRefused(AtomicReference<@Nullable Confirmations> other, Given given) {
    Confirmations of = other.get();
    if (of == null || of == given.confirmations) {
      return false;
    }
    of.awaitEnd();
    return !of.refused().isEmpty();
  }

  // ---- The producer

  private Opened open(String incarnation) throws IOException {
    Opened open = producer.get();
    if (open != null) {
      return open;
    }
    if (closed) {
      throw new IllegalStateException("the sink is closed");
    }
    open =
        new Opened(
            new KafkaProducer<>(
                ClientSettings.producer(config, log),
                new ByteArraySerializer(),
                new ByteArraySerializer()),
            new AtomicReference<>(),
            new AtomicReference<>());
    producer.set(open);
    try {
      begin(open.client(), incarnation);
      return open;
    } catch (RuntimeException e) {
      producer.set(null);
      open.client().close(Duration.ZERO);
      throw e;
    }
  }

  private void begin(Producer<byte[], byte[]> open, String incarnation) {
    if (closed) { // meanwhile, without having seen it
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
  }

  /** Closes the producer of a write, unless that has given it nothing and another has. */
  private void discard(Given given) {
    Opened open = given.opened;
    if (open != null && (given.isGiving || given.behind == null)) {
      producer.compareAndSet(open, null);
      open.close(given.confirmations);
      remember(given);
    }
  }

  /** What is not confirmed stays in the log. */
  void close() {
    closed = true;
    maker.close();
    Opened open = producer.get();
    if (open != null) {
      open.client().close(Duration.ZERO);
    }
  }
}
