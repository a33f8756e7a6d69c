/**
 * MQTT for the simulator: a fast publisher that resends unacknowledged packets, small clients that
 * subscribe, and an embedded broker. It knows neither plants nor commands; those call it.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.mqtt;
