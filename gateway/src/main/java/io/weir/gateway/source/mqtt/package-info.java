/**
 * Readings from an MQTT broker, through Paho, so that an acknowledged message is a durable one.
 *
 * <p>Promises: a QoS 1 message is acknowledged only after the inbox said it is durable, in arrival
 * order, on the connection it came by. Until then it is held, and offered again where the log had
 * no room or a sync failed. A lost connection is opened again for ever, under the same client id
 * and session; a session that the broker lost is counted and said aloud.
 *
 * <p>Does not promise: QoS 0 messages, which are given up where there is no room, and counted.
 *
 * <p>Who does what: {@code InflightWindow} is the protocol's state and does no I/O; {@code Client}
 * is the I/O, one short adapter for each version of MQTT, and holds no state of ours. Between them
 * stand {@code AckTracker}, whose thread acknowledges and offers again, and {@code Supervisor},
 * whose thread connects, subscribes and watches.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.mqtt;
