package io.weir.gateway.notify;

import io.weir.gateway.plugin.Kind;

/**
 * A kind of outlet: its name, its keys, and how it is opened. Found by {@link
 * java.util.ServiceLoader} under the name of this interface.
 *
 * @param <C> what the configuration says of one outlet
 */
public interface OutletFactory<C extends OutletConfig> extends Kind<C> {

  /** The outlet. A receiver that is away does not matter yet. */
  Outlet open(C config);

  /** Whether it can say that the gateway lives. */
  default boolean beats() {
    return false;
  }
}
