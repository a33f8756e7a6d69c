package io.weir.gateway.bench;

import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import io.weir.sim.load.Load;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** A {@link Carrier} between a broker and a store of its own, which waits for its next round. */
final class Running implements AutoCloseable {

  /**
   * What a round gave.
   *
   * @param perSecond messages, from the first one stored to the last
   * @param cpuMicros of the program alone, for a message
   * @param residentMb the most memory so far
   */
  record Round(double perSecond, double cpuMicros, long residentMb) {}

  /** Starts a store. */
  interface StoreStart {
    BenchStore in(Path home) throws IOException;
  }

  /** For so many messages, one point of something else at most. */
  private static final int MOST_OTHERS = 1_000;

  private final Carrier carrier;
  private final Mosquitto broker;
  private final BenchStore store;
  private final Peer process;
  private final LongSupplier stored;
  private long sent;

  private Running(Carrier carrier, Mosquitto broker, BenchStore store, Peer process) {
    this.carrier = carrier;
    this.broker = broker;
    this.store = store;
    this.process = process;
    this.stored = carrier.stored(process, store);
  }

  /** Starts all three. What fails ends the bench, and all that it started with it. */
  static Running started(Carrier carrier, StoreStart start, Path home)
      throws IOException, InterruptedException {
    Mosquitto broker = Mosquitto.started(home.resolve("mosquitto"), "log_type subscribe");
    BenchStore store = start.in(home.resolve("store"));
    Peer process = carrier.make(home.resolve("carrier"), broker, store);
    process.start();
    // What is published before it would go nowhere. The broker says who subscribes, and at which
    // QoS.
    while (!broker.output().contains(" 1 factory/")) {
      Thread.sleep(50);
    }
    return new Running(carrier, broker, store, process);
  }

  /** Until it is as fast as it gets. */
  void warmUp() throws Exception {
    carrier.warmUp(process, this::round);
  }

  /** Publishes so many messages, or its part of them, and waits until the store has them. */
  Round round(int messages) throws Exception {
    int count = messages / carrier.part;
    long atFirst = stored.getAsLong();
    CompletableFuture<Load.Result> load =
        CompletableFuture.supplyAsync(() -> Load.run(broker.url(), count, 1, Carrier.TOPICS, 0));
    long before = MeasuredGateway.await(stored, atFirst + 1);
    long first = System.nanoTime();
    long cpu = process.cpuNs();
    MeasuredGateway.await(stored, atFirst + count);
    double counted = atFirst + count - before;
    double seconds = (System.nanoTime() - first) / 1e9;
    double micros = (process.cpuNs() - cpu) / 1e3 / counted;
    load.get();
    sent += count;
    MeasuredGateway.await(store::distinct, sent); // what was counted may have been other points
    requireAll(stored.getAsLong());
    return new Round(counted / seconds, micros, process.highestResidentMb());
  }

  /** Many more taken than sent: messages came twice, and cost twice. */
  private void requireAll(long taken) {
    if (taken > sent + sent / MOST_OTHERS) {
      throw new IllegalStateException("of %,d messages %,d were taken".formatted(sent, taken));
    }
  }

  @Override
  public void close() {
    process.close();
    store.close();
    broker.close();
  }
}
