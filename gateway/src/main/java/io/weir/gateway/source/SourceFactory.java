package io.weir.gateway.source;

import io.weir.gateway.plugin.Kind;

/**
 * A kind of source: its name, its keys, and how it is built. Found by {@link
 * java.util.ServiceLoader} under the name of this interface.
 *
 * @param <C> what the configuration says of one source
 */
public interface SourceFactory<C extends SourceConfig> extends Kind<C> {

  /** Builds a source; nothing of it runs before {@link Source#start}. */
  Source open(C config, SourceContext context);

  /** Whether it receives only what its routes subscribe to, as a {@link Subscriber} does. */
  default boolean subscribes() {
    return false;
  }
}
