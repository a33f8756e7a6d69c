package io.weir.sim.load;

import io.weir.sim.mqtt.Publisher;
import io.weir.sim.plant.PlantLayout;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A load of distinct readings, published at a given rate, with an exact account of which of them
 * the broker acknowledged. {@link LoadReadings} describes the readings.
 */
public final class Load {

  /**
   * What to publish.
   *
   * @param count readings in total, up to 1,000,000,000
   * @param rate readings per second in total; 0: as fast as possible
   * @param publishers connections; at most one for each topic is used, so that topics keep their
   *     order
   * @param payloadBytes bytes of each payload
   * @param startTs epoch ms of the first reading of each topic; 0: chosen so that the last is now
   * @param window unacknowledged readings of each connection
   * @param patience how long to wait for a lost broker
   */
  public record Options(
      URI url,
      long count,
      int qos,
      long rate,
      int publishers,
      int topics,
      int payloadBytes,
      long startTs,
      String site,
      int window,
      Duration patience) {

    private static final int MOST_READINGS = 1_000_000_000;

    /** Payloads kept in memory at once. */
    private static final long MOST_BYTES = 256L << 20;

    public Options {
      // Checks the address, the QoS and the window.
      new Publisher.Options(url, qos, window, patience, note -> {});
      PlantLayout.requireSite(site);
      require(count >= 1 && count <= MOST_READINGS, "the count is 1 to 1,000,000,000", count);
      require(rate >= 0 && rate <= MOST_READINGS, "the rate is 0 to 1,000,000,000", rate);
      require(publishers >= 1 && publishers <= 64, "publishers are 1 to 64", publishers);
      require(topics >= 1 && topics <= 99_999, "topics are 1 to 99,999", topics);
      require(
          count * publishers <= 2L * MOST_READINGS,
          "the count times publishers is at most 2,000,000,000",
          count * publishers);
      int shortest = LoadReadings.shortestPayload();
      require(
          payloadBytes >= shortest && payloadBytes <= 8 << 20,
          "payload bytes are " + shortest + " to " + (8 << 20),
          payloadBytes);
      require(
          (long) payloadBytes * topics <= MOST_BYTES,
          "payload bytes times topics are at most " + MOST_BYTES,
          (long) payloadBytes * topics);
      require(
          (long) payloadBytes * window * publishers <= MOST_BYTES,
          "payload bytes times window times publishers are at most " + MOST_BYTES,
          (long) payloadBytes * window * publishers);
      require(
          startTs == 0
              || (startTs >= LoadReadings.FIRST_TS
                  && startTs + count / topics <= LoadReadings.LAST_TS),
          "the start is in epoch milliseconds of 13 digits",
          startTs);
    }

    private static void require(boolean holds, String rule, long value) {
      if (!holds) {
        throw new IllegalArgumentException(rule + ", not " + value);
      }
    }
  }

  /**
   * The result of a load.
   *
   * @param published readings handed to a connection
   * @param acknowledged readings the broker acknowledged; at QoS 0: readings sent
   * @param sequences the sequence numbers of the acknowledged readings, from 0
   */
  public record Result(long published, long acknowledged, BitSet sequences, Duration took) {

    /** Acknowledged readings per second. */
    public double rate() {
      return acknowledged / Math.max(1e-9, took.toNanos() / 1e9);
    }
  }

  /** The state of a running load, reported once a second. */
  public record Progress(long published, long acknowledged, Duration took) {}

  /** Waited beyond the patience, so that a publisher that gives up reports the reason itself. */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private final Options options;
  private final Consumer<Progress> progress;
  private final Consumer<String> notes;
  private final BooleanSupplier stop;

  /** Whether the reason of a failed connection was already noted. */
  private final AtomicBoolean failed = new AtomicBoolean();

  public Load(
      Options options, Consumer<Progress> progress, Consumer<String> notes, BooleanSupplier stop) {
    this.options = options;
    this.progress = progress;
    this.notes = notes;
    this.stop = stop;
  }

