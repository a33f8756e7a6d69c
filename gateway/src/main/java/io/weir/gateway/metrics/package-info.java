/** The meters and their names. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.metrics;
