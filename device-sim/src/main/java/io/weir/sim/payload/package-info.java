/**
 * The payload formats that a gateway reads, as devices send them: one class for each format. It
 * knows the samples of {@link io.weir.sim.plant}, and nothing of MQTT.
 *
 * <p>To add a format, write its class and add a line to {@link Formats}.
 */
@org.jspecify.annotations.NullMarked
package io.weir.sim.payload;
