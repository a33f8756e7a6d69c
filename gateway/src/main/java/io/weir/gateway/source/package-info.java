/**
 * Sources: where messages come in. A source owns its connection and the deliveries that are not yet
 * acknowledged. The log is behind an {@link io.weir.gateway.source.Inbox}: an acknowledgement is a
 * callback given with the delivery, and back-pressure is an inbox without room.
 *
 * <p>{@code Source}, {@code Inbox} and {@code Delivery} are what a further kind of source
 * implements and uses.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source;
