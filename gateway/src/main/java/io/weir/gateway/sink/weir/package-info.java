/**
 * Sends the log to another gateway, by batches over HTTP with TLS. Only {@link
 * io.weir.gateway.sink.weir.WeirSinkFactory} is known to others.
 *
 * <p>Promises: a row counts as stored only when the other gateway has said that it is on its disk.
 * Rows go in the order of the log, and after an outage new ones also before their turn. What was
 * cut in the middle goes on there. Making a sink opens no connection; the first write does. Each
 * failure ends in an answer to the drain.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.weir;
