package io.weir.gateway.decode;

/**
 * What one message may ask of a decoder.
 *
 * @param maxDepth levels of nesting
 * @param maxParts samples, rejected and filtered parts together
 */
public record Limits(int maxDepth, int maxParts) {

  public static final Limits DEFAULT = new Limits(32, 100_000);
}
