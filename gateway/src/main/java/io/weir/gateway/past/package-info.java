/**
 * What machines did before: rows of figures, states and stops, and signals, from what the gateway
 * has itself and from the stores. Every answer says where it comes from and from which instant on
 * there is anything. Bounded in rows, bytes and time; called by threads that may wait, never by one
 * that shows the present.
 */
@NullMarked
package io.weir.gateway.past;

import org.jspecify.annotations.NullMarked;
