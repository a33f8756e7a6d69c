/**
 * The packet sequences that Mosquitto tests itself with, played against a server of MQTT. Each says
 * what is sent, byte by byte, and which packets come back. {@code scripts/mosquitto-sequences}
 * brings them; none is part of this repository.
 */
package io.weir.gateway.source.listener.conformance;
