/** From samples to readings: topic routes, names, clocks, types. */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.normalize;
