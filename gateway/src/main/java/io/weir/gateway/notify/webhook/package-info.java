/** Notifications as requests of HTTP. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.notify.webhook;
