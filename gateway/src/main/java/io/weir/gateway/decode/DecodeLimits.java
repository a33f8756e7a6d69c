package io.weir.gateway.decode;

/**
 * What one message may ask of a decoder.
 *
 * @param maxDepth levels of nesting
 * @param maxParts samples, rejected and filtered parts together
 * @param maxExpanded bytes that a compressed payload may have once expanded
 */
public record DecodeLimits(int maxDepth, int maxParts, int maxExpanded) {

  public static final DecodeLimits DEFAULT = new DecodeLimits(32, 100_000, 8 << 20);
}
