package io.weir.gateway;

import io.weir.gateway.plugin.Plugins;
import io.weir.gateway.sink.Sink;
import io.weir.gateway.sink.SinkConfig;
import io.weir.gateway.sink.SinkContext;
import io.weir.gateway.sink.SinkFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens each configured sink by the factory of its kind. */
final class Sinks {

  private Sinks() {}

  /**
   * The sink that a configuration asks for, ready to write once it is started.
   *
   * @throws IllegalStateException if a store inside the gateway cannot start; says why
   */
  static Sink of(
      SinkConfig config, Function<String, @Nullable SinkFactory<?>> kinds, SinkContext context) {
    SinkFactory<?> factory = kinds.apply(config.type());
    if (factory == null) {
      throw new IllegalArgumentException("there is no kind of sink '" + config.type() + "'");
    }
    return open(factory, config, context);
  }

  private static <C extends SinkConfig> Sink open(
      SinkFactory<C> factory, SinkConfig config, SinkContext context) {
    return Plugins.call(
        factory,
        "opening " + config.name(),
        () -> factory.open(factory.configType().cast(config), context));
  }
}
