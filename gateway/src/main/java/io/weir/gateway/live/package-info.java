/**
 * The current data of the live page: latest readings, signals and their quality, and shifts that
 * other gateways made the figures of, folded from the log of readings as it grows, whether somebody
 * looks or not. Knows no HTTP; the API reads it from any thread.
 */
@NullMarked
package io.weir.gateway.live;

import org.jspecify.annotations.NullMarked;
