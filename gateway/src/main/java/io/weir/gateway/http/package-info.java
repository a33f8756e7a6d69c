/**
 * The HTTP server: connections, access, the dispatch of requests to routes that the caller gives.
 * Imports no package of the gateway, so it knows no route and no answer of its own but errors.
 *
 * <p>Promises: every request is bounded in size and time; every error is a problem document (RFC
 * 9457).
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.http;
