/**
 * The commands of {@code weir-sim}: their options, their output and their exit codes. Only {@link
 * io.weir.sim.Simulator} calls this package.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.cli;
