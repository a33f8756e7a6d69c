package io.weir.gateway.bench;

import io.weir.gateway.peers.Brought;
import io.weir.gateway.peers.InfluxDb;
import io.weir.gateway.peers.NodeRed;
import io.weir.gateway.peers.Telegraf;
import io.weir.peers.Mosquitto;
import io.weir.peers.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongSupplier;

/** A program that subscribes at QoS 1 and carries what comes into a store. */
enum Carrier {
  WEIR {
    @Override
    Peer make(Path home, Mosquitto broker, BenchStore store) throws IOException {
      return MeasuredGateway.subscribedTo(
          home, broker.url(), store.sink(), TOPICS, MeasuredGateway.SMALL_HEAP);
    }

    @Override
    void warmUp(Peer process, MeasuredGateway.Load load) throws Exception {
      ((MeasuredGateway) process).warmUp("Weir", load);
    }

    /** Its figures are points too, so it is asked itself. */
    @Override
    LongSupplier stored(Peer process, BenchStore store) {
      return ((MeasuredGateway) process)::storedLines;
    }

    @Override
    Optional<String> missing() {
      return Optional.empty();
    }
  },

  TELEGRAF(50_000, 1) {
    @Override
    Peer make(Path home, Mosquitto broker, BenchStore store) throws IOException {
      return new Telegraf(home, broker.url(), store.output(), Telegraf.Buffer.MEMORY);
    }

    @Override
    Optional<String> missing() {
      return Brought.telegraf().missing();
    }
  },

  /** It syncs each message by itself. */
  TELEGRAF_DISK(5_000, 8) {
    @Override
    Peer make(Path home, Mosquitto broker, BenchStore store) throws IOException {
      return new Telegraf(home, broker.url(), store.output(), Telegraf.Buffer.DISK);
    }

    @Override
    Optional<String> missing() {
      return Brought.telegraf().missing();
    }
  },

  /** Its node is told of an InfluxDB 1 here. */
  NODE_RED(50_000, 1) {
    @Override
    Peer make(Path home, Mosquitto broker, BenchStore store) throws IOException {
      return new NodeRed(home, broker, (InfluxDb) store.server());
    }

    @Override
    Optional<String> missing() {
      return Brought.nodeRed().missing();
    }
  };

  static final int TOPICS = 100;

  /** Messages after which it is as fast as it gets. */
  private final int warmUp;

  /** Of the messages of a round it gets only this part, so that no round takes minutes. */
  final int part;

  /** One that knows itself when it is warm. */
  Carrier() {
    this(0, 1);
  }

  Carrier(int warmUp, int part) {
    this.warmUp = warmUp;
    this.part = part;
  }

  /** Not started yet. */
  abstract Peer make(Path home, Mosquitto broker, BenchStore store) throws IOException;

  /** Until it is as fast as it gets. */
  void warmUp(Peer process, MeasuredGateway.Load load) throws Exception {
    load.send(warmUp * part);
  }

  /** How to get it, where it is not there. */
  abstract Optional<String> missing();

  /** Messages of it that the store has taken, and a few points more where those have others. */
  LongSupplier stored(Peer process, BenchStore store) {
    return () -> {
      try {
        return store.points();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }
}
