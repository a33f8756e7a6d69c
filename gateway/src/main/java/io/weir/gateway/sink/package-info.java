/**
 * Ways out. A {@link io.weir.gateway.sink.Sink} is one store's write and the meaning of its answer;
 * a {@link io.weir.gateway.sink.Drain} is a thread that carries one log to one sink.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink;
