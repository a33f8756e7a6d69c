/** A simulated factory that publishes over MQTT and writes down the truth it played. */
@org.jspecify.annotations.NullMarked
package io.weir.sim;
