package io.weir.gateway.decode;

/** The whole payload is one value, as {@link Scalar} reads it; the topic names the metric. */
final class ScalarDecoder implements Decoder {

  private final Limits limits;

  ScalarDecoder(Limits limits) {
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    Scalar.add("", payload.bytes(), Point.PLAIN, new Samples(out, limits));
  }
}
