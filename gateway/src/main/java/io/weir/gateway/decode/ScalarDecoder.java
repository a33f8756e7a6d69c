package io.weir.gateway.decode;

import java.util.Set;

/** The whole payload is one value, as {@link Scalar} reads it; the topic names the metric. */
final class ScalarDecoder implements Decoder {

  private final Set<String> texts;
  private final Limits limits;

  /**
   * @param texts names of metrics whose values are texts, whatever they look like
   */
  ScalarDecoder(Set<String> texts, Limits limits) {
    this.texts = texts;
    this.limits = limits;
  }

  @Override
  public void decode(Payload payload, Output out) {
    Samples samples = new Samples(out, limits);
    if (texts.contains(payload.metric())) {
      Scalar.addText("", payload.bytes(), Point.PLAIN, samples);
    } else {
      Scalar.add("", payload.bytes(), Point.PLAIN, samples);
    }
  }
}
