/**
 * MQTT as the simulator needs it: a publisher that resends what was not acknowledged, small clients
 * that subscribe, and an embedded broker. It knows neither factories nor commands.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.mqtt;
