package io.weir.gateway.sink;

import org.jspecify.annotations.Nullable;

/** A write that was handed over to a sink, and whose answer is waited for. */
public interface Begun {

  /**
   * Waits for the answer. Called once, on any thread.
   *
   * @return {@code null} where the write was given up because of another one that was under way:
   *     nothing is known against its lines or the store, and it is written again
   */
  Sink.@Nullable Answer answer();
}
