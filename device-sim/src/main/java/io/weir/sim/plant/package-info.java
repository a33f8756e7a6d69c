/**
 * The factory that is played and the truth about it: pure, seeded, stepped by its caller. It sees
 * no clock, does no I/O and is used by one thread.
 *
 * <p>Times are milliseconds of the epoch. What is played depends on the seed, the layout and the
 * start alone: not on the interval between samples, the speed or the machine it runs on.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.plant;
