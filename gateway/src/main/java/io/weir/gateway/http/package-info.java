/**
 * The HTTP server: health, meters, the API, the live page. It shows what a {@link
 * io.weir.gateway.api.GatewayView} tells it and carries routes that the wiring adds; it knows no
 * stage. Every request is bounded in size and time, every error is a problem document (RFC 9457),
 * and no answer is made on an event loop where it could wait.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.http;
