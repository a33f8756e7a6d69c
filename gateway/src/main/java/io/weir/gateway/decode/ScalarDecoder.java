package io.weir.gateway.decode;

import java.util.Set;

/** The whole payload is one value, as {@link Scalar} reads it; the topic names the metric. */
final class ScalarDecoder implements Decoder {

  private final Scalar scalar;
  private final DecodeLimits limits;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  ScalarDecoder(Set<String> texts, DecodeLimits limits) {
    this.scalar = new Scalar(texts);
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    scalar.add(payload.metric(), "", payload.bytes(), Point.PLAIN, new Samples(out, limits));
  }
}