  /**
   * Publishes through two connections and waits for every acknowledgement. If the broker goes away,
   * waits for it up to a minute and sends the unacknowledged readings again.
   *
   * @param rate readings per second; 0: as fast as possible
   */
  public static Result run(String url, long count, int qos, int topics, long rate) {
    Options options =
        new Options(
            URI.create(url),
            count,
            qos,
            rate,
            2,
            topics,
            136,
            0,
            "plant-a",
            1_000,
            Duration.ofMinutes(1));
    return run(options);
  }

  public static Result run(Options options) {
    return new Load(options, unused -> {}, note -> {}, () -> false).run();
  }

  public Result run() {
    int connections = Math.min(options.publishers(), options.topics());
    long start = options.startTs();
    if (start == 0) {
      start = System.currentTimeMillis() - options.count() / options.topics();
    }
    LoadReadings readings =
        new LoadReadings(
            options.site(), options.topics(), options.payloadBytes(), start, options.qos());
    long startedAt = System.nanoTime();
    List<Worker> workers = new ArrayList<>();
    for (int index = 0; index < connections; index++) {
      workers.add(new Worker(readings, index, connections));
    }
    workers.forEach(Thread::start);
    for (Worker worker : workers) {
      while (worker.isAlive()) {
        join(worker);
        progress.accept(new Progress(published(workers), acknowledged(workers), since(startedAt)));
      }
    }
    Duration took = since(startedAt);
    // After this no event loop writes to the acknowledged numbers of a worker.
    workers.forEach(worker -> worker.publisher.close());
    BitSet sequences = new BitSet();
    workers.forEach(worker -> sequences.or(worker.acknowledged));
    return new Result(published(workers), sequences.cardinality(), sequences, took);
  }

  private static void join(Thread worker) {
    try {
      worker.join(1_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a load must not be interrupted", e);
    }
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static long published(List<Worker> workers) {
    return workers.stream().mapToLong(worker -> worker.publisher.published()).sum();
  }

  private static long acknowledged(List<Worker> workers) {
    return workers.stream().mapToLong(worker -> worker.publisher.acknowledged()).sum();
  }

  /**
   * Publishes the topics of one connection: of {@code workers} connections, those with the numbers
   * {@code index}, {@code index + workers} and so on.
   */
  private final class Worker extends Thread {

    private final LoadReadings readings;
    private final int index;
    private final int workers;
    private final Publisher publisher;

    /** Owned by the publisher's event loop until the publisher is closed. */
    private final BitSet acknowledged = new BitSet();

    Worker(LoadReadings readings, int index, int workers) {
      super("load-" + (index + 1));
      setDaemon(true);
      this.readings = readings;
      this.index = index;
      this.workers = workers;
      publisher =
          new Publisher(
              new Publisher.Options(
                  options.url(),
                  options.qos(),
                  options.window(),
                  options.patience(),
                  index == 0 ? notes : unused -> {}));
    }

    @Override
    public void run() {
      try {
        publish();
        awaitAcknowledgements();
      } catch (IOException e) {
        if (!failed.getAndSet(true)) {
          notes.accept(e.getMessage());
        }
      }
    }

    private void publish() throws IOException {
      long startedAt = System.nanoTime();
      int ownTopics = (options.topics() - index + workers - 1) / workers;
      double perNano = options.rate() * (double) ownTopics / options.topics() / 1e9;
      long done = 0;
      for (long round = 0; round < options.count(); round += options.topics()) {
        for (int topic = index; topic < options.topics(); topic += workers) {
          long sequence = round + topic;
          if (sequence >= options.count()) {
            return;
          }
          while (perNano > 0 && done > (System.nanoTime() - startedAt) * perNano) {
            LockSupport.parkNanos(500_000);
          }
          if (!publisher.publish(readings.packet(sequence, acknowledged::set), stop)
              || stop.getAsBoolean()) {
            return;
          }
          done++;
        }
      }
    }

    /**
     * Waits while acknowledgements arrive; gives up when none came for longer than the patience.
     */
    private void awaitAcknowledgements() throws IOException {
      long known = -1;
      while (publisher.acknowledged() > known) {
        known = publisher.acknowledged();
        if (publisher.drain(options.patience().plus(SETTLING))) {
          return;
        }
      }
    }
  }
}
