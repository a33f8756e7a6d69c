package io.weir.gateway.decode;

import io.weir.gateway.model.EventTime;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What a decoder is built with beside the options of its format.
 *
 * @param time where the time stands and how it is read
 * @param texts names, in the payload, of values that are texts whatever they look like
 * @param limits what one message may ask for
 * @param expressions runs expressions of the route, which may not end by themselves
 */
public record FormatContext(
    EventTime time, Set<String> texts, DecodeLimits limits, Executor expressions) {

  /** With expressions on threads of their own. */
  public FormatContext(EventTime time, Set<String> texts, DecodeLimits limits) {
    this(time, texts, limits, Expressions.THREADS);
  }

  public FormatContext {
    texts = Set.copyOf(texts);
  }
}
