package io.weir.gateway.decode;

import io.weir.gateway.model.EventTime;
import java.util.Set;

/**
 * What a decoder is built with beside the options of its format.
 *
 * @param time where the time stands and how it is read
 * @param texts names, in the payload, of values that are texts whatever they look like
 * @param limits what one message may ask for
 */
public record FormatContext(EventTime time, Set<String> texts, DecodeLimits limits) {

  public FormatContext {
    texts = Set.copyOf(texts);
  }
}
