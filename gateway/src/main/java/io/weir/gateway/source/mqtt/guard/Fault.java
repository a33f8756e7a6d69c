package io.weir.gateway.source.mqtt.guard;

import io.weir.gateway.model.Reason;

/**
 * Why Paho must not get a packet.
 *
 * @param what which field is wrong and how, as the end of a sentence
 */
record Fault(Reason reason, String what) {}
