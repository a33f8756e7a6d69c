/**
 * Readings posted over HTTP, answered after the fsync: a request with a reply of success is on
 * stable storage. The server that calls the handler belongs to another package.
 *
 * <p>No thread waits: a request is a body being read, then a delivery in the inbox, then a reply.
 * Bodies are decoded on one thread of the source, not on the server's event loops. All bodies
 * together are bounded in bytes; over the bound, and while the log has no room, the reply is 503
 * with Retry-After.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.http;
