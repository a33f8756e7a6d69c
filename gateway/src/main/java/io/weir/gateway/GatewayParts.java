package io.weir.gateway;

import io.weir.gateway.log.FileSystem;
import io.weir.gateway.log.Threads;
import io.weir.gateway.log.Time;
import io.weir.gateway.sink.SinkFactory;
import io.weir.gateway.source.SourceFactory;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is built from beside its configuration. {@link Main} gives those of the machine; a
 * test gives its own and steps the gateway on one thread.
 *
 * @param time the clocks
 * @param files the disk of logs, cursors and pinned types
 * @param threads makes the threads of all parts
 * @param sources the factory of a kind of source by its name, {@code null} for an unknown one
 * @param sinks the factory of a kind of sink by its name, {@code null} for an unknown one
 * @param expressions runs JSONata, which must be stoppable from outside; inline in a test
 * @param heapBytes what the heap may grow to
 */
public record GatewayParts(
    Time time,
    FileSystem files,
    Threads threads,
    Function<String, @Nullable SourceFactory<?>> sources,
    Function<String, @Nullable SinkFactory<?>> sinks,
    Executor expressions,
    long heapBytes) {

  /** With the heap of this process. */
  public GatewayParts(
      Time time,
      FileSystem files,
      Threads threads,
      Function<String, @Nullable SourceFactory<?>> sources,
      Function<String, @Nullable SinkFactory<?>> sinks,
      Executor expressions) {
    this(time, files, threads, sources, sinks, expressions, Runtime.getRuntime().maxMemory());
  }
}
