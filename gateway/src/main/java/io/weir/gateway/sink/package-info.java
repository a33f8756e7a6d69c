/**
 * Writes what the logs hold to the stores. A {@link io.weir.gateway.sink.Sink} is one store: one
 * blocking write, and what its answer means. A {@link io.weir.gateway.sink.Drain} carries one log
 * to one sink, and owns order, retries, pacing, totals and the committed position.
 *
 * <p>Promises: a record below the committed position is stored, in the quarantine, or counted as
 * withheld, dropped or corrupt; in the end the value of each series and instant is the last one in
 * the order of the log, also where new records went before a backlog ({@code LiveFirst}); a store
 * that is away holds back its own drains only.
 *
 * <p>A store of another kind implements {@link io.weir.gateway.sink.LineSink} or {@link
 * io.weir.gateway.sink.RowSink}; the wiring makes sinks and drains, and owns their feeds.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink;
