/**
 * Thins readings in front of one store: means and other aggregates over windows of event time, the
 * points of a swinging door, or every n-th reading. The log keeps all of them.
 *
 * <p>A fold without a clock and without I/O: what comes out is decided by the records of the log,
 * their order and their receive times, and by the rules. So the same records give the same rows
 * again after a crash. The state belongs to a position in the log; {@link
 * io.weir.gateway.sink.thin.ThinState} is what the drain's cursor keeps of it.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.thin;
