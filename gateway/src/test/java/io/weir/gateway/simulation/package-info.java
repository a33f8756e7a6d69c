/**
 * The whole gateway on one thread, from a seed: everything between the MQTT client, the handlers of
 * posts and the sinks is real; clock, disk, broker, senders and stores are simulated and fail as
 * the scenario says. {@code docs/reference/simulation.md} says what it covers.
 *
 * <ul>
 *   <li>{@code Scenario}: what happens, as one line; {@code FaultKind}, {@code Fault}, {@code
 *       Faults}.
 *   <li>{@code Simulation}: one run of a scenario; {@code Plant} holds the gateway and all around
 *       it.
 *   <li>{@code Nodes}: edge nodes of Sparkplug B; {@code Centre}: a gateway behind this one.
 *   <li>{@code Traffic} makes messages and says what each must become; {@code Oracle} compares.
 *   <li>{@code Shrinking}: the smallest scenario that still fails.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.simulation;
