/**
 * The bytes of the state of figures: {@link io.weir.gateway.efficiency.codec.StateCodec} writes and
 * reads the fields that a class lists once; {@link io.weir.gateway.efficiency.codec.StateFormat}
 * says which versions there were. Knows nothing of what the bytes mean.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.efficiency.codec;
