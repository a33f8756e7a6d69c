/**
 * An MQTT listener: devices publish straight to the gateway, with no broker between. Speaks MQTT
 * 3.1, 3.1.1 and 5 by Netty's codec.
 *
 * <p>Promises: a QoS 1 message is answered with PUBACK and a QoS 2 message with PUBREC after its
 * record was synced, in order of arrival. A QoS 2 message is taken once, also over a restart of the
 * gateway: its record holds the packet id, and so does the record of its release. A session that
 * outlives its connection is on stable storage before its CONNACK. Where the log has no room,
 * nothing is answered and reading stops, so the sender's window fills; nothing is refused.
 *
 * <p>Does not promise: QoS 0 messages after a failed sync, and that a QoS 1 message comes once. One
 * that is sent again is recognised only where its PUBACK was surely never sent: packet ids are used
 * again, and a wrong match would lose a message.
 *
 * <p>The parts, from state to I/O:
 *
 * <ul>
 *   <li>{@code ClientSession} and {@code SessionTable}: what outlives a connection, and who has it.
 *   <li>{@code Pending} and its kinds: something of a connection that is with the inbox, and its
 *       answer. {@code AnswerQueue}: all of one connection, in order.
 *   <li>{@code SessionLease}: what one connection has of its session, from the claim to the end.
 *   <li>{@code ClientConnection}: the protocol of one connection, on its event loop.
 *   <li>{@code MqttListener}: the port, the loops, and what all connections share.
 * </ul>
 *
 * <p>Everything of a connection belongs to its event loop. The thread {@code log-sync} only marks
 * what is durable and wakes the loop.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.listener;
