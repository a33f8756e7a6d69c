/**
 * The meters and their names. Any stage may register a meter under a name of {@link
 * io.weir.gateway.metrics.MeterNames}; nobody makes up another.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.metrics;
