/**
 * One gateway among others. It reports itself as rows that every sink carries ({@link
 * io.weir.gateway.fleet.Reporter}), folds the reports that others sent into a bounded list of sites
 * ({@link io.weir.gateway.fleet.Sites}), and follows a signed bundle that replaces its main
 * configuration file ({@link io.weir.gateway.fleet.Following}). Nothing here listens for commands:
 * the gateway asks, and nobody tells it.
 */
@NullMarked
package io.weir.gateway.fleet;

import org.jspecify.annotations.NullMarked;
