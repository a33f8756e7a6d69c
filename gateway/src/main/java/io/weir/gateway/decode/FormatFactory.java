package io.weir.gateway.decode;

import io.weir.gateway.plugin.Kind;
import java.util.List;
import java.util.Map;

/**
 * A payload format: its name, its keys, and its decoders. Found by {@link java.util.ServiceLoader}
 * under the name of this interface. The options of a route stand under the route's key of the
 * format's name.
 *
 * @param <C> the options
 */
public interface FormatFactory<C> extends Kind<C> {

  /** A decoder for one route; also for none, with {@link #unset()}. */
  Decoder decoder(C options, FormatContext context);

  /** The options where a source names the format of a message, or a route has none of its keys. */
  C unset();

  /** The topic of a vendor's devices by the name of a preset. */
  default Map<String, String> presets() {
    return Map.of();
  }

  /** How the discovery knows messages of this format. */
  default List<Recognition> recognition() {
    return List.of();
  }

  /**
   * Whether a decoder must hear retained messages again after each start: they say what the others
   * mean, and it remembers them in memory only.
   */
  default boolean learnsFromRetained() {
    return false;
  }

  /** Whether the fields of a payload are named by JSON Pointers. */
  default boolean readsPointers() {
    return false;
  }

  /** Whether a payload may name the machine; else only the topic does. */
  default boolean namesMachines() {
    return true;
  }
}
