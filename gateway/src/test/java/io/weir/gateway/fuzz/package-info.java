/**
 * Seeded fuzzing. A {@code Target} makes the input of each number from that number alone, so a run
 * can stop and go on, and whatever it finds can be made again; it then says what became of the
 * input, or fails. {@code Fuzz} runs a target for long, {@code FuzzTest} each for a moment, with
 * the inputs that once failed.
 */
package io.weir.gateway.fuzz;
