/**
 * Publishes to a broker of MQTT: as a Unified Namespace, each row of a message as JSON on the topic
 * of its asset, or as an edge node of Sparkplug B. Only {@link
 * io.weir.gateway.sink.mqtt.MqttSinkFactory} and {@link io.weir.gateway.sink.mqtt.MqttSinkConfig}
 * are known to others.
 *
 * <p>Promises: in the namespace a row counts as stored when the broker has sent the PUBACK of each
 * of its messages; what it has not is published again, in order for each topic. As an edge node,
 * where Sparkplug demands QoS 0, a row counts as sent when the broker has answered a ping behind
 * it. Making a sink opens no connection; the first write does. Each failure of a connection ends in
 * an answer to the drain.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.mqtt;
