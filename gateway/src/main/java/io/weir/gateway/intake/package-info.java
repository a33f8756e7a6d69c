/**
 * What one message passes on its way in: decoded, normalized, appended as one record and, once that
 * is synced, counted and acknowledged. Sources call it on their own threads; after the sync it runs
 * on {@code log-sync} and never waits.
 */
@NullMarked
package io.weir.gateway.intake;

import org.jspecify.annotations.NullMarked;
