/**
 * Writes to topics of Apache Kafka: each row of a message is one record of a topic. Only {@link
 * io.weir.gateway.sink.kafka.KafkaFactory} and {@link io.weir.gateway.sink.kafka.KafkaConfig} are
 * known to others.
 *
 * <p>Promises: a record that the brokers have confirmed to all in-sync replicas counts as stored,
 * no other does. Of the records of one key, a partition holds them in the order of the log, each
 * perhaps again behind it. Making a sink opens no connection; the first write does. Each failure of
 * the client ends in an answer to the drain.
 */
@org.jspecify.annotations.NullMarked
package io.weir.gateway.sink.kafka;
