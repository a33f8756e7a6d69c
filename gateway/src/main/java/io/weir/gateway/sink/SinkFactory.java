package io.weir.gateway.sink;

import io.weir.gateway.config.Secret;
import io.weir.gateway.plugin.Kind;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A kind of sink: its name, its keys, and how it is opened. Found by {@link
 * java.util.ServiceLoader} under the name of this interface.
 *
 * @param <C> what the configuration says of one sink
 */
public interface SinkFactory<C extends SinkConfig> extends Kind<C> {

  /**
   * The sink, ready to write once it is started. Starts no thread. A store that is away does not
   * matter yet.
   *
   * @throws IllegalStateException if a store inside the gateway cannot start; says why
   */
  Sink open(C config, SinkContext context);

  /**
   * Asks the store whether it would take a write, without writing. {@code null} where this kind has
   * no such question; then only its address is tried.
   */
  default Sink.@Nullable Answer ask(C config) {
    return null;
  }

  /**
   * The fields that the store holds already, for a check before anything is sent; a note where it
   * cannot be asked.
   *
   * @param token {@code http.token} of the gateway, which a store inside it asks for; or {@code
   *     null}
   * @throws IOException if it does not answer, or does not say it
   */
  default HeldFields held(C config, @Nullable Secret token) throws IOException {
    return HeldFields.notCompared("this kind of sink cannot be asked for the types of its fields");
  }
}
