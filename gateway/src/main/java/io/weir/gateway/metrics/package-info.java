/**
 * The meters and their names. Any package above may register a meter, under a name of {@link
 * io.weir.gateway.metrics.MeterNames} only.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.metrics;
