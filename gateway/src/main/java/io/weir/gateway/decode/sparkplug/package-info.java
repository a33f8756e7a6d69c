/**
 * Sparkplug B 3.0 as a host application that only listens. The protobuf classes are Eclipse Tahu's;
 * what they mean is decided here, since the sign of an integer, the elements of an array and the
 * name behind an alias are not on the wire.
 *
 * <p>{@code Sessions} remembers what each edge node said in its births and how its sequence stands;
 * {@code SparkplugDecoder} reads one message against that. {@code sparkplug-b.md} says to users
 * what becomes of what.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.decode.sparkplug;
