/**
 * Scenarios: what is done to the factory, what its devices say wrongly, and what happens to their
 * messages on the way. Pure like {@link io.weir.sim.plant}, but for reading a file.
 *
 * <p>A kind of event is one class that reads its own keys, and one line in {@link EventEffects}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.scenario;
