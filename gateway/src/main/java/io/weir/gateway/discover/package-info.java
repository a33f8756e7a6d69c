/**
 * From what was heard at a broker to routes to paste: topics that are alike are grouped, and each
 * group is read with every format that may fit. Owns no connection and stores nothing. Its memory
 * is bounded, however many messages come. Called by the command {@code discover} and by the
 * gateway, for the page.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.discover;
