/** The Netty HTTP server: health, meters, API, the live page. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.http;
