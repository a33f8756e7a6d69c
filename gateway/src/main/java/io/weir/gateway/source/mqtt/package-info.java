/**
 * Readings from an MQTT broker, so that an acknowledged message is a durable one.
 *
 * <p>Promises: a QoS 1 message is acknowledged after the inbox reported it durable, in order of
 * arrival, on the connection that it came by. Until then it is held, and offered again if the log
 * had no room or a sync failed. If the in-flight window is full, the connection is closed and the
 * session kept. A lost connection is made again without end, with the same client id and session; a
 * session that the broker has lost is counted and logged.
 *
 * <p>Where the broker counts what it drops, the source watches that count. A broker that does not
 * let it is not asked again.
 *
 * <p>Does not promise: QoS 0 messages. They are dropped if there is no room, and counted.
 *
 * <p>The parts, from state to I/O:
 *
 * <ul>
 *   <li>{@code InflightWindow}: the messages not yet acknowledged. {@code MqttSession}: connections
 *       and time limits, with its parts {@code Subscriptions}, {@code ResumableSession} and {@code
 *       Losses}. All are protocol state and do no I/O.
 *   <li>{@code AckTracker} and {@code SessionDriver} do what these decide. They hold no protocol
 *       state. Their work is stepped, by the thread {@code mqtt-<source>} or by a test.
 *   <li>{@code Client} is the connection. {@code PahoClient} is the one used in production; a test
 *       may give another.
 * </ul>
 *
 * <p>The threads of the client hand messages over and never wait; the source's own thread offers
 * them to the inbox.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.mqtt;
