/**
 * The commands of {@code weir-sim}: their options, what they print, and their exit codes. Only
 * {@link io.weir.sim.Simulator} calls it.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.cli;
