/**
 * Scenarios: events that change the plant, what its devices report, and what happens to their
 * messages on the way. Deterministic like {@link io.weir.sim.plant}, which it drives; only reading
 * a scenario file does I/O.
 *
 * <p>To add a kind of event, write a class that reads its own keys, and add it to {@link
 * EventEffects}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.scenario;
