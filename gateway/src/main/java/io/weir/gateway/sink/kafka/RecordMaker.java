package io.weir.gateway.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.weir.gateway.log.Time;
import io.weir.gateway.model.Reason;
import io.weir.gateway.registry.RegistryConfig;
import io.weir.gateway.sink.StreamSink.Entry;
import io.weir.gateway.sink.Utf8Output;
import io.weir.gateway.sink.stream.Position;
import java.lang.reflect.UndeclaredThrowableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of one log's writes, on a thread of its own: while some are given to the
 * producer, the next are made. Else one thread would do both, and that is what limits the rate.
 */
final class RecordMaker implements AutoCloseable {

  /** Records made at once. */
  private static final int CHUNK = 250;

  private final KafkaConfig config;
  private final String log;
  private final Time time;
  private final EntryFormat format;
  private final Destination.Known destinations;
  private final @Nullable SchemaRegistry registry;
  private final Header gateway;
  private final Header formatName;
  private final ExecutorService thread;
  private final Utf8Output position = new Utf8Output();

  RecordMaker(KafkaConfig config, String log, Time time) {
    this.config = config;
    this.time = time;
    this.log = log;
    this.format = EntryFormat.of(config);
    this.destinations = new Destination.Known(config, log);
    this.gateway = new Shared("weir-gateway", config.gateway());
    RegistryConfig known = config.registry();
    this.registry = known == null ? null : new SchemaRegistry(known);
    this.formatName =
        new Shared(
            "weir-format",
            format.name() + (known == null ? "" : ";registry=" + known.api().word()));
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread made = new Thread(task, "records-" + config.name() + "-" + log);
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * An entry that is to be written.
   *
   * @param index place of the entry in the write
   * @param schema id of the schema of its topic; without a registry 0
   */
  record Planned(int index, Entry entry, Destination destination, int schema) {

    String topic() {
      return destination.topic();
    }
  }

  /** A header, which many records may share. */
  private record Shared(String key, byte[] value) implements Header {
    Shared(String key, String value) {
      this(key, value.getBytes(UTF_8));
    }
  }

  /** A record, and the place of its entry in the write. */
  record Made(int index, ProducerRecord<byte[], byte[]> content) {}

  /** Takes records in their order. */
  interface Taker {

    /** Returns whether more is wanted. */
    boolean take(Made record);
  }

  /**
   * Says where entries go. Asks the registry where a topic is new.
   *
   * @param stands whether an entry is written already
   * @param confirmations are told of those that can go nowhere
   */
  List<Planned> plan(
      List<? extends Entry> entries, Predicate<Entry> stands, Confirmations confirmations)
      throws SchemaRegistry.RegistryException {
    List<Planned> planned = new ArrayList<>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      if (stands.test(entry)) {
        continue;
      }
      Destination destination = destinations.of(entry.series());
      String fault = destination.fault();
      if (fault == null) {
        int schema = registry == null ? 0 : registry.idOf(destination.topic());
        planned.add(new Planned(i, entry, destination, schema));
      } else {
        confirmations.refuse(i, Reason.BAD_NAME, fault);
      }
    }
    return planned;
  }

  /**
   * Makes records and hands them over on the caller's thread, until it wants no more.
   *
   * @throws IllegalStateException if this is closed
   * @param confirmations are told of those that are too large
   */
  void make(List<Planned> planned, String incarnation, Confirmations confirmations, Taker taker)
      throws InterruptedException {
    Header its = new Shared("weir-incarnation", incarnation);
    Future<List<Made>> next = chunk(planned, 0, its, confirmations);
    for (int from = 0; from < planned.size(); from += CHUNK) {
      List<Made> made = get(next);
      next = chunk(planned, from + CHUNK, its, confirmations);
      for (Made each : made) {
        if (!taker.take(each)) {
          return;
        }
      }
    }
  }

  private static List<Made> get(Future<List<Made>> made) throws InterruptedException {
    try {
      return made.get();
    } catch (ExecutionException e) {
      throw new UndeclaredThrowableException(e.getCause(), "a record cannot be made");
    }
  }

  private Future<List<Made>> chunk(
      List<Planned> planned, int from, Header incarnation, Confirmations confirmations) {
    return submit(
        () -> {
          int to = Math.min(planned.size(), from + CHUNK);
          List<Made> made = new ArrayList<>(CHUNK);
          long now = time.wallNs();
          for (int i = from; i < to; i++) {
            add(planned.get(i), now, incarnation, confirmations, made);
          }
          return made;
        });
  }

  private <T> Future<T> submit(Callable<T> task) {
    try {
      return thread.submit(task);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the sink is closed", e);
    }
  }

  private void add(
      Planned planned, long now, Header incarnation, Confirmations confirmations, List<Made> made) {
    byte[] value = value(planned);
    if (value.length > config.maxMessageSize()) {
      String size = "the record has %,d bytes, more than max-message-size".formatted(value.length);
      confirmations.refuse(planned.index(), Reason.TOO_LARGE, size);
    } else {
      made.add(new Made(planned.index(), content(planned, value, now, incarnation)));
    }
  }

  /** With a registry, a zero and the id of the schema in four bytes stand in front. */
  private byte[] value(Planned planned) {
    byte[] value = format.value(planned.entry());
    return registry == null
        ? value
        : ByteBuffer.allocate(1 + Integer.BYTES + value.length)
            .put((byte) 0)
            .putInt(planned.schema())
            .put(value)
            .array();
  }

  private ProducerRecord<byte[], byte[]> content(
      Planned planned, byte[] value, long now, Header incarnation) {
    Entry entry = planned.entry();
    long timeNs =
        config.timestamp() == KafkaConfig.Timestamp.EVENT
            ? entry.timeNs()
            : Math.min(entry.receiveTimeNs(), now); // our clock may have gone back since
    ProducerRecord<byte[], byte[]> content =
        new ProducerRecord<>(
            planned.topic(),
            null,
            Math.max(0, Math.floorDiv(timeNs, 1_000_000L)),
            planned.destination().key(entry),
            value);
    Headers headers = content.headers();
    headers.add(gateway);
    headers.add(incarnation);
    headers.add(new Shared("weir-position", position(entry)));
    headers.add(formatName);
    return content;
  }

  /** As a {@link Position} behind the name of the log. */
  private byte[] position(Entry entry) {
    position.begin();
    position.text(log);
    position.ascii('/');
    position.whole(entry.offset());
    position.ascii('/');
    position.whole(entry.index());
    return position.copy();
  }

  /**
   * Lets the producer send what it was given, without waiting for more. Does not wait either: a
   * producer's own flush has no bound but that it is closed. What fails is said by the
   * confirmations.
   */
  void flush(Producer<byte[], byte[]> open) {
    submit(
        () -> {
          open.flush();
          return true;
        });
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
