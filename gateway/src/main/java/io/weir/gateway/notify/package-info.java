/**
 * Sends people word of what is wrong: alarms of the gateway, machines that are down, an OEE under
 * its target, stops without a reason.
 *
 * <p>{@code Notices} is the fold: from the causes that hold now, and its own state, it makes events
 * for each outlet. It knows no clock, no disk and no network. {@code Notifier} asks for the causes
 * each second, keeps the state in one file of the data directory, and hands messages to a {@code
 * Courier} for each outlet.
 *
 * <p>Promises: an event is on stable storage before its message is sent, and leaves the storage
 * after the receiver has taken it, so a message is delivered at least once. All that waits for an
 * outlet goes in one message, so an outlet that was away gets a digest. A message count for each
 * hour is never exceeded. An outlet that does not work stops no other part; it is an alarm.
 *
 * <p>Does not promise: an event older than a week, or beyond the newest thousand of an outlet.
 * Those are counted, and the next message says how many.
 *
 * <p>A kind of outlet is a factory, found as kinds of sinks are.
 */
@NullMarked
package io.weir.gateway.notify;

import org.jspecify.annotations.NullMarked;
