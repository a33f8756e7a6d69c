/**
 * A connection to a broker of MQTT on which a sink publishes: {@link io.weir.gateway.mqtt.Broker}
 * says where the broker is and how it lets us in, {@link io.weir.gateway.mqtt.Link} is one
 * connection.
 *
 * <p>It speaks MQTT 5 and 3.1.1 itself. A sink needs the reason code of each PUBACK, what the
 * broker says of itself in its CONNACK, and a PINGRESP as a sign that all before it has arrived;
 * Paho shows none of them whole. {@link io.weir.gateway.mqtt.Codes} and {@link
 * io.weir.gateway.mqtt.Property} are the tables of MQTT 5, for all that speak it.
 *
 * <p>Promises: nothing is sent again by itself, and nothing is queued beside the socket. A
 * connection ends once, with a reason. No length that the broker says is believed beyond a bound.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.mqtt;
