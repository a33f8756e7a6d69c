/**
 * Tells systemd how the process is: that it is ready, that it still works, that it stops. Silent
 * where no service manager asked for it by {@code NOTIFY_SOCKET}. The program calls it; the gateway
 * does not know it.
 */
@NullMarked
package io.weir.gateway.systemd;

import org.jspecify.annotations.NullMarked;
