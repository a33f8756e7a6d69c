/** A simulated factory that publishes over MQTT and records the truth. Here the process starts. */
@org.jspecify.annotations.NullMarked
package io.weir.sim;
