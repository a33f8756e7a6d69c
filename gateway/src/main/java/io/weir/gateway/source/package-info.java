/**
 * Ways in. A source owns its connection and the window of deliveries not yet acknowledged; an
 * acknowledgement is a callback given with the delivery, back-pressure is an inbox without room.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source;
