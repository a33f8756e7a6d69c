/**
 * Looks at what a broker sends before Paho does. Paho allocates what a length says, and some
 * packets end its receiver without a word; the broker sends them again at each connection.
 *
 * <p>Promises: Paho gets no packet on which it fails. In place of a PUBLISH of that kind it gets a
 * small one with the same QoS and packet id, so that the message keeps its place among the others
 * and is acknowledged as they are; what was set aside is fetched by {@code PacketGuard.setAside}
 * when that one arrives. A short PUBLISH without properties that is in order is offered to {@code
 * Arrivals} first: Paho would read it byte by byte, each under a lock, and hand it from thread to
 * thread. The bytes of all others are passed on unchanged. What cannot be a packet at all ends the
 * connection with a {@code BrokenPacketException} that says why. Nothing is allocated for a length
 * before its bytes are there.
 *
 * <p>It knows the bytes of MQTT 3.1.1 and 5, no session and no Paho.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.source.mqtt.guard;
