/**
 * Groups what was heard at a broker, by topic, into routes to paste. Owns no connection and stores
 * nothing. Its memory is bounded, however many messages come. Called by the command {@code
 * discover} and by the gateway, for the page.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.discover;
