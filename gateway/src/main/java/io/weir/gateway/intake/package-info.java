/**
 * The path of a message into the gateway: it is decoded, normalized and appended as one record.
 * After the sync of that record it is counted and acknowledged. Sources call it on their own
 * threads; the part after the sync runs on {@code log-sync} and never waits.
 */
@NullMarked
package io.weir.gateway.intake;

import org.jspecify.annotations.NullMarked;
