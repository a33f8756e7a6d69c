package io.weir.gateway;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.settings.ConfigFile;
import io.weir.gateway.sink.MemoryStores;
import io.weir.gateway.sink.Sink.Answer;
import io.weir.gateway.source.http.HttpSourceFactory;
import io.weir.gateway.source.mqtt.MqttFactory;
import io.weir.gateway.source.mqtt.SteppedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** What a gateway is built from whose broker and stores are the test's, and which it steps. */
public final class SteppedParts {

  /** Of a gateway on one thread, which is that of the test. */
  public static final Threads NO_THREADS =
      (name, loop) -> {
        throw new AssertionError("a stepped gateway starts no thread, but was asked for " + name);
      };

  private SteppedParts() {}

  /**
   * @param stores answers the lines of one write to the sink of a name
   */
  public static GatewayParts of(
      Time time,
      FileSystem disk,
      SteppedBroker broker,
      BiFunction<String, List<String>, Answer> stores) {
    return of(time, disk, broker, stores, Runtime.getRuntime().maxMemory());
  }

  /** The same where no source has a broker. */
  static GatewayParts of(
      Time time, FileSystem disk, BiFunction<String, List<String>, Answer> stores) {
    return of(time, disk, new SteppedBroker(), stores);
  }

  static GatewayParts of(
      Time time,
      FileSystem disk,
      SteppedBroker broker,
      BiFunction<String, List<String>, Answer> stores,
      long heapBytes) {
    return new GatewayParts(
        time,
        disk,
        NO_THREADS,
        type -> type.equals("mqtt") ? new MqttFactory(broker) : new HttpSourceFactory(),
        type -> new MemoryStores(stores),
        Runnable::run,
        heapBytes);
  }

  /** A gateway of a file and these parts, which is not started. */
  public static Gateway build(Path yaml, GatewayParts parts) throws Exception {
    ConfigFile file = new ConfigFile(yaml, Map.of(), List.of());
    return Gateway.build(file, file.load(), "test", parts);
  }
}
