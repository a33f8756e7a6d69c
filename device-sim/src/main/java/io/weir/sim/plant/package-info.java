/**
 * The simulated plant and the truth about it. It is deterministic and its caller steps it: no
 * clock, no I/O, one thread. It imports no other package of the simulator.
 *
 * <p>Times are epoch milliseconds. What is played depends on the seed, the layout and the start
 * alone, not on the sampling interval, the speed or the computer.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.plant;
