/**
 * Takes batches of other gateways' logs through the gateway's HTTP server. Only {@link
 * io.weir.gateway.source.weir.WeirSourceFactory} is known to others.
 *
 * <p>Promises: a batch is answered as stored only when each of its rows is on stable storage; a row
 * that came before is recognised and not stored again; what is not surely a repeat is never taken
 * for one. What a sender, whoever it is, can make the gateway hold is bounded in bytes. No request
 * waits on a thread.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.weir;
