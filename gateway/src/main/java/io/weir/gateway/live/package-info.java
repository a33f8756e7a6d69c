/**
 * What the live page shows of the present: latest readings, signals, their quality, folded from the
 * log of readings as it grows. Knows no HTTP; the API reads it from any thread.
 */
@NullMarked
package io.weir.gateway.live;

import org.jspecify.annotations.NullMarked;
