package io.weir.gateway.notify;

import io.weir.gateway.plugin.Kinds;
import io.weir.gateway.plugin.Plugins;

/** Opens each configured outlet by the factory of its kind. */
public final class Outlets {

  private Outlets() {}

  /** The outlet that a configuration asks for. */
  public static Outlet open(OutletConfig config) {
    Kinds<OutletFactory<?>> kinds = Kinds.installed(OutletFactory.class);
    OutletFactory<?> factory = kinds.get(config.type());
    if (factory == null) {
      throw new IllegalArgumentException("there is no kind of outlet '" + config.type() + "'");
    }
    return open(factory, config);
  }

  private static <C extends OutletConfig> Outlet open(
      OutletFactory<C> factory, OutletConfig config) {
    return Plugins.call(
        factory, "opening " + config.name(), () -> factory.open(factory.configType().cast(config)));
  }
}
