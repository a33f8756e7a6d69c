/**
 * A load test: many distinct readings, published fast, with an exact account of what the broker
 * acknowledged.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.load;
