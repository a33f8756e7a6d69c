/**
 * Readings posted over HTTP, answered after the fsync: a request whose answer says "taken" is on
 * stable storage. Offers two handlers; the server that calls them belongs to another package.
 *
 * <p>No thread waits: a request is a body being read, then a delivery in the inbox, then an answer.
 * Bodies are decoded on one thread of the source, away from the server's event loops, and all
 * bodies together are bounded in bytes; beyond the bound, and where the log has no room, the answer
 * is 503 with Retry-After.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.http;
