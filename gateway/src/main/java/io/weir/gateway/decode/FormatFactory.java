package io.weir.gateway.decode;

import io.weir.gateway.plugin.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

  /** Whether it reads the route's key of another format too. */
  default boolean reads(String key) {
    return false;
  }

  /** How {@code expect} of a route names fields of a payload. */
  default Expectations.Names expects() {
    return readsPointers() ? Expectations.Names.POINTERS : Expectations.Names.NONE;
  }

  /** Whether a payload is text as a whole, whose encoding a route may name. */
  default boolean readsText() {
    return true;
  }

  /**
   * What a payload looks like that is read otherwise with those options, and what to write then; in
   * one sentence for people, {@code null} for nothing. Not for each message.
   */
  default @Nullable String remark(C options, byte[] payload) {
    return null;
  }

  /** What is allowed and probably not meant, each in a sentence without a subject. */
  default List<String> warnings(C options) {
    return List.of();
  }

  /** Whether a payload may name the machine; else only the topic does. */
  default boolean namesMachines() {
    return true;
  }
}
